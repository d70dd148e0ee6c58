import type { Asking } from './client'
import type { PreparedRoute } from './prepared-route'
import type { ClientRecord } from './types'

const LATE = 10_000

/** What is known of a request as it is sent. */
export interface Sending {
  readonly route: PreparedRoute
  readonly node: number
  readonly planned: number
  readonly probe?: string
}

/** The ledger's line about a request that has ended. */
export function recordOf (
  { route, node, planned, probe }: Sending, { id, sent }: Asking, { firstByte, ended, status, bytes, balancer, broken, problem }: Awaited<Asking['answer']>
): ClientRecord {
  const expected = problem === undefined
  return {
    id,
    route: route.name,
    probe,
    node,
    planned,
    sent,
    firstByte,
    ended,
    status,
    bytes,
    balancer,
    whole: broken === undefined,
    expected,
    problem,
    late: expected && ended - planned > (route.route.lateAfter ?? LATE)
  }
}
