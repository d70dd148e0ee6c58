import type { EcsTask } from '../../types/index'
import type { Clock } from '../core/clock'
import { Ecs, loadEcs } from './ecs'
import { isSpot } from './spot'
import { definedStopTimeout } from './stop-timeout'

export interface DescribeOptions {
  readonly clock: Clock
  /** Called once if anything failed, with all that did. */
  warn (reasons: string): void
}

/** What ECS itself says of the task. */
export interface Described {
  readonly task: EcsTask | null
  /** From SIGTERM to SIGKILL, in milliseconds, as the task definition has it; undefined where it is not known. */
  readonly stopTimeout?: number
  readonly capacityProvider?: string
  /**
   * Whether it is Spot that takes the task away; null where that is not known. Asks a few times, since ECS may not know
   * at once, and gives up when the drain is `over`. Never rejects.
   */
  spotAtSignal (over: AbortSignal): Promise<boolean | null>
}

/** Milliseconds before each look at the reason of a stop. */
const LOOKS = [0, 1_000, 2_000, 4_000]

/**
 * Asks ECS for what a task's metadata does not say. Rejects only if the SDK is not installed: a look-up that fails leaves
 * its part undefined, and one that is not possible outside ECS is not made.
 */
export async function describe (metadata: () => Promise<EcsTask | null>, { clock, warn }: DescribeOptions): Promise<Described> {
  const sdk = await loadEcs()
  const task = await metadata()
  if (task === null) return { task, spotAtSignal: async () => null }

  const ecs = new Ecs(sdk, task)
  const [definition, answer] = await Promise.all([ecs.definition(), ecs.standing()])
  ecs.rest()
  const standing = 'value' in answer ? answer.value : {}
  const defined = 'value' in definition ? definedStopTimeout(definition.value, task.container.name, task.launchType ?? standing.launchType) : definition
  const failures = [defined, answer].flatMap((part) => 'failure' in part ? [part.failure] : [])
  if (failures.length > 0) warn(failures.join('; '))

  return {
    task,
    stopTimeout: 'failure' in defined ? undefined : defined.stopTimeout,
    capacityProvider: standing.capacityProvider,
    spotAtSignal: async (over) => {
      const spot = isSpot(standing) ?? await reasonOfStop(ecs, clock, over)
      ecs.rest()
      return spot
    }
  }
}

async function reasonOfStop (ecs: Ecs, clock: Clock, over: AbortSignal): Promise<boolean | null> {
  for (const pause of LOOKS) {
    await clock.wait(pause, over)
    const answer = over.aborted ? undefined : await ecs.standing(over)
    if (answer === undefined || ('denied' in answer && answer.denied)) return null
    const standing = 'value' in answer ? answer.value : {}
    const spot = isSpot(standing)
    if (spot !== null || standing.stopCode !== undefined) return spot
  }
  return null
}
