import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:task/shop/0f1e2d3c4b5a69788796a5b4c3d2e1f0'

/** An agent that answers when the test tells it to, and as it is told, over real HTTP. */
export class StubbornAgent {
  /** What has come: method, path and body. */
  readonly bodies: string[] = []
  /** The most orders that were under way at once. */
  most = 0
  /** How the orders to come are answered, at once; without it they wait for `answer`. */
  habit?: (response: http.ServerResponse) => void
  readonly #server: http.Server
  readonly #unanswered: Array<{ readonly enabled: boolean, readonly response: http.ServerResponse }> = []
  readonly #waiting = new Set<() => void>()

  private constructor () {
    this.#server = http.createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => { body += text })
      request.on('end', () => this.#ordered(`${request.method} ${request.url}`, body, response))
    })
  }

  static async start (t: Test): Promise<StubbornAgent> {
    const agent = new StubbornAgent()
    await once(agent.#server.listen(0, '127.0.0.1'), 'listening')
    t.teardown(() => {
      agent.#server.close()
      agent.#server.closeAllConnections()
    })
    return agent
  }

  get uri (): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/task`
  }

  /** Resolves once so many orders have come. */
  async asked (count: number): Promise<void> {
    while (this.bodies.length < count) await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
  }

  /** Answers the oldest order that waits: as obeyed, unless something else is given. */
  answer (status = 200, body?: unknown): void {
    const { enabled, response } = this.#unanswered.shift()!
    const obeyed = { protection: { ProtectionEnabled: enabled, TaskArn: ARN, ...enabled && { ExpirationDate: '2026-11-23T12:00:00Z' } } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? obeyed))
  }

  #ordered (line: string, body: string, response: http.ServerResponse): void {
    const { ProtectionEnabled: enabled } = JSON.parse(body) as { ProtectionEnabled: boolean }
    this.bodies.push(`${line} ${body}`)
    this.#unanswered.push({ enabled, response })
    this.most = Math.max(this.most, this.#unanswered.length)
    this.habit?.(response)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Answers all as obeyed, those that wait and those to come. */
  obey (): void {
    this.habit = () => this.answer()
    while (this.#unanswered.length > 0) this.answer()
  }
}
