/** Time as the rules see it, handed in, so that a test can turn it by hand. */
export interface Clock {
  /** Milliseconds from an arbitrary instant; never runs backwards. */
  now (): number
  /** Resolves after `duration`, or as soon as `signal` aborts. Never rejects, and leaves no timer behind. */
  wait (duration: number, signal?: AbortSignal): Promise<void>
}
