import type { ForwardRecord, RequestRecord } from '../../types/rehearsal'

/** What was done to a task, and when; instants as in the ledgers. */
export interface Deed {
  readonly task: number
  readonly kind: 'killed' | 'postgres-stalled' | 'postgres-silent' | 'redis-gone' | 'loop-blocked'
  readonly from: number
  until: number
}

/**
 * Why something was lost.
 *
 * - `killed`: in flight on a task that was killed
 * - `dead`: sent to a task that had been killed, before the nodes had looked away
 * - `database`: answered by the service itself, with its own error, while its PostgreSQL did not answer
 * - `named`: cut at the force point, by a task whose PostgreSQL never answered again, and which names as many in its report
 * - `delay`: hung on such a PostgreSQL until the balancer cut it, at the end of the deregistration delay
 * - `promised`: nothing excuses it
 */
export type Cause = 'killed' | 'dead' | 'database' | 'named' | 'delay' | 'promised'

/** What the balancer says when it cuts what a deregistered task still has. */
export const DELAY_OVER = 'the deregistration delay is over'

/** After a stall: what had queued up in the pool, which waits for 5 s, and the statements before it. */
const AFTERMATH = 8_000

type Lost = Pick<RequestRecord, 'class' | 'status' | 'sent' | 'ended'>
type Forward = Pick<ForwardRecord, 'task' | 'at' | 'ended' | 'outcome' | 'cause'>

/**
 * The cause of a loss, by what was done to the task that had the request. `forcePoint` is the instant of that task's, if it was stopped:
 * nothing is cut before. Pure; `named` is yet to be held against the report.
 */
export function causeOf (request: Lost, forward: Forward | undefined, deeds: readonly Deed[], forcePoint = Infinity): Cause {
  const done = (kind: Deed['kind']): Deed | undefined => deeds.find((deed) => deed.task === forward?.task && deed.kind === kind)
  const killed = done('killed')
  if (killed && forward!.ended >= killed.from) return forward!.at <= killed.from && forward!.outcome !== 'refused' ? 'killed' : 'dead'

  const silent = done('postgres-silent')
  const mute = silent ?? done('postgres-stalled')
  if (!mute || request.ended < mute.from || request.sent > mute.until + AFTERMATH) return 'promised'
  if (silent && forward!.cause === DELAY_OVER) return 'delay'
  if (request.ended < forcePoint) return isOwnError(request) ? 'database' : 'promised'
  return silent && ['cut', 'truncated', 'effect-unseen'].includes(request.class) ? 'named' : 'promised'
}

/** An error that the service's handler made; once it has begun to stream, it can only break off. */
function isOwnError ({ class: kind, status }: Lost): boolean {
  return (kind === 'wrong' && status === 500) || kind === 'truncated'
}
