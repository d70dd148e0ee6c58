import t from 'tap'

import { progressLine } from '../../bench/soak/lines'
import { drawRound } from '../../bench/soak/plan'
import { defaults, type SoakSettings } from '../../bench/soak/settings'
import { soak } from '../../bench/soak/soak'
import { faultsOf } from '../../bench/soak/verdict'

/** One deployment, together with its deregistration, of one task each. The package must have been built. */
const smallest: SoakSettings = {
  ...defaults,
  minutes: 1,
  deployments: 1,
  seed: seedOf('together'),
  rate: 20,
  tasks: 1,
  webSockets: 4,
  faults: ['redis-gone'],
  memory: false,
  stopTimeout: 12,
  deregistrationDelay: 8
}

function seedOf (order: string): number {
  for (let seed = 1; ; seed++) if (drawRound(seed, 1).order === order) return seed
}

t.test('a deployment while Redis goes away loses nothing, and both tasks go by themselves and say so', async (t) => {
  const { rounds: [round], work } = await soak(smallest, { signal: new AbortController().signal, onRound: () => {}, onNote: () => {} })

  t.strictSame(faultsOf(round!), [])
  t.match(round!, { order: 'together', struck: true, requests: { lost: {} } })
  t.ok(round!.requests.sent > 50)
  t.strictSame(round!.ended.map(({ worker, said }) => [worker, said !== undefined]).sort(), [[false, true], [true, true]])
  t.ok(round!.webSockets.told + round!.webSockets.cut.balancer > 0)
  t.strictSame(work.unfulfilled, [])
  t.match(progressLine(round!), /^#1 together, redis-gone, \d+ s: \d+ requests, lost 0, twice 0; WebSockets /)
})
