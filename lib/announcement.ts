import { setMaxListeners } from 'node:events'

import type { Trigger } from '../types/index'

type Listener = (trigger: Trigger) => unknown

/** Tells everybody in the application who asked, once, that draining has begun. */
export class Announcement {
  readonly #controller = new AbortController()
  readonly #listeners = new Set<{ readonly listener: Listener }>()
  readonly #run: (listener: Listener, trigger: Trigger) => void
  #trigger?: Trigger

  /** `run` calls a listener and deals with what comes of it. */
  constructor (run: (listener: Listener, trigger: Trigger) => void) {
    this.#run = run
    setMaxListeners(0, this.signal) // every open stream of an application may listen
  }

  get signal (): AbortSignal {
    return this.#controller.signal
  }

  /** Calls `listener` when the announcement is made, at once if it has been. Returns what takes it back. */
  onDrain (listener: Listener): () => void {
    if (this.#trigger) {
      this.#run(listener, this.#trigger)
      return () => {}
    }
    const entry = { listener } // the same function may be given twice, and each be taken back by itself
    this.#listeners.add(entry)
    return () => { this.#listeners.delete(entry) }
  }

  make (trigger: Trigger): void {
    this.#trigger = trigger
    this.#controller.abort(new DOMException(`draining has begun: ${trigger}`, 'AbortError'))
    for (const { listener } of this.#listeners) this.#run(listener, trigger)
  }
}
