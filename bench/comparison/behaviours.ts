import timers from 'node:timers/promises'

import { planTimings } from '../../lib/core/timing-plan'
import { Client, poke } from './client'
import { STOP_TIMEOUT, type Subject } from './subject'

/** What one server did in one case. */
export interface Behaviour {
  /** Milliseconds from SIGTERM to the exit, or from the exception. */
  readonly elapsed: number
  /** The exit code, or the signal. */
  readonly exit: string
  /** Of how many requests how many were answered, where there were any. */
  readonly of: number
  readonly answered: number
  /** Whether hooks of `onClose` ran, where applications close what they have. */
  readonly closed: boolean
  /** Milliseconds of what was outstanding at the signal. */
  readonly outstanding: number
}

export interface Case {
  readonly id: string
  /** The head of its column. */
  readonly title: string
  /** How its instant is forced. */
  readonly forced: string
  readonly pool?: true
  run (subject: Subject, port: number): Promise<Behaviour>
  /** The shortest stop that this plugin promises for it, in milliseconds, where `outstanding` was still to be done; undefined if it promises none. */
  bound? (outstanding: number): number
  /** In words. */
  readonly why?: string
}

const planned = planTimings({ options: { stopTimeout: STOP_TIMEOUT } })
if (!('plan' in planned)) throw new Error('the defaults do not fit')
const { drainDelay, closeTimeout, safetyMargin } = planned.plan

const LONG = 8_000
const SHORT = 3_000
const QUEUED = 64
/** The part of `closeTimeout` that resources/closing leaves to a client's owner. */
const HUNG_CLIENT = 0.6

export const cases: readonly Case[] = [
  {
    id: 'idle',
    title: 'nothing to do',
    forced: 'SIGTERM once it listens; no traffic',
    run: async (subject) => await ended(subject, subject.stop()),
    bound: () => drainDelay,
    why: 'the drain delay'
  },
  {
    id: 'long',
    title: 'an 8 s request',
    forced: 'SIGTERM when the handler has begun; the client keeps its connection open',
    run: async (subject, port) => await inFlight(subject, port, LONG),
    bound: (outstanding) => Math.max(drainDelay, outstanding),
    why: 'the drain delay, or what was left of the request'
  },
  {
    id: 'queue',
    title: 'accept queue',
    forced: `the process stands still (SIGSTOP) while ${QUEUED} connections are made and ask; it finds them together with SIGTERM`,
    run: async (subject, port) => {
      await subject.freeze()
      const clients = Array.from({ length: QUEUED }, () => new Client(port))
      await Promise.all(clients.map((client) => client.connected()))
      for (const client of clients) client.get('/')
      const at = subject.stop()
      subject.signal('SIGCONT')
      return await ended(subject, at, clients, '{"hello":"world"}')
    },
    bound: () => drainDelay,
    why: 'the drain delay'
  },
  {
    id: 'second',
    title: 'second SIGTERM',
    forced: `a request of ${SHORT / 1_000} s is in flight; SIGTERM again once the loop has turned twice after the first (answered or refused on new connections)`,
    run: async (subject, port) => await inFlight(subject, port, SHORT, async () => {
      await poke(port)
      await poke(port)
      subject.signal('SIGTERM')
    }),
    bound: () => drainDelay,
    why: 'the drain delay'
  },
  {
    id: 'hang',
    title: 'hung handler',
    forced: 'SIGTERM when a handler that never answers has begun',
    run: async (subject, port) => {
      const client = new Client(port)
      client.get('/hang')
      await subject.told('handling')
      return await ended(subject, subject.stop(), [client], 'never')
    },
    bound: () => STOP_TIMEOUT - safetyMargin - closeTimeout,
    why: 'the force point'
  },
  {
    id: 'pool',
    title: 'hung pool',
    forced: 'a handler has taken a client of a real PostgreSQL pool and answered without giving it back; @fastify/postgres ends the pool in onClose',
    pool: true,
    run: async (subject, port) => {
      const client = new Client(port)
      client.get('/leak')
      if (!await client.hear('{"leaked":1}')) throw new Error('no client could be taken of the pool')
      return await ended(subject, subject.stop())
    },
    bound: () => drainDelay + HUNG_CLIENT * closeTimeout,
    why: 'the drain delay and the 60 % of closeTimeout after which a client that hangs is broken'
  },
  {
    id: 'throw',
    title: 'uncaught exception',
    forced: 'a request of 3 s is in flight when another handler throws out of everybody\'s reach; no SIGTERM',
    run: async (subject, port) => {
      const client = new Client(port)
      client.get(`/slow/${SHORT}`)
      await subject.told('handling')
      const thrower = new Client(port)
      thrower.get('/throw')
      const at = performance.now()
      const late = new AbortController()
      timers.setTimeout(STOP_TIMEOUT, undefined, { signal: late.signal }).then(() => subject.signal('SIGKILL'), () => {})
      const behaviour = await ended(subject, at, [client], `{"took":${SHORT}}`)
      late.abort()
      thrower.socket.destroy()
      return behaviour
    }
  }
]

async function inFlight (subject: Subject, port: number, duration: number, meanwhile = async (): Promise<void> => {}): Promise<Behaviour> {
  const client = new Client(port)
  client.get(`/slow/${duration}`)
  await subject.told('handling')
  const began = performance.now()
  const at = subject.stop()
  await meanwhile()
  return await ended(subject, at, [client], `{"took":${duration}}`, duration - (at - began))
}

async function ended (subject: Subject, at: number, clients: readonly Client[] = [], answer = '', outstanding = 0): Promise<Behaviour> {
  const exit = await subject.exit
  const answered = await Promise.all(clients.map((client) => client.hear(answer)))
  return {
    elapsed: Math.round(exit.at - at),
    exit: exit.how,
    of: clients.length,
    answered: answered.filter(Boolean).length,
    closed: subject.has('hook'),
    outstanding: Math.round(outstanding)
  }
}
