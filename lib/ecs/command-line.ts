import { readFileSync } from 'node:fs'

/**
 * What this process was started with, without the program. As the system has it where it says so: fastify-cli takes its arguments out of
 * `process.argv` before any plugin sees them.
 */
export function commandLine (file = '/proc/self/cmdline'): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\0').slice(1, -1)
  } catch {
    return process.argv.slice(1)
  }
}
