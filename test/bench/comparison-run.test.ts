import t from 'tap'

import { cases } from '../../bench/comparison/behaviours'
import { measureLosses } from '../../bench/comparison/losses'
import { measureBehaviours } from '../../bench/comparison/perform'
import { readSetups } from '../../bench/comparison/setups'

// Fastify alone is here without the peers' own folder; so a clone that never ran the bench can run this.
const setups = readSetups(['fastify/installed', 'fastify-ecs-graceful'])

t.jobs = 2

t.test('a forced instant tells a peer and this plugin apart', { buffered: true }, async (t) => {
  const queue = cases.filter(({ id }) => id === 'queue')

  const [own, other] = await measureBehaviours(setups, 1, queue)

  t.match(own, { id: 'fastify-ecs-graceful/installed', runs: [{ of: 64, answered: 64, exit: '0', closed: true }] })
  t.match(other, { id: 'fastify/installed', runs: [{ of: 64, exit: '0' }] })
  t.ok(other!.runs[0]!.answered < 64)
})

t.test('a rehearsal of the smallest size tells what both lost, and how long their stops took', { buffered: true }, async (t) => {
  const lines: string[] = []
  const runs = await measureLosses(setups, {
    seeds: 1,
    lags: ['normal'],
    orders: ['together'],
    rehearsal: { tasks: 1, nodes: 1, stopTimeout: 10, deregistrationDelay: 4, lag: [3, 3] },
    apart: 0,
    progress: (line) => lines.push(line)
  })

  t.match(runs, [
    { id: 'fastify-ecs-graceful/installed', order: 'together', lost: {}, seconds: [Number], exits: ['0'] },
    { id: 'fastify/installed', order: 'together', seconds: [Number], exits: ['0'] }
  ])
  t.ok(Object.keys(runs[1]!.lost).length > 0)
  t.ok(lines.length >= 2)
})

t.test('a peer that is not known is refused by name', { buffered: true }, async (t) => {
  t.throws(() => readSetups(['nobody']), { message: /there is no peer nobody: known are fastify-ecs-graceful, fastify,/ })
})
