import type { SoakResult } from './soak'
import { leftovers } from './cycles'

export interface Verdict {
  readonly verdict: 'PASS' | 'FAIL' | 'INVALID'
  /** Why it is not PASS, each in a sentence. */
  readonly reasons: readonly string[]
}

type Judged = Omit<SoakResult, 'version' | 'verdict' | 'reasons'>
type Round = Judged['rounds'][number]

/** A load later than this, in milliseconds, had no machine to itself: what was lost meanwhile may be the machine's doing. */
const LATE = 250

/** Whether the promises were kept, if the soak could have told. Pure. */
export function judge ({ settings, rounds, work, veterans, cycles }: Judged): Verdict {
  const late = rounds.filter(isLate)
  const drawn = (kind: string): Round[] => rounds.filter(({ fault }) => fault.kind === kind)
  const missed = settings.faults.filter((kind) => drawn(kind).length > 0 && !drawn(kind).some(({ struck }) => struck))
  const blind = [
    ...rounds.length === 0 ? ['there was no deployment'] : [],
    ...late.length * 2 > rounds.length ? [`the load came late in ${late.length} of ${rounds.length} deployments: use a quieter machine, or ask for less with --rate`] : [],
    ...missed.map((kind) => `${kind} never took hold`),
    ...(veterans ?? []).some(({ added }) => added.interval === null) ? ['there were too few deployments to tell what grows'] : []
  ]
  const faults = [
    ...rounds.filter((round) => !isLate(round)).flatMap(faultsOf),
    ...work.unfulfilled.length > 0 ? [`${work.unfulfilled.length} of ${work.published} answered orders were not fulfilled exactly once`] : [],
    ...(veterans ?? []).filter(({ grew }) => grew).map(({ what }) => `${what} of a task that lived through everything grew`),
    ...veteranLeftovers(rounds),
    ...cycles?.grew ? ['the heap grew with each registration'] : [],
    ...(cycles?.left ?? []).map((left) => `registering and closing left ${left}`)
  ]
  const lateFaults = late.flatMap(faultsOf).map((fault) => `${fault}, but the load came late: run again`)
  if (blind.length > 0) return { verdict: 'INVALID', reasons: [...blind, ...faults, ...lateFaults] }
  if (faults.length > 0) return { verdict: 'FAIL', reasons: [...faults, ...lateFaults] }
  return { verdict: lateFaults.length > 0 ? 'INVALID' : 'PASS', reasons: lateFaults }
}

export function isLate ({ requests: { lateness } }: Round): boolean {
  return lateness.p999 >= LATE || lateness.unsent > 0
}

/** What one deployment must not bring, each in a sentence. */
export function faultsOf ({ number, requests, webSockets, ended, begunAgain }: Round): string[] {
  const some = (list: readonly unknown[], one: string, many: string): string[] => list.length === 0 ? [] : [list.length === 1 ? `one ${one}` : `${list.length} ${many}`]
  return [
    ...some(requests.unexcused, 'request was lost that nothing excuses', 'requests were lost that nothing excuses'),
    ...some(requests.twice, 'request was handled twice', 'requests were handled twice'),
    ...requests.broken,
    ...webSockets.unexcused,
    ...some(begunAgain.unexcused, 'piece of work was begun again', 'pieces of work were begun again'),
    ...ended.flatMap(({ faults }) => faults)
  ].map((fault) => `deployment ${number}: ${fault}`)
}

/** The veteran with the plugin is the first of the two. What the control has as well is not held against it. */
function veteranLeftovers (rounds: readonly Round[]): string[] {
  const [first, last] = [rounds[0]?.veterans, rounds.at(-1)?.veterans]
  if (!first?.[1] || !last?.[1]) return []
  const own = leftovers({ ...first[0]!, handles: {} }, { ...last[0]!, handles: {} })
  return own.map((left) => `a task that lived through everything has ${left}`)
}
