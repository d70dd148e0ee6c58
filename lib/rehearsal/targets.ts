/** Who sends a fleet its requests, as the fleet's machine needs to know it. */
export interface Targets {
  /** Has a process group killed when this process is gone. */
  guard (group: number): void
  register (task: number, port: number): void
  /** Resolves when it may have work; rejects with the signal's reason. */
  healthy (task: number, signal: AbortSignal): Promise<void>
  deregister (task: number): void
  /** When each node looked away; null: not yet. */
  lookedAway (task: number): ReadonlyArray<number | null>
}
