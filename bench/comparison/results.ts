import type { BehaviourCell } from './perform'
import type { CostSeries } from './cost'
import type { LossRun } from './losses'
import type { Setup } from './setups'

/** What the comparison writes, and what its tables and pictures are made of. */
export interface Results {
  /** Of this format. */
  readonly version: 1
  readonly date: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly loader: string
  readonly rounds: number
  readonly seeds: number
  /** Processes that wanted a core, on average over a minute, before each part and after the last: what else the machine did. */
  readonly load: readonly number[]
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

function lines (value: unknown): string {
  const listed = Array.isArray(value) && value.some((item) => typeof item === 'object')
  return listed ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]` : JSON.stringify(value)
}
