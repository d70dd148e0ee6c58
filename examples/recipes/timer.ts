import type { FastifyInstance } from 'fastify'
import timers from 'node:timers/promises'

/** Runs `job` again and again, `pause` milliseconds after its last run has ended. */
export function timer (app: FastifyInstance, name: string, pause: number, job: (signal: AbortSignal) => Promise<void>): void {
  app.ecsGraceful.worker(name, async (signal) => {
    for (;;) {
      await timers.setTimeout(pause, undefined, { signal }) // rejects at the signal to stop: the end of the loop
      await job(signal).catch((error) => app.log.error(error)) // a loop that rejects for another reason runs no more
    }
  })
}
