import type { ConformanceSettings } from '../../types/conformance'
import type { Need } from './clause'
import { Server } from './server'

/** A drain that nobody disturbed, in milliseconds since SIGTERM; undefined for what did not happen. */
export interface Drain {
  readonly unhealthy?: number
  readonly listenerClosed?: number
  /** Only if it ended by itself. */
  readonly exited?: number
}

/** What is known of the server under test once its survey is over. */
export interface Survey {
  readonly offers: ReadonlySet<Need>
  readonly protocol: 'http1' | 'http2'
  /** Of the path that answers at once: what counts as an answer of its own. */
  readonly statuses: Readonly<Partial<Record<Need | 'path', number>>>
  /** From the start of the process to the first healthy answer, in milliseconds. */
  readonly startTime: number
  readonly drain: Drain
  /** The process whose drain that was; it has ended. */
  readonly server: Server
}

/** What all clauses of one run have in common. */
export interface Shared {
  readonly settings: ConformanceSettings
  readonly env: Readonly<Record<string, string>>
  readonly nextPort: () => Promise<number>
  readonly plays: Map<string, Promise<unknown>>
}

/** The server under test, as one clause sees it. What it starts is ended with the clause. */
export class Subject {
  readonly settings: ConformanceSettings
  readonly survey: Survey
  readonly #shared: Shared
  readonly #servers: Server[] = []
  #over = false

  constructor (shared: Shared, survey: Survey) {
    this.settings = shared.settings
    this.survey = survey
    this.#shared = shared
  }

  /** A fresh process that listens and is healthy. Rejects if it does not become so, though it once did. */
  async start (): Promise<Server> {
    const server = await this.spawn()
    if (await server.healthy(this.survey.protocol)) return server
    throw new Error('a process did not become healthy, though one had before')
  }

  /** A fresh process that has only just been started. */
  async spawn (): Promise<Server> {
    const { settings, env, nextPort } = this.#shared
    const server = await Server.spawn({ settings, env, port: await nextPort() })
    this.#servers.push(server)
    if (this.#over) await this.end()
    return server
  }

  /** What several clauses watch together is played once in a run, by the first of them. */
  async once<T> (play: string, perform: () => Promise<T>): Promise<T> {
    const { plays } = this.#shared
    if (!plays.has(play)) plays.set(play, perform())
    return await plays.get(play) as T
  }

  /** Ends all that was started, and whatever is still being started. */
  async end (): Promise<void> {
    this.#over = true
    await Promise.all(this.#servers.map(async (server) => await server.end()))
  }
}
