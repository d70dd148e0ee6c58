import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Duplex, Writable } from 'node:stream'

/** Where a task stands. `ready` may have traffic, `draining` still answers everything but health, `closing` lets nothing new in. */
export type Phase = 'starting' | 'ready' | 'draining' | 'closing' | 'closed'

/** What began a drain. `close` is somebody else's `fastify.close()` without a signal. */
export type Trigger = 'SIGTERM' | 'SIGINT' | 'close' | 'shutdown' | 'uncaughtException' | 'unhandledRejection'

/**
 * Why the lame duck ended.
 *
 * - `quiet`: no request arrived for the quiet period, and no health checker was left to be told.
 * - `told`: quiet, and every health checker had its 503s.
 * - `limit`: `maxDrainDelay` was up and requests or probes still came.
 * - `skipped`: nothing was listening, or it was cut short (SIGINT, an uncaught exception, `close()`).
 */
export type Left = 'quiet' | 'told' | 'limit' | 'skipped'

/** The name of a timing, in the order in which a drain spends them. */
export type TimingName =
  | 'stopTimeout' | 'drainDelay' | 'quietPeriod' | 'maxDrainDelay' | 'gracePeriod' | 'closeTimeout' | 'safetyMargin'

/** All timings in milliseconds. Frozen. */
export interface Timings {
  /** From SIGTERM to SIGKILL, as the task definition says. */
  readonly stopTimeout: number
  /** The shortest lame duck. */
  readonly drainDelay: number
  /** How long without a new request counts as quiet. */
  readonly quietPeriod: number
  /** The longest lame duck; it costs time only while traffic goes on. */
  readonly maxDrainDelay: number
  /** What requests in flight keep even after the longest lame duck. */
  readonly gracePeriod: number
  /** For `onClose` hooks, pg and Redis. */
  readonly closeTimeout: number
  /** Left unused before SIGKILL. */
  readonly safetyMargin: number
}

/** Where a timing came from. */
export type TimingSource = 'option' | 'environment' | 'task-definition' | 'derived'

/** The timings in force, and where each came from. Frozen. */
export interface TimingPlan extends Timings {
  readonly sources: Readonly<Record<TimingName, TimingSource>>
}

/** A health check of your own. It passes when it returns or resolves, whatever the value, and fails when it throws or rejects. */
export type CheckFunction = (app: FastifyInstance) => unknown

export interface CheckOptions {
  /** `true` stands for the built-in check, and only for `pg` and `redis`. @default true for `pg` and `redis` */
  readonly check?: true | CheckFunction
  /**
   * Whether a failure turns readiness to 503. Mind that ECS replaces tasks that fail the load balancer's check: a database
   * outage would then replace every task.
   * @default false
   */
  readonly critical?: boolean
  /** Milliseconds until a check counts as failing. @default the `timeout` of `health` */
  readonly timeout?: number
}

export interface HealthOptions {
  /** Readiness, for the load balancer's target group. @default '/health' */
  readonly path?: string
  /** Liveness, for the container's health check; `false` for none. @default '/health/live' */
  readonly livePath?: string | false
  /** By name. @default {} */
  readonly checks?: Readonly<Record<string, true | CheckFunction | CheckOptions>>
  /** Milliseconds for which a check's result is kept. @default 5000 */
  readonly cacheTime?: number
  /** Milliseconds until a check counts as failing. @default 2000 */
  readonly timeout?: number
  /**
   * Shows, to anybody who can reach the path: the phase, the checks' results, the milliseconds that remain of a drain until its force
   * point and its hard stop, and the task's family, revision and zone.
   * @default false
   */
  readonly details?: boolean
}

/** What AWS was told about the load balancer; in AWS's own seconds. Each also has a variable that the CDK construct sets. */
export interface LoadBalancerOptions {
  readonly healthCheck?: {
    /** @default ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS, else learned from the probes */
    readonly intervalSeconds?: number
    /** For the preflight. @default ECS_GRACEFUL_HEALTH_CHECK_TIMEOUT_SECONDS, else not known */
    readonly timeoutSeconds?: number
    /** How many 503s in a row make the balancer look away. @default ECS_GRACEFUL_UNHEALTHY_THRESHOLD, else 2, the ALB's default */
    readonly unhealthyThreshold?: number
  }
  /** Of the load balancer, 1 to 4000. For the preflight. @default ECS_GRACEFUL_IDLE_TIMEOUT_SECONDS, else not known */
  readonly idleTimeoutSeconds?: number
  /** Of the target group, 0 to 3600. For the preflight. @default ECS_GRACEFUL_DEREGISTRATION_DELAY_SECONDS, else not known */
  readonly deregistrationDelaySeconds?: number
}

/** What a task runs on, as the construct says it in ECS_GRACEFUL_CAPACITY; `mixed` is Fargate and Fargate Spot. */
export type Capacity = 'fargate' | 'fargate-spot' | 'mixed' | 'ec2'

/**
 * How grave a finding of the preflight is. `error`: it is certain to lose requests, and the start is refused. `warning`: it
 * loses them when something else comes along. `info`: worth knowing; logged at debug level.
 */
export type Severity = 'error' | 'warning' | 'info'

/** The rules of the preflight; docs/lint.md says of each what it holds, why, and where that comes from. */
export type PreflightRule =
  | 'budget' | 'stop-timeout' | 'fargate-stop-timeout' | 'ec2-stop-timeout' | 'longest-request' | 'buffer'
  | 'keep-alive' | 'headers-timeout' | 'told-in-time' | 'deregistration-delay' | 'spot-notice' | 'probe-path' | 'health-check-times'
  | 'nlb-health' | 'single-task' | 'loopback' | 'signals-arrive' | 'fastify-cli' | 'container-health-check' | 'depends-on'

/** A rule of the preflight that does not hold. */
export interface PreflightFinding {
  readonly rule: PreflightRule
  readonly severity: Severity
  /** What does not hold, with its numbers. */
  readonly says: string
  /** What it costs, in requests. */
  readonly costs: string
  readonly remedy: string
}

/** Closes something of your own once requests and hooks are done, or `false` to leave a decorated client alone. */
export type ResourceOption = false | ((app: FastifyInstance) => unknown)

/** All durations in milliseconds: 100 and more, or 0 (but for `stopTimeout`, `closeTimeout` and `safetyMargin`). */
export interface EcsGracefulOptions extends Partial<Timings> {
  /** The health routes; `false` for none: then nothing tells the load balancer to look away. @default {} */
  readonly health?: false | HealthOptions
  /** The signals to handle; `false` leaves signals, errors and the exit to you. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: false | ReadonlyArray<'SIGTERM' | 'SIGINT'>
  /** Whether an uncaught exception skips the lame duck (`close`) or keeps it (`drain`). @default 'close' */
  readonly onUncaughtException?: 'close' | 'drain'
  /** By the client's name in the drain report (`pg`, `pg.orders`, `redis`), or a name of your own. @default {} */
  readonly resources?: Readonly<Record<string, ResourceOption>>
  /** Milliseconds that the longest of your requests takes. For the preflight only. @default not known */
  readonly longestRequest?: number
  /** @default {} */
  readonly loadBalancer?: LoadBalancerOptions
  /**
   * Watches traffic while ready (bytes per socket, once a second), so that a task which the load balancer left before the signal
   * drains in one second instead of `drainDelay`.
   * @default false
   */
  readonly earlyExit?: boolean
  /** @default {} */
  readonly webSockets?: WebSocketOptions
  /** @default {} */
  readonly ecs?: EcsOptions
  /** @default {} */
  readonly telemetry?: TelemetryOptions
  /** By rule: how grave it is here, or that it does not matter. @default what docs/lint.md says of each */
  readonly preflight?: Readonly<Partial<Record<PreflightRule, 'off' | 'warning' | 'error'>>>
}

export interface TelemetryOptions {
  /**
   * Writes the figures of each drain to the standard output, as CloudWatch metrics in the embedded metric format: one line, before
   * the report. docs/telemetry.md has names and units.
   * @default false
   */
  readonly emf?: false | { readonly namespace: string }
}

/** What the plugin may ask of the ECS that it runs in. */
export interface EcsOptions {
  /** Reads the task's own description at start, where ECS_CONTAINER_METADATA_URI_V4 says where that is. @default true */
  readonly metadata?: boolean
  /**
   * Asks ECS itself, by `@aws-sdk/client-ecs`, for the stop timeout of this container and for the task's capacity, and at the signal for
   * the reason. Needs `ecs:DescribeTaskDefinition` and `ecs:DescribeTasks`. Registering the plugin waits for the answers, a few seconds at most.
   * @default false
   */
  readonly describe?: boolean
  /**
   * Takes the task out of its target group while it drains if requests or health probes still come, by
   * `@aws-sdk/client-elastic-load-balancing-v2`. Only for tasks of network mode awsvpc. Needs `elasticloadbalancing:DeregisterTargets`. `true` takes the target group from
   * ECS_GRACEFUL_TARGET_GROUP_ARN.
   * @default false
   */
  readonly deregister?: boolean | {
    /** @default ECS_GRACEFUL_TARGET_GROUP_ARN */
    readonly targetGroupArn?: string
    /** Of the container, as it was registered. @default the port that the server listens on */
    readonly port?: number
  }
}

/** Undefined where there is none. */
export interface EcsLimits {
  /** vCPU of a task; CPU shares of a container, 1024 to a vCPU. */
  readonly cpu?: number
  readonly memoryMiB?: number
}

/** The task that this process runs in, as its metadata endpoint (version 4) describes it. What AWS may leave out is undefined. */
export interface EcsTask {
  readonly arn: string
  /** The last part of the ARN. */
  readonly id: string
  /** Of the task definition. */
  readonly family?: string
  readonly revision?: string
  /** Its name, without the rest of an ARN. */
  readonly cluster?: string
  readonly service?: string
  /** Such as eu-west-1b. */
  readonly zone?: string
  /** FARGATE (for Spot too), EC2, EXTERNAL or MANAGED_INSTANCES. */
  readonly launchType?: string
  readonly limits?: EcsLimits
  /** This one. */
  readonly container: {
    readonly name?: string
    readonly limits?: EcsLimits
    /** awsvpc on Fargate; awsvpc, bridge or host on EC2. */
    readonly networkMode?: string
    /** Its IPv4 address in that network. */
    readonly address?: string
  }
}

/** How WebSockets are told to go: one after the other over the drain delay, with jitter. */
export interface WebSocketOptions {
  /** Status code of the close frame (RFC 6455, section 7.4). @default 1012, service restart */
  readonly code?: number
  /**
   * At most so many goodbyes in any second, for the sake of whoever they come back to. More only where some would otherwise be
   * cut without one. @default no limit but an even spread over `drainDelay`
   */
  readonly perSecond?: number
  /**
   * Called for each, before its close frame: to say something first. A promise it returns is waited for, for a second at most.
   * @default nothing
   */
  readonly goodbye?: (peer: WebSocketPeer) => unknown
}

/** Somebody at the other end of a WebSocket that is about to be closed. */
export interface WebSocketPeer {
  /** Sends a message of text, whatever library the socket belongs to. */
  send (text: string): void
  /** The object of `ws`, which `@fastify/websocket` hands to handlers; undefined for other libraries. */
  readonly webSocket?: {
    readonly readyState: number
    send (data: string | Uint8Array | ArrayBuffer): void
    close (code?: number, reason?: string): void
  }
  readonly socket: Duplex
}

/** A response that is a stream of server-sent events, or what `@fastify/sse` makes of one. */
export type EventStream = Writable | {
  readonly isConnected: boolean
  send (message: { data: undefined, retry: number }): Promise<unknown>
  close (): void
  onClose (callback: () => void): void
}

export interface EventStreamOptions {
  /** Between how many milliseconds the client is told to wait before it comes back. @default [1000, 5000] */
  readonly retry?: readonly [least: number, most: number]
}

/** A request that was cut. Never the URL: it may hold what nobody should read in a log. */
export interface CutRequest {
  readonly method: string
  /** The route as it was declared, `/orders/:id`, or `(no route)`. */
  readonly route: string
  /** Milliseconds it had been in flight: since it arrived, or since the signal if it came before. */
  readonly atLeast: number
}

/** How a client or a resource of your own ended. `forced`: it hung and was broken. */
export interface ClientReport {
  readonly name: string
  readonly outcome: 'closed' | 'forced' | 'failed' | 'timed-out'
  /** Milliseconds since hooks and clients began to close. */
  readonly duration: number
}

/** What came first at a stop, as far as traffic tells; `signal-first` is also what a task that is never deregistered sees. */
export type StopOrder = 'deregister-first' | 'together' | 'signal-first' | 'unknown'

/** What the order was inferred from. Milliseconds. */
export interface OrderEvidence {
  /** Whether the balancer's health probes had stopped before the signal; null if none had ever come. */
  readonly probesStopped: boolean | null
  /** How long before the signal nothing but health probes had arrived; null without `earlyExit`. */
  readonly quietBefore: number | null
  /** When the last request after the signal arrived, and the last health probe of the balancer; null if none did. */
  readonly lastRequest: number | null
  readonly lastProbe: number | null
}

/** Why a task was stopped. What cannot be known is null, or `unknown`. */
export interface StopCause {
  /** Whether ECS wanted the task gone, by its metadata at the signal: true for every cause that ECS has. */
  readonly ecs: boolean | null
  /** Whether Spot reclaimed it; only `ecs.describe` can tell. */
  readonly spot: boolean | null
  /** An inference from traffic, and no more. */
  readonly order: StopOrder
  readonly evidence: OrderEvidence
}

/** How a drain went, as one value and one log line. Durations in milliseconds. */
export interface DrainReport {
  readonly version: 1
  readonly trigger: Trigger
  readonly cause: StopCause
  /**
   * `drained`: everything was answered and closed. `cut`: something was cut at the force point. `failed`: a hook, a client or
   * tracked work failed, or an error was uncaught. `timed-out`: hooks or clients did not end within `closeTimeout`. The last that applies.
   */
  readonly outcome: 'drained' | 'cut' | 'failed' | 'timed-out'
  /** 0 for `drained` only. */
  readonly exitCode: 0 | 1
  readonly left: Left
  readonly durations: {
    /** The lame duck. */
    readonly draining: number
    /** The server: from the end of the lame duck until nothing was in flight. */
    readonly closing: number
    /** Hooks and clients. */
    readonly clients: number
    /** The sum. */
    readonly total: number
  }
  /** Requests answered since the signal, health probes not counted. */
  readonly served: number
  /** Connections taken out of the accept queue just before the listener closed. */
  readonly accepted: number
  readonly webSockets: {
    /** How many were told to go. */
    readonly told: number
    /** The most that were told within one second. */
    readonly peakPerSecond: number
  }
  readonly cut: {
    /** The first hundred; among them uploads that could not fit, and were answered 503. */
    readonly requests: readonly CutRequest[]
    /** How many more there were. */
    readonly unnamed: number
    /** Sockets that had left HTTP, such as WebSockets that did not heed their goodbye. */
    readonly upgraded: number
    /** Tracked work, by name; `start` for a start of the application that was still under way. */
    readonly work: readonly string[]
  }
  readonly clients: readonly ClientReport[]
  /** Signals after the first. */
  readonly repeatedSignals: number
  /** The first fifty; the log has all of them. */
  readonly errors: ReadonlyArray<{ readonly code: string, readonly message: string }>
}

/** What each message on this plugin's diagnostics channels says: whose it is. All instances of a process share the channels. */
export interface ChannelMessage {
  /** The instance that the plugin was registered on. */
  readonly app: FastifyInstance
  /** Null outside ECS, and until it is known. */
  readonly task: EcsTask | null
}

/** On `fastify-ecs-graceful:phase`, with every change of phase. */
export interface PhaseMessage extends ChannelMessage {
  readonly phase: Phase
  /** What began the stop; undefined before. */
  readonly trigger?: Trigger
  /** Milliseconds since the stop began; undefined before. */
  readonly since?: number
}

/** On `fastify-ecs-graceful:client`, for each client that has ended, in whatever way. */
export interface ClientMessage extends ChannelMessage {
  readonly client: ClientReport
  /** Milliseconds since the stop began. */
  readonly since: number
}

/** On `fastify-ecs-graceful:report`, once, when a stop is over. The process exits soon after. */
export interface ReportMessage extends ChannelMessage {
  readonly report: DrainReport
  /**
   * Has the exit wait for `sent`, a quarter of `safetyMargin` at most (and at least 250 ms): for metrics that are still to be sent. To
   * be called at once. A rejection is logged.
   */
  waitUntil (sent: PromiseLike<unknown>): void
}

export interface ProtectOptions {
  /**
   * Whole minutes, 1 to 2880, after which a protection that is no longer renewed ends by itself: how long a deployment waits for
   * a process that hangs. Renewed when half of them are over; of uses that overlap, the longest counts.
   * @default 120
   */
  readonly expiresInMinutes?: number
}

export interface TrackOptions {
  /** Protects the task from scale-in until the work has settled. To begin it protected, use `protect`. @default false */
  readonly protect?: boolean | ProtectOptions
}

/** What tracked work is called in the report. A function is asked when there is need of it. */
export type WorkName = string | (() => string)

/** What `app.ecsGraceful` offers. */
export interface EcsGraceful {
  /** `ready` from this plugin's `onReady` on. */
  readonly phase: Phase
  /** Aborts when draining begins; its `reason` is an `Error` whose message says why. */
  readonly signal: AbortSignal
  readonly plan: TimingPlan
  /** From this plugin's `onReady` on; null outside ECS, and where its description could not be had. */
  readonly task: EcsTask | null
  /**
   * Calls `fn` when draining begins, at once if it has begun. A promise it returns is tracked work (so do not return that of
   * `app.close()`, which waits for tracked work). What it throws is named in the report. Returns a function that takes it back.
   */
  onDrain (fn: (trigger: Trigger) => unknown): () => void
  /**
   * Has closing wait for `work` until the force point, and names it in the report if it is not done then; a function is asked for
   * the name only then, and can say how much is left. A rejection is logged, and during a drain makes its outcome `failed`.
   * Returns `work`. With `protect`, the task is protected as long as `work` lasts.
   */
  track<T>(name: WorkName, work: Promise<T>, options?: TrackOptions): Promise<T>
  /**
   * Calls `loop` once the application is ready, after every `onReady` hook, whether it listens or not; never in a task that stops.
   * Its signal aborts when draining begins, and closing then waits for it as for tracked work: pg and Redis stay open for it until
   * the force point. A loop that rejects, but by that signal, is logged at once, and makes the outcome of the next stop `failed`.
   */
  worker (name: WorkName, loop: (signal: AbortSignal) => unknown): void
  /**
   * Runs `fn` while ECS is asked not to stop this task for a deployment or scale-in (the agent's endpoint for task protection; the
   * task role needs `ecs:UpdateTaskProtection`). `fn` begins once the agent has answered, whatever it says, and after a second at
   * the latest; settles as `fn` does, and rejects otherwise only for wrong options. Protection is asked for once however many uses
   * overlap, renewed until the last is over, and given up then or when draining begins; from then on, and outside ECS, `fn` is run
   * and nothing else. That closing waits for it is left to `track`.
   */
  protect<T>(fn: () => T | PromiseLike<T>, options?: ProtectOptions): Promise<T>
  /**
   * Ends a stream of server-sent events when draining begins: with `retry:`, at an instant drawn from the drain delay. Returns
   * a function that takes it back; a stream that ends before is forgotten. A response is not ended before its head is out.
   */
  eventStream (stream: EventStream, options?: EventStreamOptions): () => void
  /**
   * The same drain without a signal. Resolves to its report, always the same one; does not exit. Not to be awaited in a
   * `preClose` or `onClose` hook: it waits for those.
   */
  shutdown (): Promise<DrainReport>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly ecsGraceful: EcsGraceful
  }
  interface FastifyContextConfig {
    /** Set on this plugin's routes, so that auth and rate-limit hooks can let them pass. */
    ecsGraceful?: 'ready' | 'live'
  }
}

export type EcsGracefulPlugin = FastifyPluginAsync<EcsGracefulOptions>
