/** What ECS is told: to spare this task for so many minutes, or no longer. */
export type ProtectionOrder =
  | { readonly enabled: true, readonly minutes: number }
  | { readonly enabled: false }

/** What came of an order. */
export type ProtectionOutcome = { readonly obeyed: true } | {
  readonly obeyed: false
  /** Whether it is certain that nothing has changed. Without an answer, the order may have been obeyed. */
  readonly unchanged: boolean
  /** Whether the same order may well be obeyed in an instant. */
  readonly again: boolean
  readonly code: string
  readonly message: string
}

/** What is known of a task's protection. Instants are a clock's. */
export interface ProtectionState {
  /** Of the last protection that is, or may be, in force. */
  readonly minutes: number
  readonly since: number
  /** False if nobody has said that it is. */
  readonly certain: boolean
  /** No order before this instant: the last one has failed. */
  readonly notBefore: number
  /** Whether that order is about to be given once more, at once. */
  readonly retrying: boolean
}

const READY = { notBefore: -Infinity, retrying: false }

export const unprotected: ProtectionState = { minutes: 0, since: 0, certain: true, ...READY }

const MINUTE = 60_000
/** The part of its minutes after which a protection is renewed. */
const RENEW_AFTER = 0.5
/** Before an order is tried again at once. Longer would be beyond the patience of whoever waits for it. */
const SOON = 200
/** Before it is tried anew, and the part of the minutes which that is at most. */
const LATER = MINUTE
const LATER_PART = 0.25

/** Whether this task is spared for certain. */
export function isProtected (state: ProtectionState, now: number): boolean {
  return state.certain && mayBeProtected(state, now)
}

/** Whether there may be something to give up. */
export function mayBeProtected ({ minutes, since }: ProtectionState, now: number): boolean {
  return now < since + minutes * MINUTE
}

/** The order that is due if the task is to be spared for `wanted` minutes, 0 for not at all. Undefined for none. */
export function dueOrder (wanted: number, state: ProtectionState, now: number): ProtectionOrder | undefined {
  if (now < state.notBefore) return
  if (wanted === 0) return mayBeProtected(state, now) ? { enabled: false } : undefined
  const isEnough = isProtected(state, now) && wanted <= state.minutes && now < renewal(state)
  return isEnough ? undefined : { enabled: true, minutes: wanted }
}

/** The instant at which the next order will be due, where none is. */
export function nextOrder (state: ProtectionState, now: number): number {
  return now < state.notBefore ? state.notBefore : renewal(state)
}

/** The wish has changed: that an older one failed is no reason to wait. */
export function withNewWish (state: ProtectionState): ProtectionState {
  return { ...state, ...READY }
}

/** What is known while `order` is under way: a protection that is being given up is not to be relied on. */
export function withOrder (state: ProtectionState, order: ProtectionOrder): ProtectionState {
  return { ...state, certain: state.certain && order.enabled }
}

/** What is known once `order` has come to `outcome`. */
export function afterOrder (state: ProtectionState, order: ProtectionOrder, outcome: ProtectionOutcome, now: number): ProtectionState {
  if (outcome.obeyed) return order.enabled ? { ...unprotected, minutes: order.minutes, since: now } : unprotected
  const retrying = outcome.again && !state.retrying
  const failed = { notBefore: now + (retrying ? SOON : later(order, state)), retrying }
  if (outcome.unchanged || !order.enabled) return { ...state, ...failed }
  return { minutes: Math.max(order.minutes, state.minutes), since: now, certain: false, ...failed }
}

function renewal ({ minutes, since }: ProtectionState): number {
  return since + minutes * MINUTE * RENEW_AFTER
}

function later (order: ProtectionOrder, state: ProtectionState): number {
  const minutes = order.enabled ? order.minutes : state.minutes
  return Math.min(LATER, minutes * MINUTE * LATER_PART)
}
