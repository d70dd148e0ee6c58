import fs from 'node:fs/promises'
import path from 'node:path'

/** Rejects with a plain sentence if the directory or the program is not there or may not be run. */
export async function checkStart (program: string, cwd: string, searchPath = '/usr/bin:/bin'): Promise<void> {
  const directory = await fs.stat(cwd).catch(() => undefined)
  if (!directory?.isDirectory()) throw new Error(`The directory ${cwd}, in which ${program} should be started, is not there.`)
  if (process.platform === 'win32') return // which looks for programs by rules of its own

  const candidates = program.includes('/')
    ? [path.resolve(cwd, program)]
    : searchPath.split(path.delimiter).map((folder) => path.resolve(cwd, folder, program))
  const found = await Promise.all(candidates.map(look))
  if (found.includes('runs')) return
  throw new Error(found.includes('is there')
    ? `The command ${program} may not be executed: is it a program, and may this user run it?`
    : `The command ${program} was not found${program.includes('/') ? '' : ' on the PATH'}.`)
}

/** The sentence for what the system said when it was told to start a program. */
export function cannotStart (program: string, cause: unknown): Error {
  return new Error(`The command ${program} could not be started: ${(cause as Error).message}.`, { cause })
}

async function look (file: string): Promise<'runs' | 'is there' | 'is not there'> {
  const stat = await fs.stat(file).catch((error: NodeJS.ErrnoException) => error.code)
  if (stat === 'EACCES') return 'is there'
  if (typeof stat !== 'object') return 'is not there'
  if (!stat.isFile()) return 'is there'
  return await fs.access(file, fs.constants.X_OK).then(() => 'runs', () => 'is there')
}
