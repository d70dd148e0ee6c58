import t from 'tap'

import type { Checker } from '../../../lib/core/checkers'
import { reasonToLeave } from '../../../lib/core/lame-duck'
import { seeded, within, type Random } from '../../../lib/rehearsal/random'
import { endOfLameDuck, type NodeTraffic } from '../../../lib/rehearsal/simulate/lame-duck'
import type { Series } from '../../../lib/rehearsal/simulate/series'
import { planOf } from '../../../lib/rehearsal/simulate/simulate'

const LOOK = 50

/** Every instant up to `now`, written out. */
function instants ({ first, every, until }: Series, now: number): number[] {
  const found: number[] = []
  for (let at = first - 20 * every; at <= Math.min(now, until); at += every) found.push(at)
  return found
}

/** The real rule, asked every 50 ms. Instants are shifted, because the real clock never begins at the signal. */
function realEnd (plan: ReturnType<typeof planOf>, unhealthyThreshold: number, nodes: readonly NodeTraffic[], intervalSeconds: number) {
  const since = 1e7
  for (let now = 0; ; now += LOOK) {
    const checkers = nodes.map(({ checks }): Checker => {
      const probes = instants(checks, now)
      const refused = probes.filter((at) => at > 0)
      return { probes: probes.slice(-5).map((at) => since + at), refusals: refused.length, lastRefusal: since + (refused.at(-1) ?? 0) }
    })
    const lastRequest = since + Math.max(...nodes.map(({ requests }) => instants(requests, now).at(-1) ?? -1e6))
    const left = reasonToLeave(plan, { unhealthyThreshold, intervalSeconds }, { now: since + now, since, lastRequest, checkers })
    if (left) return { at: now, left }
  }
}

/** Some nodes have looked away before the signal, some do later, some never; some still check on the task then. */
function drawNode (random: Random, interval: number): NodeTraffic {
  const away = random() < 0.2 ? Infinity : within(random, [-15_000, 25_000])
  const every = random() < 0.5 ? within(random, [10, 500]) : within(random, [500, 9_000])
  return {
    checks: { first: interval * (1 - random()), every: interval, until: random() < 0.3 ? away + 10_000 : away },
    requests: { first: every * (1 - random()), every, until: away }
  }
}

t.test('the lame duck on paper ends within a look of the real rule, and for the same reason', async (t) => {
  const reasons = new Map<string, number>()
  const different: unknown[] = []
  for (let seed = 0; seed < 400; seed++) {
    const random = seeded(seed, 'lame ducks')
    const plan = planOf({ stopTimeout: [5, 30, 30, 60][seed % 4]! })
    const interval = [5, 10, 30][Math.floor(random() * 3)]!
    const threshold = 2 + Math.floor(random() * 2)
    const nodes = Array.from({ length: 1 + Math.floor(random() * 4) }, () => drawNode(random, interval * 1_000))

    const paper = endOfLameDuck(plan, threshold, nodes)
    const real = realEnd(plan, threshold, nodes, interval)

    reasons.set(real.left, (reasons.get(real.left) ?? 0) + 1)
    if (Math.abs(paper.at - real.at) > LOOK || paper.left !== real.left) different.push({ seed, paper, real })
  }

  t.strictSame(different, [])
  t.ok(['quiet', 'told', 'limit'].every((reason) => reasons.get(reason)! > 20), 'each reason occurs')
})
