import { cases, type Behaviour } from './behaviours'
import { between, type Cells } from './cells'
import type { Results } from './results'
import { ours } from './setups'
import type { Check } from './verdict'

/** How far above its lower bound a stop of ours may end, in milliseconds. */
const MOST_ABOVE = 250

export function behaviourTable ({ behaviours, setups }: Results): Cells {
  const rows = setups.flatMap(({ id, name }) => {
    const own = behaviours.filter((cell) => cell.id === id)
    if (own.length === 0) return []
    const runs = own.flatMap((cell) => cell.runs)
    const closed = runs.filter(({ closed }) => closed).length
    return [[name, ...cases.map((one) => cell(own.find((cell) => cell.case === one.id)?.runs)), `${closed} of ${runs.length}`]]
  })
  return {
    head: ['answered / s / exit', ...cases.map(({ title }) => title), 'onClose ran'],
    rows,
    notes: ['From SIGTERM to the exit, for the exception from its request; the exit code, or the signal. SIGKILL is ours after 30 s, as it would be ECS\'s.']
  }
}

function cell (runs: readonly Behaviour[] | undefined): string {
  if (!runs || runs.length === 0) return '–'
  const [first] = runs
  const answered = first!.of === 0 ? '' : `${between(runs.map((run) => run.answered))} of ${first!.of} / `
  return `${answered}${between(runs.map(({ elapsed }) => elapsed / 1_000), 1)} / ${[...new Set(runs.map(({ exit }) => exit))].join(', ')}`
}

/** What a stop of ours may take at least, case by case, and what it took. */
export function boundTable (results: Results): Cells {
  const rows = ownRuns(results).map(({ one, bounds, elapsed, above }) =>
    [one.title, one.why!, between(bounds.map((bound) => bound / 1_000), 2), between(elapsed.map((ms) => ms / 1_000), 2), `${Math.max(...above)} ms`])
  return { head: ['this plugin', 'lower bound', 's', 'SIGTERM to exit, s', 'above it, at most'], rows, notes: [] }
}

export function behaviourChecks (results: Results): Check[] {
  return ownRuns(results).map(({ one, above, runs }) => {
    const worst = Math.max(...above)
    const wanting = ['hang', 'pool'].includes(one.id) ? 0 : runs.filter(({ of, answered }) => answered < of).length
    return {
      met: worst <= MOST_ABOVE && wanting === 0,
      sentence: `${one.title}: at most ${worst} ms above its lower bound (${MOST_ABOVE} allowed)${wanting > 0 ? `, and not all was answered in ${wanting} runs` : ''}.`
    }
  })
}

function ownRuns ({ behaviours }: Results) {
  return cases.flatMap((one) => {
    const runs = behaviours.find((cell) => cell.id === ours && cell.case === one.id)?.runs ?? []
    if (!one.bound || runs.length === 0) return []
    const bounds = runs.map(({ outstanding }) => one.bound!(outstanding))
    const elapsed = runs.map(({ elapsed }) => elapsed)
    return [{ one, runs, bounds, elapsed, above: elapsed.map((ms, run) => ms - bounds[run]!) }]
  })
}

/** How each case is forced. */
export function caseTable (): Cells {
  return { head: ['case', 'how its instant is forced'], rows: cases.map(({ title, forced }) => [title, forced]), notes: [] }
}
