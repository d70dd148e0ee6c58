import type { Order, RequestClass, RequestRecord, RunResult, StopRecord } from '../../../types/rehearsal'

/** Before the first action of a stop, and after its exit: requests this near could have met it. */
const AROUND = 1_000

const fine: readonly RequestClass[] = ['ok', 'late']

export function isLost ({ class: kind }: RequestRecord): boolean {
  return !fine.includes(kind)
}

/** Whether a request was planned while `stop` went on, or near it. */
export function inWindow ({ planned }: RequestRecord, { decided, exited = Infinity }: StopRecord): boolean {
  return planned >= decided - AROUND && planned <= exited + AROUND
}

/** Losses by the order of the stop that they belong to; those that belong to none are under `none`. */
export type Losses = ReadonlyMap<Order | 'none', readonly RequestRecord[]>

/**
 * Whose loss it is: of the task that had the request, if that was being stopped; if no task had it, of a stop that went on
 * at the time. What a task lost that nobody was stopping, or what was lost far from every stop, belongs to none, and is a
 * defect all the same.
 */
export function lossesByOrder ({ requests, tasks }: Pick<RunResult, 'requests' | 'tasks'>): Losses {
  const stops = tasks.flatMap(({ task, stop }) => stop ? [{ task, stop }] : [])
  const losses = new Map<Order | 'none', RequestRecord[]>()
  for (const request of requests.filter(isLost)) {
    const own = stops.find(({ task, stop }) => task === request.task && request.ended >= stop.decided)
    const near = own ?? (request.task === undefined ? stops.find(({ stop }) => inWindow(request, stop)) : undefined)
    const order = near?.stop.order ?? 'none'
    const others = losses.get(order)
    if (others) others.push(request)
    else losses.set(order, [request])
  }
  return losses
}
