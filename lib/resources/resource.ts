/** A client of the application, as closing needs to know it. What comes back from `close` is not awaited without a limit. */
export interface Resource {
  /** As the drain report names it: the decorator, and the entry in it: `pg`, `pg.orders`, `redis.cache`. */
  readonly name: string
  /** The object itself, so that two finds of it are known for one. */
  readonly client: object
  /** Whether its owner has begun to close it. */
  begun (): boolean
  /** Whether it is closed. */
  done (): boolean
  /** Closes it as its library wants to be closed. */
  close (): Promise<unknown>
  /** Frees whoever waits for it to close, with `error`; absent where nobody can. */
  break? (error: Error): void
  /** Asks the server behind it for a sign of life; absent where nothing is known of one. */
  check? (timeout: number): Promise<unknown>
}

/** Says that it was this package that broke a client, so that a hook that fails by it is not called a failure. */
export class ForcedError extends Error {
  constructor (name: string) {
    super(`${name} did not close in time and was cut off`)
    this.name = 'ForcedError'
  }
}
