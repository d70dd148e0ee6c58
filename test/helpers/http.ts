import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import type { Test } from 'tap'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface Asking {
  readonly agent?: http.Agent
  readonly headers?: http.OutgoingHttpHeaders
  readonly localAddress?: string
}

/** One request, no retries. Without an agent it has a connection of its own and asks to keep it. Rejects as the socket does. */
export async function get (port: number, path: string, { agent, headers, localAddress }: Asking = {}): Promise<Answer> {
  const request = http.get({ port, path, host: '127.0.0.1', agent: agent ?? new http.Agent({ keepAlive: true }), headers, localAddress })
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  const body = await response.setEncoding('utf8').reduce((text: string, chunk: string) => text + chunk, '')
  return { status: response.statusCode!, headers: response.headers, body }
}

/** A probe as a node of the load balancer sends it: own connection, own address. */
export async function probe (port: number, localAddress = '127.0.0.1', path = '/health'): Promise<Answer> {
  return await get(port, path, {
    agent: new http.Agent({ keepAlive: false }), headers: { 'user-agent': 'ELB-HealthChecker/2.0' }, localAddress
  })
}

/** A bare socket on which a test writes and reads bytes. */
export class Wire {
  readonly socket: net.Socket
  readonly closed: Promise<void>
  /** How the socket failed, if it did. */
  error?: NodeJS.ErrnoException
  received = ''
  readonly #waiting = new Set<() => void>()

  private constructor (socket: net.Socket) {
    this.socket = socket
    socket.setEncoding('utf8')
    socket.on('error', (error) => { this.error = error })
    socket.on('data', (text: string) => {
      this.received += text
      for (const wake of this.#waiting) wake()
    })
    this.closed = new Promise((resolve) => socket.once('close', () => {
      for (const wake of this.#waiting) wake()
      resolve()
    }))
  }

  static async open (t: Test, port: number): Promise<Wire> {
    const socket = net.connect(port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    const wire = new Wire(socket)
    await once(socket, 'connect')
    return wire
  }

  write (text: string | Buffer): void {
    this.socket.write(text)
  }

  /** Resolves once `text` has been received; rejects if the socket closes before. */
  async until (text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.destroyed) throw new Error(`closed (${this.error?.code ?? 'FIN'}) after ${JSON.stringify(this.received)}`)
      await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
    }
  }
}

/** Resolves once nobody listens any more. */
export async function refused (port: number): Promise<void> {
  while (await connects(port) === 'accepted');
}

/** How a connection attempt ends. */
export async function connects (port: number): Promise<'accepted' | string> {
  const socket = net.connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return 'accepted'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed'
  } finally {
    socket.destroy()
  }
}
