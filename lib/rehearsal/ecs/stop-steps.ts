import type { Order } from '../../../types/rehearsal'
import { within, type Random } from '../random'

export interface StopTimings {
  /** Seconds, as AWS has them. */
  readonly stopTimeout: number
  readonly deregistrationDelay: number
  readonly secondSigterm: boolean
}

/** When what happens to a task that is stopped, in milliseconds after ECS has decided it. What is absent does not happen while the task runs. */
export interface StopSteps {
  readonly deregister?: number
  readonly signal?: number
  readonly secondSignal?: number
  readonly kill: number
}

/** By how much the signal may follow a deregistration that it does not wait for, as practitioners report. */
const SIGNAL_AFTER = [0, 2_000] as const
/** By how much a deregistration may follow a signal that did not wait for it: what reports of 502s after StopTask amount to. */
const DEREGISTER_AFTER = [1_000, 5_000] as const
/** When the agent repeats itself. */
const SECOND_AFTER = [500, 3_000] as const

/** A stop on paper. What is drawn comes from `random`, in the same number of draws for every order. */
export function stopSteps (order: Order, { stopTimeout, deregistrationDelay, secondSigterm }: StopTimings, random: Random): StopSteps {
  const signalAfter = within(random, SIGNAL_AFTER)
  const deregisterAfter = within(random, DEREGISTER_AFTER)
  const secondAfter = within(random, SECOND_AFTER)
  const signalled = (signal: number): Pick<StopSteps, 'signal' | 'secondSignal' | 'kill'> => ({
    signal,
    ...secondSigterm ? { secondSignal: signal + secondAfter } : {},
    kill: signal + stopTimeout * 1_000
  })

  switch (order) {
    case 'deregister-first': return { deregister: 0, ...signalled(deregistrationDelay * 1_000) }
    case 'together': return { deregister: 0, ...signalled(signalAfter) }
    case 'signal-first': return { deregister: deregisterAfter, ...signalled(0) }
    case 'health-only': return signalled(0)
    case 'kill': return { kill: 0 }
  }
}
