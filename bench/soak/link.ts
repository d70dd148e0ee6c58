import { once } from 'node:events'
import net from 'node:net'

/** A stretch of wire before a database, for one generation of tasks: it can stand still, and it can be cut. */
export class Link {
  /** Where clients connect to. */
  readonly url: string
  readonly #target: URL
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()
  /** Connections that came while it stood still. */
  readonly #waiting = new Set<net.Socket>()
  #still = false

  private constructor (target: URL, server: net.Server, port: number) {
    this.#target = target
    this.#server = server
    const seen = new URL(target)
    seen.host = `127.0.0.1:${port}`
    this.url = seen.href
    server.on('connection', (near: net.Socket) => {
      this.#own(near)
      if (this.#still) this.#waiting.add(near.pause())
      else this.#join(near)
    })
  }

  static async before (url: string): Promise<Link> {
    const server = net.createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new Link(new URL(url), server, (server.address() as net.AddressInfo).port)
  }

  /** From now on nothing goes through in either direction, and nothing is closed; what is sent waits. */
  stall (): void {
    this.#still = true
    for (const socket of this.#sockets) socket.pause()
  }

  goOn (): void {
    this.#still = false
    for (const socket of this.#sockets) socket.resume()
    for (const near of this.#waiting) this.#join(near)
    this.#waiting.clear()
  }

  /** Resets every connection, and refuses new ones. What has not gone through never will. */
  async cut (): Promise<void> {
    for (const socket of this.#sockets) socket.resetAndDestroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  async restore (): Promise<void> {
    await once(this.#server.listen(Number(new URL(this.url).port), '127.0.0.1'), 'listening')
  }

  #join (near: net.Socket): void {
    const { hostname, port } = this.#target
    const far = net.connect({ port: Number(port), host: hostname, noDelay: true })
    this.#own(far)
    if (this.#still) far.pause()
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('data', (chunk) => to.write(chunk)).on('end', () => to.end()).on('close', () => to.destroy())
    }
    near.resume()
  }

  #own (socket: net.Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {}).on('close', () => {
      this.#sockets.delete(socket)
      this.#waiting.delete(socket)
    })
  }
}
