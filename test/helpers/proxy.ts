import { once } from 'node:events'
import net from 'node:net'
import type { Test } from 'tap'

/** A stretch of wire before a server: it can fall silent, and it can be cut. */
export class Proxy {
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()
  #mute = false
  port = 0

  private constructor (target: URL) {
    this.#server = net.createServer((near) => {
      const far = net.connect(Number(target.port), target.hostname)
      this.#join(near, far)
      this.#join(far, near)
    })
  }

  /** Stands before the server of `url`; ends with the test. */
  static async before (t: Test, url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url))
    await proxy.restore(0)
    t.teardown(() => proxy.cut())
    return proxy
  }

  /** The url of the server as seen through the proxy. */
  through (url: string): string {
    const seen = new URL(url)
    seen.port = String(this.port)
    seen.hostname = '127.0.0.1'
    return seen.href
  }

  /** From now on nothing goes through in either direction, and nothing is closed. */
  mute (): void {
    this.#mute = true
  }

  /** Resets every connection and refuses new ones. */
  async cut (): Promise<void> {
    for (const socket of this.#sockets) socket.resetAndDestroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  async restore (port = this.port): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as net.AddressInfo).port
  }

  #join (from: net.Socket, to: net.Socket): void {
    this.#sockets.add(from)
    from.on('data', (chunk) => { if (!this.#mute) to.write(chunk) })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
