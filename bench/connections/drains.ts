import type { DrainReport } from '../../types/index'
import { monotonic } from '../../lib/rehearsal/monotonic'
import { Stoppable } from '../stoppable'
import { Clients, type Kind } from './clients'
import { goodbyes, type Goodbyes } from './goodbyes'

export interface Scenario {
  readonly name: string
  readonly kind: Kind
  /** How the server takes WebSockets. */
  readonly mode: 'library' | 'by-hand'
  readonly options: { readonly stopTimeout: number, readonly drainDelay: number, readonly closeTimeout: number, readonly safetyMargin: number }
  /** Whether they are cut at the force point; else they are gone soon after the drain delay. */
  readonly isCut: boolean
}

const usual = { stopTimeout: 30_000, drainDelay: 5_000, closeTimeout: 5_000, safetyMargin: 3_000 }
/** Sooner at the force point, of which there is nothing else to see. */
const brief = { stopTimeout: 14_000, drainDelay: 3_000, closeTimeout: 2_000, safetyMargin: 2_000 }

export const scenarios: Readonly<Record<string, Scenario>> = {
  idle: { name: 'idle keep-alive', kind: 'keep-alive', mode: 'library', options: usual, isCut: false },
  'web-sockets': { name: 'WebSockets, @fastify/websocket', kind: 'web-socket', mode: 'library', options: usual, isCut: false },
  'by-hand': { name: 'WebSockets, a handler by hand', kind: 'web-socket', mode: 'by-hand', options: usual, isCut: false },
  deaf: { name: 'WebSockets that ignore it', kind: 'deaf', mode: 'library', options: brief, isCut: true }
}

/** One drain with thousands of connections. Milliseconds. */
export interface Drain {
  /** SIGTERM to exit. */
  readonly elapsed: number
  /** The same, less what the plan allows for waiting: the drain delay, or all until the force point. */
  readonly beyond: number
  readonly exit: number | NodeJS.Signals | null
  readonly report: Pick<DrainReport, 'outcome' | 'left' | 'durations' | 'webSockets'> & { readonly cut: { readonly requests: number, readonly upgraded: number } }
  readonly loop: Loop
  readonly clients: Goodbyes
}

export interface Loop {
  /** The longest that Node's histogram saw between two turns; the millisecond of its resolution is part of it. */
  readonly delay: number
  /** Every time that the loop stood still for 10 ms or more, in the order in which they came. */
  readonly blocks: readonly Block[]
}

export interface Block {
  /** Since the signal. */
  readonly at: number
  readonly phase: string
  readonly length: number
  /** How much of it the process was on the CPU: the rest is the machine's. */
  readonly cpu: number
}

/** What the server says at its end; instants on the clock that processes share. */
interface Said {
  readonly delay: number
  readonly blocks: ReadonlyArray<Omit<Block, 'phase'>>
  readonly phases: ReadonlyArray<{ readonly phase: string, readonly at: number }>
}

export async function drainWith (connections: number, { kind, mode, options, isCut }: Scenario): Promise<Drain> {
  const server = new Stoppable({ file: 'connections/server.js', mode, env: { OPTIONS: JSON.stringify(options) } })
  const clients = new Clients()
  try {
    await clients.open(await server.ready(), connections, kind)

    const signalled = monotonic()
    const stopped = server.stop()
    const { code, signal, at } = await server.exit
    const endings = await clients.endings()

    const { loop } = await server.line((line) => 'loop' in line) as { readonly loop: Said }
    const report = await server.line(({ event }) => event === 'ecs-graceful-report') as unknown as DrainReport
    const forcePoint = options.stopTimeout - options.safetyMargin - options.closeTimeout
    return {
      elapsed: at - stopped,
      beyond: at - stopped - (isCut ? forcePoint : options.drainDelay),
      exit: code ?? signal,
      report: inBrief(report),
      loop: sinceSignal(loop, signalled),
      clients: goodbyes(endings, signalled)
    }
  } finally {
    await clients.stop()
  }
}

function inBrief ({ outcome, left, durations, webSockets, cut }: DrainReport): Drain['report'] {
  return { outcome, left, durations, webSockets, cut: { requests: cut.requests.length + cut.unnamed, upgraded: cut.upgraded } }
}

/** A block that was under way at the signal counts. */
function sinceSignal ({ delay, blocks, phases }: Said, signalled: number): Loop {
  const phaseAt = (instant: number): string => phases.filter(({ at }) => at <= instant).at(-1)?.phase ?? 'ready'
  return {
    delay,
    blocks: blocks.filter(({ at, length }) => at + length > signalled)
      .map(({ at, length, cpu }) => ({ at: at - signalled, phase: phaseAt(at + length / 2), length, cpu }))
  }
}
