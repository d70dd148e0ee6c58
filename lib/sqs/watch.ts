import { deferred } from '../core/deferred'

/** Wakes whoever waits for something to become true, each time that something has changed. */
export class Watch {
  #next = deferred()

  changed (): void {
    const { resolve } = this.#next
    this.#next = deferred()
    resolve()
  }

  async until (fits: () => boolean): Promise<void> {
    while (!fits()) await this.#next.promise
  }
}
