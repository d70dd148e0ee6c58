/** What a service asks of its deployments. */
export interface Capacity {
  /** Tasks that should run. */
  readonly desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
}

/** Where a deployment stands: tasks of the old version, and of the new. */
export interface Standing {
  /** Healthy, and not yet told to stop. */
  readonly old: number
  /** Told to stop, and not gone yet. */
  readonly stopping: number
  readonly starting: number
  readonly healthy: number
}

/** What ECS does next. */
export interface Step {
  readonly start: number
  readonly stop: number
}

/**
 * How many tasks a rolling deployment may start and stop now: never fewer healthy ones than the minimum (rounded up),
 * never more than the maximum (rounded down). A task that is stopping counts until it is gone, which is why each batch
 * costs a whole stop where the maximum leaves no room.
 */
export function nextStep ({ desired, minimumHealthyPercent, maximumPercent }: Capacity, { old, stopping, starting, healthy }: Standing): Step {
  const floor = Math.ceil(desired * minimumHealthyPercent / 100)
  const ceiling = Math.floor(desired * maximumPercent / 100)
  return {
    start: Math.max(0, Math.min(desired - starting - healthy, ceiling - old - stopping - starting - healthy)),
    stop: Math.max(0, Math.min(old, old + healthy - floor))
  }
}

/** Whether a deployment can get anywhere: there must be room for one task more, or leave for one task less. */
export function canRoll (capacity: Capacity): boolean {
  const { start, stop } = nextStep(capacity, { old: capacity.desired, stopping: 0, starting: 0, healthy: 0 })
  return start + stop > 0
}
