import type { BehaviourCell } from './perform'
import type { CostSeries } from './cost'
import type { LossRun } from './losses'
import type { Setup } from './setups'

export const parts = ['cost', 'losses', 'behaviours'] as const
export type Part = typeof parts[number]

/** What the comparison writes, and what its tables and pictures are made of. */
export interface Results {
  /** Of this format. */
  readonly version: 1
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly loader: string
  readonly rounds: number
  readonly seeds: number
  /** When each part was measured, and how many processes wanted a core before and after it, on average over a minute: what else the machine did. */
  readonly parts: Readonly<Partial<Record<Part, { readonly date: string, readonly load: readonly [number, number] }>>>
  readonly setups: readonly Setup[]
  readonly cost: readonly CostSeries[]
  readonly losses: readonly LossRun[]
  readonly behaviours: readonly BehaviourCell[]
}

/** As JSON with a line for each figure, so that a new run can be read as a difference. */
export function written (results: Results): string {
  const entries = Object.entries(results).map(([key, value]) => `${JSON.stringify(key)}: ${lines(value)}`)
  return `{\n${entries.join(',\n')}\n}\n`
}

/** What was measured now, and of what was not the figures that were there. */
export function merged (old: Results, now: Results): Results {
  const kept = parts.filter((part) => !now.parts[part])
  return {
    ...now,
    setups: kept.length > 0 ? old.setups : now.setups,
    rounds: now.parts.cost ? now.rounds : old.rounds,
    seeds: now.parts.losses ? now.seeds : old.seeds,
    parts: { ...old.parts, ...now.parts },
    ...Object.fromEntries(kept.map((part) => [part, old[part]]))
  }
}

function lines (value: unknown): string {
  const listed = Array.isArray(value) && value.some((item) => typeof item === 'object')
  return listed ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]` : JSON.stringify(value)
}
