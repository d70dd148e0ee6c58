import type { DrainReport } from '../../../types/index'
import type { Ending } from './instants'
import type { Kind } from './kinds'
import type { Outcome } from './table'

/** What a report says, as far as clients can change it. */
export function said ({ outcome, exitCode, served, accepted, webSockets, cut, errors, clients, repeatedSignals }: DrainReport): object {
  const { requests, unnamed, upgraded, work } = cut
  const named = requests.map(({ method, route }) => `${method} ${route}`)
  return { outcome, exitCode, served, accepted, told: webSockets.told, cut: { named, unnamed, upgraded, work }, errors, clients, repeatedSignals }
}

/** What it must say, where each client had the same outcome. A request beside the one that is looked at is answered or cut with it. */
export function due (outcome: Outcome, { asks = 'GET /held', besides = 0 }: Kind, { clients, queued }: Ending): object {
  const { served = 0, told = 0, named = 0, upgraded = 0 } = outcome
  const each = (count: number): number => count * clients.length
  const isCut = named + upgraded > 0
  return {
    outcome: isCut ? 'cut' : 'drained',
    exitCode: isCut ? 1 : 0,
    served: each(served + (isCut ? 0 : besides)),
    accepted: queued,
    told: each(told),
    cut: {
      named: Array<string>(named > 0 ? each(named + besides) : 0).fill(asks),
      unnamed: 0,
      upgraded: each(upgraded),
      work: []
    },
    errors: [],
    clients: [],
    repeatedSignals: 0
  }
}
