import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Size {
  readonly files: number
  readonly bytes: number
}

/** All files below these folders and among these files, links not followed. */
export function sizeOf (...paths: readonly string[]): Size {
  return paths.map(sizeOfOne).reduce((sum, { files, bytes }) => ({ files: sum.files + files, bytes: sum.bytes + bytes }), { files: 0, bytes: 0 })
}

function sizeOfOne (path: string): Size {
  const entry = lstatSync(path)
  if (!entry.isDirectory()) return { files: 1, bytes: entry.size }
  return sizeOf(...readdirSync(path).map((name) => join(path, name)))
}

/** The folders of these packages and of all that they need at run time, each once, without packages within packages: those are in their folders. */
export function installed (names: readonly string[], from: string, found = new Set<string>()): Set<string> {
  for (const name of names) {
    const folder = folderOf(name, from)
    if (folder === undefined || found.has(folder)) continue
    found.add(folder)
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    installed(Object.keys({ ...dependencies, ...optionalDependencies }), folder, found)
  }
  return new Set([...found].filter((folder) => ![...found].some((other) => folder.startsWith(join(other, 'node_modules')))))
}

/** As Node looks for it; undefined for an optional one that is not there. */
function folderOf (name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return realpathSync(folder)
  return dirname(from) === from ? undefined : folderOf(name, dirname(from))
}
