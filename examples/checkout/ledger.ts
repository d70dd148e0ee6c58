import type { FastifyInstance } from 'fastify'
import { writeSync } from 'node:fs'

const descriptor = process.env.ECS_REHEARSAL_LEDGER_FD

type Event = 'start' | 'effect' | 'end' | 'received' | 'handed-back'

/** Where work has its place in an order of its own. */
interface Place {
  readonly group?: string
  readonly sequence?: string
}

/**
 * Tells a rehearsal what the service does with a request, or a piece of work, in a line of JSON on the descriptor that it hands over. Outside
 * a rehearsal nothing happens. Written at once: what has been done must be told even if the process is killed next.
 */
export function note (id: unknown, event: Event, place: Place = {}): void {
  if (descriptor !== undefined && typeof id === 'string') writeSync(Number(descriptor), `${JSON.stringify({ id, event, ...place })}\n`)
}

export function ledger (app: FastifyInstance): void {
  if (descriptor === undefined) return
  app.addHook('onRequest', async ({ headers }) => note(headers['x-rehearsal-id'], 'start'))
  app.addHook('onResponse', async ({ headers }) => note(headers['x-rehearsal-id'], 'end'))
}
