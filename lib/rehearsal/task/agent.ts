import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Now } from '../monotonic'
import { metadataDocument, taskArn, type Status, type TaskFacts } from './metadata'
import { refusal, withoutAws } from './no-aws'
import { protectionDocument, protectionError, readOrder } from './protection'
import { RateLimit } from './rate-limit'

/** Requests a second, and at once, over all tasks: the agent's own numbers. */
const RATE = 40
const BURST = 60
/** Longer bodies are cut, in characters; what is left of them is no JSON. */
const LONGEST_BODY = 4_096
const MINUTE = 60_000

export interface AgentTask {
  /** From 1. */
  readonly task: number
  readonly port: number
  /** Of the task definition. */
  readonly revision: number
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

type Known = { -readonly [key in keyof TaskFacts]: TaskFacts[key] } & { protectedUntil?: number }

/** The part of the ECS agent that tasks can talk to, for all of them on one port of this machine. */
export class Agent {
  /** Told of each PUT that was obeyed; not of a protection that expires. */
  onProtection?: (task: number, enabled: boolean) => void
  readonly #now: Now
  /** The date at the run's epoch: dates then follow the machine's own clock, and not one that is set. */
  readonly #epoch: number
  readonly #limit: RateLimit
  readonly #server: http.Server
  readonly #tasks = new Map<number, Known>()

  private constructor (now: Now) {
    this.#now = now
    this.#epoch = Date.now() - now()
    this.#limit = new RateLimit(RATE, BURST, now)
    this.#server = http.createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => { body = (body + text).slice(0, LONGEST_BODY) })
      request.on('end', () => {
        const refused = refusal(request.url!)
        if (refused) return response.writeHead(400, { 'content-type': refused.type }).end(refused.text)
        const answer = this.#answer(request.method!, request.url!, body)
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
      })
    })
  }

  static async start ({ now }: { readonly now: Now }): Promise<Agent> {
    const agent = new Agent(now)
    await once(agent.#server.listen(0, '127.0.0.1'), 'listening')
    return agent
  }

  /** From now on there is such a task, which is to run and does. `env` tells it where its agent is, `aws` keeps it from asking AWS itself. */
  add ({ task, port, revision }: AgentTask): { readonly env: Record<string, string>, readonly aws: Record<string, string> } {
    const id = randomBytes(16).toString('hex')
    const endpointId = `${id}-${String(task).padStart(10, '0')}`
    this.#tasks.set(task, { task, id, endpointId, port, revision, desired: 'RUNNING', known: 'RUNNING', started: this.#date(this.#now()) })

    const base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return {
      aws: withoutAws(base),
      env: {
        ECS_CONTAINER_METADATA_URI_V4: `${base}/v4/${endpointId}`,
        ECS_CONTAINER_METADATA_URI: `${base}/v3/${endpointId}`,
        ECS_AGENT_URI: `${base}/api/${endpointId}`
      }
    }
  }

  /** What ECS wants of a task: STOPPED from the stop order on, and not before. */
  desired (task: number, status: Status): void {
    this.#known(task).desired = status
  }

  /** What has become of it: STOPPED from its exit on. */
  known (task: number, status: Status): void {
    Object.assign(this.#known(task), { known: status, stopped: status === 'STOPPED' ? this.#date(this.#now()) : undefined })
  }

  /** Until when ECS is to spare a task; undefined if it is not, or no longer, protected. */
  protectedUntil (task: number): number | undefined {
    const { protectedUntil: until } = this.#known(task)
    return until !== undefined && until > this.#now() ? until : undefined
  }

  /** Ends all conversations. */
  async close (): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #answer (method: string, url: string, body: string): Answer {
    if (!this.#limit.take()) return { status: 429, body: 'Too many requests.' }
    const [, door, id, rest = ''] = /^\/(v3|v4|api)\/([^/?]+)(?:\/([^?]*))?/.exec(url) ?? []
    const known = [...this.#tasks.values()].find(({ endpointId }) => endpointId === id)
    if (door === 'api' && rest === 'task-protection/v1/state') return this.#protection(method, known, body)

    const document = known && door !== 'api' ? metadataDocument(rest, known, this.#date(this.#now())) : undefined
    if (document === undefined) return { status: 404, body: 'There is no such task, or no such document.' }
    return method === 'GET' ? { status: 200, body: document } : { status: 405, body: 'Only GET is allowed.' }
  }

  #protection (method: string, known: Known | undefined, body: string): Answer {
    if (known === undefined) return { status: 404, body: protectionError('ResourceNotFoundException', 'There is no such task.') }
    const arn = taskArn(known)
    if (method === 'PUT') {
      const order = readOrder(body)
      if ('refusal' in order) return { status: 400, body: protectionError('InvalidParameterException', order.refusal, arn) }
      known.protectedUntil = order.enabled ? this.#now() + order.minutes * MINUTE : undefined
      this.onProtection?.(known.task, order.enabled)
    } else if (method !== 'GET') {
      return { status: 405, body: protectionError('MethodNotAllowed', 'Only GET and PUT are allowed.', arn) }
    }
    const until = this.protectedUntil(known.task)
    return { status: 200, body: protectionDocument(arn, until === undefined ? undefined : this.#date(until)) }
  }

  /** The date of an instant of the run. */
  #date (instant: number): Date {
    return new Date(this.#epoch + instant)
  }

  #known (task: number): Known {
    const known = this.#tasks.get(task)
    if (known === undefined) throw new Error(`the agent knows no task ${task}`)
    return known
  }
}
