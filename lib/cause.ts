import type { StopCause } from '../types/index'
import type { Clock } from './core/clock'

/** When the agent is asked, in milliseconds after the signal: it may send SIGTERM before it says that it has. */
const LOOKS = [0, 1_000, 3_000]

/** Who can tell why a task is stopped; neither rejects. */
export interface Witnesses {
  isToStop (): Promise<boolean | null>
  /** Asks until it is known, or `over`. */
  wasSpot (over: AbortSignal): Promise<boolean | null>
}

/** Why a task is stopped, as far as others have told by now. Nobody waits for them. */
export class Cause {
  ecs: StopCause['ecs'] = null
  spot: StopCause['spot'] = null
  readonly #witnesses: Witnesses
  readonly #clock: Clock

  constructor (witnesses: Witnesses, clock: Clock) {
    this.#witnesses = witnesses
    this.#clock = clock
  }

  /** Asks all of them. `ended` aborts when the answers interest nobody any more. */
  ask (ended: AbortSignal): void {
    void this.#witnesses.wasSpot(ended).then((spot) => { this.spot = spot })
    void this.#askAgent(ended)
  }

  async #askAgent (ended: AbortSignal): Promise<void> {
    let waited = 0
    for (const look of LOOKS) {
      await this.#clock.wait(look - waited, ended)
      waited = look
      if (ended.aborted || this.ecs === true) return
      this.ecs = await this.#witnesses.isToStop() ?? this.ecs
    }
  }
}
