import type { WebSocketPeer } from '../../../types/index'
import type { Clock } from '../../core/clock'
import { HOOK } from '../../core/last-words'
import type { Peer } from './peer'

export interface TellingOptions {
  readonly clock: Clock
  /** Status code of the close frame. */
  readonly code: number
  /** Called before the close frame; a promise it returns is waited for, for a second at most. */
  goodbye? (peer: WebSocketPeer): unknown
  /** Told of what `goodbye` throws. */
  onError (error: unknown): void
}

/** What one goodbye is: the hook, and then the close frame. */
export class Telling {
  readonly #options: TellingOptions
  #underWay = 0

  constructor (options: TellingOptions) {
    this.#options = options
  }

  /** Goodbyes whose close frame has not been written yet. */
  get underWay (): number {
    return this.#underWay
  }

  async tell (peer: Peer): Promise<void> {
    const { code, onError } = this.#options
    this.#underWay++
    try {
      await this.#hook(peer)
    } catch (error) {
      onError(error)
    }
    try {
      peer.close(code)
    } catch (error) {
      onError(error)
    }
    this.#underWay--
  }

  /** Nothing is waited for that is not a promise: with thousands to tell, most hooks only send. */
  async #hook (peer: Peer): Promise<void> {
    const { clock, goodbye } = this.#options
    const said = goodbye?.(peer)
    if (typeof (said as PromiseLike<unknown> | undefined)?.then !== 'function') return
    const limit = new AbortController()
    await Promise.race([said, clock.wait(HOOK, limit.signal)]).finally(() => limit.abort())
  }
}
