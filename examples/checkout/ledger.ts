import type { FastifyInstance } from 'fastify'
import { writeSync } from 'node:fs'

const descriptor = process.env.ECS_REHEARSAL_LEDGER_FD

/**
 * Tells a rehearsal what the service does with a request, in a line of JSON on the descriptor that it hands over. Outside a
 * rehearsal nothing happens. Written at once: what has been done must be told even if the process is killed next.
 */
export function note (id: unknown, event: 'start' | 'effect' | 'end'): void {
  if (descriptor !== undefined && typeof id === 'string') writeSync(Number(descriptor), `${JSON.stringify({ id, event })}\n`)
}

export function ledger (app: FastifyInstance): void {
  if (descriptor === undefined) return
  app.addHook('onRequest', async ({ headers }) => note(headers['x-rehearsal-id'], 'start'))
  app.addHook('onResponse', async ({ headers }) => note(headers['x-rehearsal-id'], 'end'))
}
