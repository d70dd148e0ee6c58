import type { FastifyBaseLogger } from 'fastify'
import t from 'tap'

import { Incidents } from '../lib/incidents'
import { StopLog } from '../lib/telemetry/log'

/** Incidents, and how many lines of each level they were worth. */
function incidents () {
  const lines: string[] = []
  const level = (name: string) => () => lines.push(name)
  const log = { info: level('info'), warn: level('warn'), error: level('error'), fatal: level('fatal') } as unknown as FastifyBaseLogger
  return { lines, incidents: new Incidents(new StopLog(log)) }
}

t.test('a report keeps the first fifty errors; the log has them all', async (t) => {
  const { lines, incidents: kept } = incidents()

  for (let count = 1; count <= 60; count++) kept.uncaught('unhandledRejection', new Error(`number ${count}`))

  t.equal(kept.errors.length, 50)
  t.match(kept.errors.at(-1), { code: 'unhandledRejection', message: 'number 50' })
  t.equal(lines.length, 60)
})

t.test('an error without a code is known by where it came from; anything can be thrown', async (t) => {
  const { incidents: kept } = incidents()

  kept.uncaught('uncaughtException', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
  kept.uncaught('uncaughtException', 'a string')
  kept.uncaught('uncaughtException', undefined)
  kept.uncaught('unhandledRejection', Object.create(null))
  kept.uncaught('unhandledRejection', ['a list'])
  kept.listenerFailed(new Error('no'))

  t.strictSame(kept.errors, [
    { code: 'ECONNREFUSED', message: 'refused' },
    { code: 'uncaughtException', message: 'a string' },
    { code: 'uncaughtException', message: 'undefined' },
    { code: 'unhandledRejection', message: '[object Object]' },
    { code: 'unhandledRejection', message: 'a list' },
    { code: 'onDrain', message: 'no' }
  ])
})

t.test('a goodbye hook that fails for everybody is logged a few times, and counted at the end', async (t) => {
  const { lines, incidents: kept } = incidents()

  for (let count = 1; count <= 10_000; count++) kept.goodbyeFailed(new Error(`number ${count}`))
  kept.ended()

  t.equal(lines.length, 6)
  t.strictSame(kept.errors.map(({ message }) => message), ['number 1', 'number 2', 'number 3', 'number 4', 'number 5'])
})
