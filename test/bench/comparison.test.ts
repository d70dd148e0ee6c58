import t from 'tap'

import { behaviourChecks, behaviourTable, boundTable } from '../../bench/comparison/behaviour-table'
import type { Behaviour } from '../../bench/comparison/behaviours'
import { between, markdown, plain } from '../../bench/comparison/cells'
import { besideNeighbours, contestantsOf, overBare, shuffled } from '../../bench/comparison/cost'
import { costChecks, costTable } from '../../bench/comparison/cost-table'
import { filled } from '../../bench/comparison/document'
import { causeTable, lossTable } from '../../bench/comparison/loss-table'
import { causeOf, type LossRun } from '../../bench/comparison/losses'
import { merged, written, type Results } from '../../bench/comparison/results'
import type { Setup } from '../../bench/comparison/setups'
import { verdict } from '../../bench/comparison/verdict'

const OURS = 'fastify-ecs-graceful/installed'
const setup = (id: string): Setup => ({ id, name: id.split('/')[0]!, package: id, version: '1.0.0', says: 'as it is', stops: true })
const loss = (run: Partial<LossRun>): LossRun =>
  ({ id: OURS, lag: 'harsh', seed: 1, order: 'together', requests: 100, lost: {}, seconds: [5, 6], exits: ['0', '0'], tails: [100], late: 3, ...run })
const behaviour = (run: Partial<Behaviour>): Behaviour => ({ elapsed: 5_040, exit: '0', of: 0, answered: 0, closed: true, outstanding: 0, ...run })
const results = (some: Partial<Results>): Results => ({
  version: 1,
  node: 'v20',
  cpu: 'a CPU',
  cores: 2,
  loader: 'wrk',
  rounds: 6,
  seeds: 2,
  parts: {},
  setups: [setup(OURS), setup('fastify/installed'), setup('slow/installed')],
  cost: [],
  losses: [],
  behaviours: [],
  ...some
})
/** Six rounds: their interval is the whole range. */
const rounds = (low: number, high: number) => [low, low, low, high, high, high]

t.test('losses are named by what cut the request', async (t) => {
  t.equal(causeOf('rejected', '503 by a task that was being stopped'), '503')
  t.equal(causeOf('refused', '502: connection refused'), 'refused')
  t.equal(causeOf('refused', '502: closed by the target'), 'closed under it')
  t.equal(causeOf('cut', '502: closed by the target'), 'cut')
  t.equal(causeOf('effect-unseen', '502: reset'), 'cut')
})

t.test('what varies is shown as a range, and what does not as one number', async (t) => {
  t.strictSame([between([3, 8, 5]), between([4, 4]), between([1, 1.24], 1)], ['3–8', '4', '1.0–1.2'])
})

t.test('a table is written for a terminal and for a document', async (t) => {
  const cells = { head: ['a', 'bb'], rows: [['row', '1']], notes: ['That is all.'] }

  t.equal(plain(cells), 'a    bb\nrow   1\nThat is all.')
  t.equal(markdown(cells), '| a | bb |\n| --- | --: |\n| row | 1 |\n\nThat is all.')
})

t.test('cost is measured once for each peer, beside a bare server and a second one', async (t) => {
  const ids = [OURS, 'fastify/installed', 'fastify/advised', 'slow/installed', 'slow/advised'].map(setup)

  t.strictSame(contestantsOf(ids), ['fastify/installed', 'control', OURS, 'slow/installed'])
})

t.test('a slice is held against its neighbours, so a machine that slows down for a while slows nobody', async (t) => {
  const figures = [100, 100, 50, 50, 50].map((rate) => ({ rate, cpu: 1 / rate }))

  const rates = besideNeighbours(figures).map(({ rate }) => Number(rate.toFixed(2)))

  t.strictSame(rates, [1, 1.33, 0.67, 1, 1])
})

t.test('what one of the two bare servers has in luck shifts nobody by more than half', async (t) => {
  const figures = [1.02, 0.98, 0.9].map((rate) => ({ rate, cpu: 2 - rate }))

  const series = overBare(['fastify/installed', 'control', OURS], [0, 1, 2], figures)

  t.strictSame(series, [{ id: 'control', rate: [0.98], cpu: [1.02] }, { id: OURS, rate: [0.9], cpu: [1.1] }])
})

t.test('all have a turn, in another order each time, which the seed settles', async (t) => {
  const [one, other] = [shuffled(11, 1), shuffled(11, 2)]

  t.strictSame(one.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  t.strictSame(one, shuffled(11, 1))
  t.notSame(one, other)
})

t.test('parts that were not measured again stay as they were', async (t) => {
  const at = (date: string) => ({ date, load: [1, 2] as const })
  const old = results({ rounds: 3, seeds: 5, losses: [loss({})], parts: { losses: at('1'), cost: at('1') } })
  const now = results({ rounds: 9, seeds: 9, setups: [setup(OURS)], cost: [{ id: OURS, rate: [1], cpu: [1] }], parts: { cost: at('2') } })

  const both = merged(old, now)

  t.match(both, { rounds: 9, seeds: 5, parts: { losses: at('1'), cost: at('2') }, losses: old.losses, cost: now.cost })
  t.equal(both.setups.length, 3)
})

t.test('a cost within the noise of the best is met, and one below it is not', async (t) => {
  const series = (id: string, low: number, high: number) => ({ id, rate: rounds(low, high), cpu: rounds(low, high) })
  const cost = (own: ReturnType<typeof series>) => [
    series('control', 0.98, 1.02), own, series('slow/installed', 0.995, 1.02)
  ]

  t.strictSame(costChecks(cost(series(OURS, 0.99, 1.01))).map(({ met }) => met), [true, true])
  t.strictSame(costChecks(cost(series(OURS, 0.93, 0.95))).map(({ met }) => met), [false, false])
  t.strictSame(costTable(results({ cost: cost(series(OURS, 0.99, 1.01)) })).rows.map(([name, rate]) => [name, rate]), [
    ['fastify again (control)', '1.000'], ['fastify-ecs-graceful', '1.000'], ['slow', '1.008']
  ])
})

t.test('losses and seconds stand together, with the least and the worst run', async (t) => {
  const losses = [loss({ lost: { refused: 20, 503: 1 } }), loss({ seed: 2, lost: { cut: 2 }, seconds: [7, 30], exits: ['0', 'SIGKILL'], late: 25 })]

  t.strictSame(lossTable(results({ losses }), 'harsh').rows, [['fastify-ecs-graceful', '–', '23 (2–21) / 6.5 (30.0)', '–', '–']])
  t.strictSame(causeTable(results({ losses })).rows, [['fastify-ecs-graceful', '4', '23', '5.8', '20', '0', '2', '1', '3 × 0, 1 × SIGKILL']])
})

t.test('one lost request, one bad exit or a long tail of ours is a number missed', async (t) => {
  const met = (run: Partial<LossRun>) => verdict(results({ losses: [loss(run)] })).map(({ met }) => met)

  t.strictSame(met({}), [true, true, true])
  t.strictSame(met({ lost: { refused: 1 } }), [false, true, true])
  t.strictSame(met({ exits: ['0', '1'] }), [true, false, true])
  t.strictSame(met({ tails: [300] }), [true, true, false])
  t.strictSame(met({ tails: [] }), [true, true], 'none was long enough to be seen, or nobody can look')
  t.strictSame(verdict(results({ losses: [loss({ id: 'slow/installed', lost: { refused: 1 } })] })), [], 'what others lose is their own')
})

t.test('behaviours are told as answered, seconds and exit', async (t) => {
  const behaviours = [
    { case: 'idle', id: OURS, runs: [behaviour({}), behaviour({ elapsed: 5_210 })] },
    { case: 'queue', id: OURS, runs: [behaviour({ of: 64, answered: 64 }), behaviour({ of: 64, answered: 1, exit: 'SIGTERM', closed: false })] }
  ]

  const [row] = behaviourTable(results({ behaviours })).rows

  t.strictSame(row, ['fastify-ecs-graceful', '5.0–5.2 / 0', '–', '1–64 of 64 / 5.0 / 0, SIGTERM', '–', '–', '–', '–', '3 of 4'])
  t.strictSame(boundTable(results({ behaviours })).rows[0], ['nothing to do', 'the drain delay', '5.00', '5.04–5.21', '210 ms'])
})

t.test('a stop that ends too long after its lower bound is missed, and one that leaves a request unanswered', async (t) => {
  const met = (id: string, run: Partial<Behaviour>) => {
    const behaviours = [{ case: id, id: OURS, runs: [behaviour(run)] }]
    return behaviourChecks(results({ behaviours })).map(({ met }) => met)
  }

  t.strictSame(met('idle', {}), [true])
  t.strictSame(met('idle', { elapsed: 5_300 }), [false])
  t.strictSame(met('long', { elapsed: 8_100, outstanding: 8_000, of: 1, answered: 1 }), [true])
  t.strictSame(met('long', { elapsed: 8_100, outstanding: 8_000, of: 1, answered: 0 }), [false])
})

t.test('a table takes its place in a document, and what stands around it stays', async (t) => {
  const cells = { head: ['a'], rows: [['1']], notes: [] }
  const document = 'Before.\n\n<!-- cost -->\nold\n<!-- /cost -->\n\nAfter.\n'

  const once = filled(document, { cost: cells })

  t.equal(once, 'Before.\n\n<!-- cost -->\n\n| a |\n| --- |\n| 1 |\n\n<!-- /cost -->\n\nAfter.\n')
  t.equal(filled(once, { cost: cells }), once)
  t.throws(() => filled(document, {}), { message: /cost/ })
  t.throws(() => filled(document, { cost: cells, losses: cells }), { message: /losses/ })
})

t.test('figures are written with a line for each, and can be read again', async (t) => {
  const some = results({ losses: [loss({}), loss({ seed: 2 })] })

  t.strictSame(JSON.parse(written(some)), some)
  t.equal(written(some).split('\n').filter((line) => line.includes('"seed"')).length, 2)
})
