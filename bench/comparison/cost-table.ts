import { summarise, type Range } from '../statistics'
import { judge } from '../verdict'
import { control } from './cost'
import type { Cells } from './cells'
import type { Results } from './results'
import { ours } from './setups'
import type { Check } from './verdict'

/** Cost while ready, as ratios to bare Fastify. */
export function costTable ({ cost, setups, rounds, loader }: Results): Cells {
  const rows = cost.map(({ id, rate, cpu }) => {
    const [rates, cpus] = [summarise(rate), summarise(cpu)]
    const name = id === control ? 'fastify again (control)' : setups.find((setup) => setup.id === id)!.name
    return [name, fixed(rates.median), range(rates.quartiles), range(rates.interval), fixed(cpus.median), range(cpus.quartiles), range(cpus.interval)]
  })
  return {
    head: ['to bare Fastify', 'requests/s', 'middle half', '95 % interval', 'CPU per request', 'middle half', '95 % interval'],
    rows,
    notes: [
      `Medians of ${cost[0]?.rate.length ?? 0} slices of a second in ${rounds} rounds, each beside the slices just before and after it, and over how bare Fastify, of which there are two, did beside its own; load by ${loader}. ` +
        'More requests a second and less CPU are better. The control is one of the two: what it differs by from 1 is noise.',
      ...costChecks(cost).map(({ sentence }) => sentence)
    ]
  }
}

/** Ours against the noise, and against the best of the others. */
export function costChecks (cost: Results['cost']): Check[] {
  const of = (id: string) => cost.find((series) => series.id === id)
  const [own, same] = [of(ours), of(control)]
  if (!own || !same) return []
  const others = cost.filter(({ id }) => ![control, ours].includes(id))
  const noise = judge(summarise(own.rate), summarise(same.rate))
  const best = others.toSorted((a, b) => summarise(b.rate).median - summarise(a.rate).median)[0]
  return [
    { met: noise.met, sentence: noise.sentence },
    ...best ? [againstBest(summarise(own.rate), summarise(best.rate), best.id)] : []
  ]
}

function againstBest (own: ReturnType<typeof summarise>, best: ReturnType<typeof summarise>, id: string): Check {
  const within = own.interval !== null && best.interval !== null && own.interval[1] >= best.interval[0]
  const met = own.median >= best.median || within
  const where = own.median >= best.median ? 'above' : within ? 'within the noise of' : 'below'
  return { met, sentence: `The plugin's median ${fixed(own.median)} is ${where} that of the best peer, ${fixed(best.median)} (${id.split('/')[0]}).` }
}

function fixed (ratio: number): string {
  return ratio.toFixed(3)
}

function range (range: Range | null): string {
  return range === null ? '–' : range.map(fixed).join('–')
}
