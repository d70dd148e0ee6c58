/** Background work that closing waits for, by name. */
export class TrackedWork {
  readonly #names = new Map<symbol, string>()

  /** Holds `work` until it settles; what it rejects with goes to `failed`. */
  track (name: string, work: PromiseLike<unknown>, failed: (name: string, error: unknown) => void): void {
    const key = Symbol(name)
    this.#names.set(key, name)
    Promise.resolve(work)
      .catch((error) => failed(name, error))
      .finally(() => this.#names.delete(key))
  }

  get names (): string[] {
    return [...this.#names.values()]
  }
}
