import type { Phase } from '../../types/index'

const mayFollow: Readonly<Record<Phase, readonly Phase[]>> = {
  starting: ['ready', 'draining', 'closing'],
  ready: ['draining', 'closing'],
  draining: ['closing'],
  closing: ['closed'],
  closed: []
}

/** The one word that says where a task stands. Phases are only ever changed here, and only forwards. */
export class Lifecycle {
  readonly #onChange: (phase: Phase) => void
  #phase: Phase = 'starting'

  constructor (onChange: (phase: Phase) => void) {
    this.#onChange = onChange
  }

  get phase (): Phase {
    return this.#phase
  }

  /** Whether a stop has begun, in whatever way. */
  get stopping (): boolean {
    return this.#phase !== 'starting' && this.#phase !== 'ready'
  }

  /** Throws on a step that the table does not know: that is a defect of this package, never of its user. */
  advance (to: Phase): void {
    if (!mayFollow[this.#phase].includes(to)) throw new Error(`a task that is ${this.#phase} cannot become ${to}`)
    this.#phase = to
    this.#onChange(to)
  }
}
