import type { Screen, Terminal } from '../../lib/cli/terminal'

export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a command writes, in this process, and the exit code that the command line makes of an error. */
export async function inProcess (command: (terminal: Terminal) => Promise<number>, version = '0.0.0'): Promise<Said> {
  const said = { stdout: '', stderr: '' }
  const screen = (name: keyof typeof said): Screen => ({ write: (text) => { said[name] += text } })
  const code = await command({ stdout: screen('stdout'), stderr: screen('stderr'), version }).catch((error: Error) => {
    said.stderr += `${error.message}\n`
    return 2
  })
  return { code, ...said }
}
