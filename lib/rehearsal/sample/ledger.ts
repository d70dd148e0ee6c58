import { writeSync } from 'node:fs'

const descriptor = process.env.ECS_REHEARSAL_LEDGER_FD

/**
 * Tells the rehearsal what the service does with a request: a line of JSON on the descriptor that it was handed. Written
 * at once, so that not even SIGKILL can take it back. Outside a rehearsal nothing happens.
 */
export function note (id: unknown, event: 'start' | 'effect' | 'end'): void {
  if (descriptor !== undefined && typeof id === 'string') writeSync(Number(descriptor), `${JSON.stringify({ id, event })}\n`)
}
