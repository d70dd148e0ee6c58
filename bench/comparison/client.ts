import { once } from 'node:events'
import net from 'node:net'

const HOST = '127.0.0.1'

/** A client that keeps its connection open, as a pool does, and never closes it first. */
export class Client {
  readonly socket: net.Socket
  #heard = ''

  constructor (port: number) {
    this.socket = net.connect(port, HOST).setEncoding('utf8')
    this.socket.on('data', (text: string) => { this.#heard += text }).on('error', () => {})
  }

  async connected (): Promise<void> {
    await once(this.socket, 'connect')
  }

  get (path: string): void {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  }

  /** Resolves once `text` has come, or the connection is closed without it. */
  async hear (text: string): Promise<boolean> {
    while (!this.#heard.includes(text) && !this.socket.closed) {
      await new Promise<void>((resolve) => { this.socket.once('data', () => resolve()).once('close', () => resolve()) })
    }
    return this.#heard.includes(text)
  }

  has (text: string): boolean {
    return this.#heard.includes(text)
  }
}

/** Resolves when the server has answered on a new connection, or has refused or closed it: its loop has turned. */
export async function poke (port: number): Promise<void> {
  const client = new Client(port)
  client.socket.once('connect', () => client.get('/health'))
  await client.hear('HTTP/1.1')
  client.socket.destroy()
}
