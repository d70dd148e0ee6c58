import { Checkers } from '../../lib/core/checkers'
import { deferred } from '../../lib/core/deferred'
import { drain, type Closed, type Drainable, type Serving } from '../../lib/core/drain'
import type { HealthCheckHabits } from '../../lib/core/lame-duck'
import { Lifecycle } from '../../lib/core/lifecycle'
import { planTimings } from '../../lib/core/timing-plan'
import { TrackedWork } from '../../lib/core/tracked-work'
import type { CutRequest, Timings, Trigger } from '../../types/index'
import { FakeClock } from './clock'

/** What happened to a task, each with its instant in milliseconds since the drain began. */
export type Story = Array<[since: number, what: string]>

class FakeServing implements Serving {
  listening = true
  lastRequest = -Infinity
  served = 0
  quietFor?: number
  upgrades = 0
  /** Windows and ends of goodbyes to WebSockets. */
  readonly farewells: Array<[window: number, until: number]> = []
  /** How long the accept queue takes to empty, and what is found in it. */
  queue = { duration: 0, connections: 0 }
  readonly requests: CutRequest[] = []
  readonly #tell: (what: string) => void
  readonly #clock: FakeClock
  sweeps = 0

  constructor (clock: FakeClock, tell: (what: string) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  get open (): number {
    return this.requests.length + this.upgrades
  }

  watch (): void {
    this.#tell('watch')
  }

  async closeListener (until: number): Promise<number> {
    await this.#clock.wait(Math.min(this.queue.duration, until - this.#clock.now()))
    this.listening = false
    this.#tell('listener closed')
    return this.queue.connections
  }

  sweep (): void {
    this.sweeps++
  }

  inFlight (): { requests: CutRequest[], unnamed: number } {
    return { requests: [...this.requests], unnamed: 0 }
  }

  upgraded (): number {
    return this.upgrades
  }

  readonly untold = 0
  readonly webSockets = { told: 0, peakPerSecond: 0 }

  farewell (window: number, until: number): void {
    this.farewells.push([window, until])
  }

  /** How often uploads were refused; the story has the first time. */
  refusals = 0

  refuseUploads (): void {
    if (this.refusals++ === 0) this.#tell('uploads refused')
  }

  async cut (): Promise<void> {
    this.#tell('cut')
    this.requests.length = this.upgrades = 0
  }
}

/** A task on a clock turned by hand. It tells its story, and needs nothing of a server. */
export class FakeTask implements Drainable {
  readonly clock = new FakeClock()
  readonly story: Story = []
  readonly plan
  readonly habits: HealthCheckHabits = { unhealthyThreshold: 2 }
  readonly lifecycle = new Lifecycle((phase) => this.tell(phase))
  readonly serving = new FakeServing(this.clock, (what) => this.tell(what))
  readonly checkers = new Checkers()
  readonly work = new TrackedWork()
  readonly cause = { ecs: null, spot: null }
  readonly incidents = { errors: [] as Array<{ code: string, message: string }>, repeatedSignals: 0 }
  /** How long hooks and clients would take to close, and what comes of it. */
  hooks = 0
  clients: Closed['clients'] = []
  readonly #leave = new AbortController()
  readonly #force = new AbortController()
  readonly #since = this.clock.now()

  constructor (timings: Partial<Timings> = {}) {
    const planned = planTimings({ options: { stopTimeout: 30_000, ...timings } })
    if ('finding' in planned) throw new Error(planned.finding.message)
    this.plan = planned.plan
    this.lifecycle.advance('ready')
    this.story.length = 0
  }

  drain (trigger: Trigger = 'SIGTERM') {
    return drain(this, trigger, { leave: this.#leave.signal, force: this.#force.signal })
  }

  /** Milliseconds since the drain began. */
  get age (): number {
    return this.clock.now() - this.#since
  }

  /** Lets time pass until the drain is `age` old. */
  async until (age: number): Promise<void> {
    await this.clock.advance(age - this.age)
  }

  tell (what: string): void {
    this.story.push([this.age, what])
  }

  announce (): void {
    this.tell('announce')
  }

  leave (): void {
    this.#leave.abort()
  }

  force (): void {
    this.#force.abort()
  }

  /** A request arrives; it has been answered at once. */
  request (): void {
    this.serving.lastRequest = this.clock.now()
    this.serving.served++
  }

  /** A request stays in flight; what comes back ends it. */
  inFlight (route: string): () => void {
    const request = { method: 'GET', route, atLeast: this.age }
    this.serving.requests.push(request)
    return () => { this.serving.requests.splice(this.serving.requests.indexOf(request), 1) }
  }

  /** Work in the background; what comes back ends it. */
  track (name: string): () => void {
    const { promise, resolve } = deferred()
    this.work.track(name, promise, () => {})
    return resolve
  }

  /** The balancer asks, and has been told whatever the phase has to say. */
  probe (address = '10.0.1.17'): void {
    this.checkers.probed(address, this.clock.now())
    if (this.lifecycle.stopping) this.checkers.refused(address, this.clock.now())
  }

  async closeHooksAndClients (deadline: number): Promise<Closed> {
    this.tell(`hooks until ${deadline - this.#since}`)
    const inTime = this.hooks <= deadline - this.clock.now()
    if (this.hooks > 0) await this.clock.wait(Math.min(this.hooks, deadline - this.clock.now()))
    return { clients: this.clients, inTime }
  }
}
