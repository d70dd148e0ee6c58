import type { WorkName } from '../../types/index'

/** Background work that closing waits for, by name. */
export class TrackedWork {
  readonly #names = new Map<symbol, WorkName>()

  /** Holds `work` until it settles; what it rejects with goes to `failed`. */
  track (name: WorkName, work: PromiseLike<unknown>, failed: (name: string, error: unknown) => void): void {
    const key = Symbol('work')
    this.#names.set(key, name)
    Promise.resolve(work)
      .catch((error) => failed(said(name), error))
      .finally(() => this.#names.delete(key))
  }

  get size (): number {
    return this.#names.size
  }

  get names (): string[] {
    return [...this.#names.values()].map(said)
  }
}

/** The function is somebody else's: if it throws, the work is still there. */
function said (name: WorkName): string {
  if (typeof name === 'string') return name
  try {
    return String(name())
  } catch {
    return name.name || '(no name)'
  }
}
