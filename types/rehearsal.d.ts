/**
 * In which order a task is taken out.
 *
 * - `deregister-first`: deregistered, and signalled when the deregistration delay is over (deployments, as documented)
 * - `together`: deregistered, and signalled 0 to 2 s later (deployments, as reported; Spot)
 * - `signal-first`: signalled, and deregistered 1 to 5 s later (StopTask, an essential container that exits)
 * - `health-only`: signalled, and never deregistered while it runs: only health checks can tell
 * - `kill`: SIGKILL, as when the host is lost; what is lost then is shown and not judged
 */
export type Order = 'deregister-first' | 'together' | 'signal-first' | 'health-only' | 'kill'

/** From deregistration to the instant at which a node looks away: 0, 1 to 5 s, 4 to 12 s. In `harsh`, targets that drain are checked on. */
export type LagProfile = 'ideal' | 'normal' | 'harsh'

/** AWS's own numbers. */
export interface HealthCheck {
  /** @default 5 */
  readonly intervalSeconds: number
  /** @default 2 */
  readonly timeoutSeconds: number
  /** @default 2 */
  readonly unhealthyThreshold: number
  /** For a target that was unhealthy; a new one is healthy after its first success. @default 2 */
  readonly healthyThreshold: number
}

/** What a user must get. */
export interface Expectation {
  /** @default what the route answered before the load began, which must be below 400 */
  readonly status?: number
  /** The answer's JSON holds at least this; templates are filled in. */
  readonly json?: unknown
  /** The answer's text holds this; templates are filled in. */
  readonly includes?: string
  /** The answer is this long, in bytes. */
  readonly bytes?: number
}

/**
 * One kind of request. In `path`, `headers`, `body` and `expect`, templates are filled in for each request: `{id}` is its own id,
 * `{int 50 800}` a whole number drawn from the seed, `{id of NAME}` the id of an earlier request of the route NAME that was
 * answered as expected (until there is one, the next route is drawn).
 */
export interface Route {
  /** @default method and path */
  readonly name?: string
  /** @default 'GET' */
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown
  /** In place of `body`: so many bytes. */
  readonly bodyBytes?: number
  /** The body is sent in pieces over so many milliseconds. @default 0 */
  readonly uploadFor?: number
  /** The answer is read in pieces over at least so many milliseconds. @default 0 */
  readonly readFor?: number
  /** How often, relative to the other routes. @default 1 */
  readonly weight?: number
  readonly expect?: Expectation
  /** The server's ledger must hold exactly one `effect` of each request that was answered as expected. @default false */
  readonly effect?: boolean
  /** A request that is answered as expected puts work of its id into a queue: the workers must do it exactly once. @default false */
  readonly work?: boolean
  /** Milliseconds, from the planned instant to the end, after which an answer counts as late. @default 10000 */
  readonly lateAfter?: number
}

/** A second fleet, which takes its work from a queue and which no balancer knows; it is deployed together with the first. */
export interface WorkersOptions {
  /** Starts one worker, which must answer its health path on `PORT`. */
  readonly command: readonly string[]
  /** Added to the environment of the first fleet. @default {} */
  readonly env?: Readonly<Record<string, string>>
  /** @default 2 */
  readonly tasks?: number
}

/** What is rehearsed. Seconds where AWS counts in seconds, as in the flags of the same names; milliseconds in routes. */
export interface RehearsalOptions {
  /** Starts one task, which must listen on `PORT`. @default a sample server of this package */
  readonly command?: readonly string[]
  /** @default the current directory */
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Each is performed in turn. @default ['deregister-first', 'together', 'signal-first'] */
  readonly order?: Order | readonly Order[]
  /** A profile, or the range in seconds. @default 'normal' */
  readonly lag?: LagProfile | readonly [number, number]
  /** @default 2 */
  readonly tasks?: number
  /** Nodes of the balancer, each with connections, checks and an opinion of its own. @default 2 */
  readonly nodes?: number
  /** Requests a second, an open load. @default 100 */
  readonly rate?: number
  /** How often all tasks are replaced in each order. @default 1 */
  readonly deployments?: number
  /** @default 1 */
  readonly seed?: number
  /** As many runs, with seeds from `seed` on. @default 1 */
  readonly seeds?: number
  /** SIGTERM to SIGKILL, in seconds. @default 30 */
  readonly stopTimeout?: number
  /** In seconds. @default 10 */
  readonly deregistrationDelay?: number
  /** @default 100 */
  readonly minimumHealthyPercent?: number
  /** @default 200 */
  readonly maximumPercent?: number
  /** @default '/health' */
  readonly healthPath?: string
  /** What users ask for by GET, in place of `routes`. @default '/' */
  readonly path?: string
  /** As an object, or as 'interval/timeout/unhealthy threshold'. @default '5/2/2' */
  readonly healthCheck?: string | Partial<HealthCheck>
  /** Whether targets that drain are checked on. @default only in `harsh` */
  readonly checksWhileDraining?: boolean
  /** Whether the agent says SIGTERM a second time. @default false */
  readonly secondSigterm?: boolean
  /** Runs the command as PID 1 of a namespace of its own, as a container does; Linux only. @default false */
  readonly pid1?: boolean
  /** Also runs servers that are known to lose and one run without stops; the result is INVALID if they do not come out so. @default false */
  readonly controls?: boolean
  /** Whether dangerous instants around each signal are forced. @default true */
  readonly probes?: boolean
  /** @default the mix of the sample, or `GET /` for a command */
  readonly routes?: readonly Route[]
  /** @default none */
  readonly workers?: WorkersOptions
  /** Seconds in which a task must be healthy. @default 60 */
  readonly startTimeout?: number
  /** Told of everything as it happens. */
  onEvent?(event: RehearsalEvent): void
  /** Ends the rehearsal early; it then rejects with the signal's reason, and nothing is left behind. */
  readonly signal?: AbortSignal
}

/** The options with their defaults, checked. */
export interface RehearsalSettings {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly order: readonly Order[]
  readonly lag: LagProfile | readonly [number, number]
  /** The range that `lag` stands for, in seconds. */
  readonly lagSeconds: readonly [number, number]
  readonly tasks: number
  readonly nodes: number
  readonly rate: number
  readonly deployments: number
  readonly seed: number
  readonly seeds: number
  readonly stopTimeout: number
  readonly deregistrationDelay: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly healthPath: string
  readonly healthCheck: HealthCheck
  readonly checksWhileDraining: boolean
  /** What a byte needs from a node to a target, in milliseconds: a FIN and a request can cross. 0.5, in `harsh` 5. */
  readonly oneWayDelay: number
  readonly secondSigterm: boolean
  readonly pid1: boolean
  readonly controls: boolean
  readonly probes: boolean
  readonly routes: readonly Route[]
  readonly workers?: { readonly command: readonly [string, ...string[]], readonly env: Readonly<Record<string, string>>, readonly tasks: number }
  readonly startTimeout: number
}

export type RehearsalEvent =
  /** A run begins, of the command or of a control. */
  | { readonly type: 'run', readonly name: string, readonly seed: number }
  | { readonly type: 'task', readonly task: number, readonly state: TaskState, readonly order?: Order, readonly at: number }
  | { readonly type: 'load', readonly sent: number, readonly answered: number, readonly lost: number, readonly at: number }
  /** Something the user should know, which is no reason to stop. */
  | { readonly type: 'note', readonly text: string }

/** As ECS calls them. */
export type TaskState =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED'

/**
 * What became of a request; all but the first two are losses.
 *
 * - `ok`, `late`: as expected; the second after longer than the route allows
 * - `refused`: never reached the service (or nothing says that it did): safe to send again
 * - `cut`: broken off after the service had it, or may have had it: not safe to send again
 * - `effect-unseen`: broken off, and the service had done it
 * - `truncated`: a status of success, and not the whole answer
 * - `rejected`: 503 or 429 by a task that was being stopped
 * - `wrong`: another answer than expected
 * - `work-lost`: accepted, and its effect never happened
 */
export type RequestClass = 'ok' | 'late' | 'refused' | 'cut' | 'effect-unseen' | 'truncated' | 'rejected' | 'wrong' | 'work-lost'

/** The client's ledger, joined with the others. Instants in milliseconds since the run began. */
export interface RequestRecord {
  readonly id: string
  readonly route: string
  /** The dangerous instant that this request was sent for; absent in the open load. */
  readonly probe?: string
  /** The balancer's node, from 0. */
  readonly node: number
  readonly planned: number
  readonly sent: number
  readonly ended: number
  readonly status?: number
  readonly bytes: number
  readonly class: RequestClass
  /** Why it is not `ok`, in a few words. */
  readonly cause?: string
  /** The task that had it, if any. */
  readonly task?: number
}

/** The balancer's ledger: one request on its way to one target. */
export interface ForwardRecord {
  readonly id: string
  readonly node: number
  /** Absent if no target was registered. */
  readonly task?: number
  /** The connection's number, and which request on it this was, from 1. */
  readonly connection?: number
  readonly use?: number
  /** What this node thought of the target. */
  readonly health?: TargetHealth
  readonly at: number
  readonly ended: number
  /** `cut`: after the header; `client-left`: the client went first. */
  readonly outcome: 'answered' | 'refused' | 'cut-before-header' | 'timed-out' | 'no-target' | 'cut' | 'client-left'
  readonly status?: number
  readonly cause?: string
}

export type TargetHealth = 'initial' | 'healthy' | 'unhealthy' | 'draining'

/** A line that the service wrote to the descriptor in `ECS_REHEARSAL_LEDGER_FD`. */
export interface ServerRecord {
  readonly task: number
  readonly id: string
  /** The first three of requests and of work; the others of work alone. */
  readonly event: 'start' | 'effect' | 'end' | 'received' | 'handed-back' | 'dead-lettered'
  /** Of work whose order matters: its group, and its place there (a whole number as text, as a FIFO queue gives it). */
  readonly group?: string
  readonly sequence?: string
  readonly at: number
}

/** What became of the work that requests put into a queue, by what the workers wrote. Ids; instants and durations in milliseconds. */
export interface WorkResult {
  /** Accepted from the client. */
  readonly published: number
  readonly received: number
  readonly done: number
  readonly handedBack: number
  readonly deadLettered: number
  /** Published, and neither done nor dead-lettered when the run ended. */
  readonly lost: readonly string[]
  /** Done more than once. */
  readonly duplicated: readonly string[]
  /** Begun again without having been handed back: somebody left it to its visibility timeout. */
  readonly startedTwice: readonly string[]
  /** Taken up more than 15 s later than work that came after it: somebody must have had it meanwhile, and said nothing. */
  readonly stranded: readonly string[]
  /** Groups in which a later piece of work was done before an earlier one. */
  readonly outOfOrder: readonly string[]
  /** From handing back to the next receipt; null where nothing was. */
  readonly backWithin: { readonly median: number, readonly max: number } | null
}

/** One stop of one task; instants in milliseconds since the run began. */
export interface StopRecord {
  readonly order: Order
  /** When ECS decided. */
  readonly decided: number
  readonly deregistered?: number
  /** When each node looked away, which may be after the exit; null if it had not by the end of the run. */
  readonly lookedAway: readonly (number | null)[]
  readonly signalled?: number
  readonly secondSignal?: number
  /** When the listener was first seen closed; not everywhere can it be seen. */
  readonly listenerClosed?: number
  readonly exited?: number
  readonly exitCode?: number | null
  readonly exitSignal?: NodeJS.Signals | null
}

export interface TaskRecord {
  /** From 1. */
  readonly task: number
  /** It belongs to the second fleet. */
  readonly worker?: true
  /** Of which deployment, from 1; 0 are those of the start. */
  readonly deployment: number
  readonly states: readonly { readonly state: TaskState, readonly at: number }[]
  /** When every node called it healthy. */
  readonly healthy?: number
  readonly stop?: StopRecord
  /** It ended by itself, though nobody had asked it to. */
  readonly died?: { readonly at: number, readonly exitCode: number | null, readonly exitSignal: NodeJS.Signals | null }
  /** The last that it wrote, where it ended badly or by itself. */
  readonly output?: string
}

/** What a node thought of a target, from when on. */
export interface HealthRecord {
  readonly node: number
  readonly task: number
  readonly health: TargetHealth
  readonly at: number
}

/** By how much requests were sent after their planned instant, in milliseconds. */
export interface Lateness {
  readonly median: number
  readonly p999: number
  readonly max: number
  /** Planned, and never sent. */
  readonly unsent: number
}

/** One run: a fleet that is started, and deployed again and again under one load. */
export interface RunResult {
  readonly seed: number
  /** Milliseconds. */
  readonly duration: number
  readonly requests: readonly RequestRecord[]
  /** Only of requests that were lost. */
  readonly forwards: readonly ForwardRecord[]
  readonly tasks: readonly TaskRecord[]
  readonly health: readonly HealthRecord[]
  /** Whether the service kept a ledger. */
  readonly serverLedger: boolean
  /** Ids that the service began, or did, more than once. */
  readonly duplicates: readonly string[]
  /** Absent without workers. */
  readonly work?: WorkResult
  /** Tasks that answered on a new connection after a node had found their listener closed. */
  readonly cameBack: readonly number[]
  readonly lateness: Lateness
}

export type VerdictName = 'PASS' | 'FAIL' | 'INVALID'

/** How one order went, over all seeds. */
export interface OrderResult {
  readonly order: Order
  readonly verdict: 'PASS' | 'FAIL' | 'EXPECTED-LOSS'
  readonly stops: number
  readonly lost: number
  /** By class, those that were lost. */
  readonly classes: Readonly<Partial<Record<RequestClass, number>>>
  /** From SIGTERM to exit, in seconds; null where nothing was signalled. */
  readonly seconds: { readonly median: number, readonly max: number } | null
  readonly exits: Readonly<Record<string, number>>
  /** Each in a sentence. */
  readonly reasons: readonly string[]
}

/** What a zero proves, with a confidence of 95 %: nothing is never shown, only that it is rare. */
export interface Proof {
  readonly requests: number
  readonly lost: number
  /** Requests from 1 s before the first action of a stop to 1 s after its exit. */
  readonly inWindow: number
  readonly stops: number
  /** 3/n, where nothing was lost. */
  readonly perRequest: number | null
  readonly perStop: number | null
}

/** A server that must lose, or a run that must not. */
export interface ControlResult {
  readonly name: string
  readonly expected: 'loss' | 'clean'
  readonly asExpected: boolean
  readonly requests: number
  readonly lost: number
  readonly sentence: string
}

/** Described by docs/rehearsal.schema.json. */
export interface RehearsalResult {
  readonly version: 1
  readonly verdict: VerdictName
  readonly sentence: string
  /** Why it is not PASS, each in a sentence. */
  readonly reasons: readonly string[]
  readonly settings: RehearsalSettings
  readonly orders: readonly OrderResult[]
  readonly proof: Proof
  /** Of the worst run. */
  readonly lateness: Lateness
  readonly runs: readonly RunResult[]
  readonly controls: readonly ControlResult[]
  /** What the reader should know about this run. */
  readonly notes: readonly string[]
  readonly environment: { readonly package: string, readonly node: string, readonly platform: string, readonly cores: number }
}
