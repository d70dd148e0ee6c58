/** From when until when a node has a task among its targets. */
export interface Membership {
  readonly from: number
  readonly until: number
}

/** What the requests of one node may expect. Durations and instants in milliseconds. */
export interface Routing {
  /** The integral, over the time between two instants, of 1 / the number of targets: a target's share of the node's requests, as time. */
  share (from: number, until: number): number
  /** How much of the time between two instants there was no target. */
  without (from: number, until: number): number
}

/** The time since the first instant until `at`, and what had come together by then. */
interface Mark {
  readonly at: number
  readonly share: number
  readonly without: number
  /** From then on. */
  readonly targets: number
}

/** A node shares its requests evenly among its targets. */
export function routing (members: readonly Membership[]): Routing {
  const marks = marksOf(members)
  const upTo = (at: number): { share: number, without: number } => {
    const mark = lastUpTo(marks, at)
    return mark === undefined ? { share: 0, without: 0 } : advanced(mark, at)
  }
  return {
    share: (from, until) => Math.max(0, upTo(until).share - upTo(from).share),
    without: (from, until) => Math.max(0, upTo(until).without - upTo(from).without)
  }
}

function marksOf (members: readonly Membership[]): Mark[] {
  const changes = members
    .flatMap(({ from, until }) => [{ at: from, by: 1 }, { at: until, by: -1 }])
    .filter(({ at }) => at < Infinity)
    .sort((a, b) => a.at - b.at || b.by - a.by)
  const marks: Mark[] = []
  for (const { at, by } of changes) {
    const before = marks.at(-1) ?? { at, share: 0, without: 0, targets: 0 }
    marks.push({ at, ...advanced(before, at), targets: before.targets + by })
  }
  return marks
}

function advanced ({ at: since, share, without, targets }: Mark, at: number): { share: number, without: number } {
  const passed = at - since
  return targets > 0 ? { share: share + passed / targets, without } : { share, without: without + passed }
}

/** By halving. */
function lastUpTo (marks: readonly Mark[], at: number): Mark | undefined {
  let [low, high] = [0, marks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (marks[middle]!.at <= at) low = middle + 1
    else high = middle
  }
  return marks[low - 1]
}
