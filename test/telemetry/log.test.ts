import type { FastifyBaseLogger } from 'fastify'
import { once } from 'node:events'
import fs, { readFileSync } from 'node:fs'
import timers from 'node:timers/promises'
import { join } from 'node:path'
import pino from 'pino'
import t from 'tap'

import { deferred } from '../../lib/core/deferred'
import { StopLog } from '../../lib/telemetry/log'

t.test('the last line is flushed when it is written, not when it has been handed over', async (t) => {
  const file = join(t.testdir({}), 'log')
  const stream = pino.destination({ dest: file, sync: false })
  const { promise: disk, resolve: release } = deferred()
  const { write } = fs
  t.teardown(() => { fs.write = write })
  await once(stream, 'ready')
  const log = new StopLog(pino(stream) as unknown as FastifyBaseLogger)

  fs.write = ((...args: Parameters<typeof write>) => void disk.then(() => write(...args))) as typeof write
  log.error(new Error('of the last line'), 'the last line')
  const flushed = log.flush().then(() => 'flushed')
  for (let turn = 0; turn < 10; turn++) t.equal(await Promise.race([flushed, timers.setImmediate('under way')]), 'under way')
  release()

  t.equal(await flushed, 'flushed')
  t.match(readFileSync(file, 'utf8'), /the last line/)
})

t.test('a log that throws, on a line or when flushed, stops nobody', async (t) => {
  const broken = new Proxy({}, { get: () => () => { throw new Error('the disk is full') } }) as FastifyBaseLogger
  const log = new StopLog(broken)

  t.doesNotThrow(() => log.phase('draining', 0))
  t.doesNotThrow(() => log.error(new Error('x'), 'said'))
  await t.resolves(log.flush())
})

t.test('that the task has left its target group is one line; that it could not is a warning; that it need not is none', async (t) => {
  const lines: object[] = []
  const stream = { write: (line: string) => { lines.push(JSON.parse(line) as object) } }
  const log = new StopLog(pino({ base: null, timestamp: false }, stream) as unknown as FastifyBaseLogger)

  log.deregistration('done', 12.3)
  log.deregistration({ failure: 'elasticloadbalancing:DeregisterTargets: no answer' }, 3_000)
  log.deregistration('not needed', 5_000)

  t.strictSame(lines, [
    { level: 30, event: 'ecs-graceful', deregistered: true, since: 12, msg: 'deregistered' },
    { level: 40, event: 'ecs-graceful', deregistered: false, since: 3_000, msg: 'not deregistered: elasticloadbalancing:DeregisterTargets: no answer' }
  ])
})
