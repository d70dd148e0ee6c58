import type { Test } from 'tap'

import type { DrainReport, EcsGracefulOptions } from '../../../types/index'
import { brisk } from '../../helpers/child'
import type { Client } from './clients/client'
import { Door } from './door'
import type { Kind } from './kinds'
import { serve, type Service } from './service'
import { until } from './until'

/** No lame duck, and then time enough for any machine: what can end by itself does. */
const atOnce: EcsGracefulOptions = { ...brisk, stopTimeout: 30_000, drainDelay: 0, quietPeriod: 0 }
/** No lame duck, and the force point after two seconds. */
const hasty: EcsGracefulOptions = { ...atOnce, stopTimeout: 5_000, maxDrainDelay: 0, gracePeriod: 0, closeTimeout: 1_000 }
/** A lame duck that lasts until the balancer is told. */
const patient: EcsGracefulOptions = { ...brisk, stopTimeout: 60_000, drainDelay: 100, quietPeriod: 100, maxDrainDelay: 30_000 }

/** libuv accepts one connection a turn: a queue that is not emptied on purpose loses the last of a few. */
const QUEUE = 8

export interface Ending {
  readonly service: Service
  readonly clients: readonly Client[]
  readonly report: DrainReport
  /** How many are to have been in the accept queue. */
  readonly queued: number
}

/** Each brings about one instant of a drain, has clients of a kind ask then, and sees the drain through. */
export const instants = {
  /** It is in flight when the drain begins, and ends once the listener is closed. */
  async before (t: Test, kind: Kind): Promise<Ending> {
    const service = await serve(t, atOnce, kind)
    const clients = await opened(t, service, kind)
    await sent(service, kind, clients)

    const shutdown = service.app.ecsGraceful.shutdown()
    await unheard(service)
    finish(service, clients)

    return { service, clients, report: await shutdown, queued: 0 }
  },

  /** It begins, and if it can it ends, while the phase is `draining`. */
  async 'during the delay' (t: Test, kind: Kind): Promise<Ending> {
    const service = await serve(t, patient, kind)
    await probe(service)
    const early = kind.used && await opened(t, service, kind)

    const shutdown = service.app.ecsGraceful.shutdown()
    const clients = early ?? await opened(t, service, kind)
    await sent(service, kind, clients)
    t.equal(service.app.ecsGraceful.phase, 'draining')
    finish(service, clients)
    await probe(service)
    await probe(service)

    return { service, clients, report: await shutdown, queued: 0 }
  },

  /** It has reached the kernel, and nothing of it the service, when the phase becomes `closing`; new connections are in the accept queue. */
  async 'at listener close' (t: Test, kind: Kind): Promise<Ending> {
    const service = await serve(t, atOnce, kind)
    const door = await Door.open(t, service.where)
    if (!kind.used) await door.shut()
    const clients = Array.from({ length: QUEUE }, () => kind.open({ t, where: door.where, endless: false }))
    if (kind.used) {
      await Promise.all(clients.map(({ ready }) => ready))
      await until(() => service.taken() === QUEUE * (kind.besides ?? 0))
      await door.shut()
    }
    for (const client of clients) client.send()
    await door.holds(QUEUE, !kind.silent)
    const before = counted(service)
    let then: ReturnType<typeof counted> | undefined
    service.atClosing = () => {
      door.letIn()
      then = counted(service)
    }

    const shutdown = service.app.ecsGraceful.shutdown()
    await unheard(service)
    t.strictSame(then, before, 'the service stood still while all of it arrived')
    finish(service, clients)

    return { service, clients, report: await shutdown, queued: kind.used ? 0 : QUEUE }
  },

  /** It comes on a connection that was open before, when the listener is closed. */
  async 'during grace' (t: Test, kind: Kind): Promise<Ending> {
    const service = await serve(t, atOnce, kind)
    const clients = await opened(t, service, kind)
    await until(() => kind.silent || service.connections.length === clients.length)
    await until(() => service.taken() === clients.length * (kind.besides ?? 0))

    const shutdown = service.app.ecsGraceful.shutdown()
    await unheard(service)
    await Promise.all(clients.map(({ idleClosed }) => idleClosed))
    for (const client of clients) client.send()
    finish(service, clients)

    return { service, clients, report: await shutdown, queued: 0 }
  },

  /** It is in flight when the drain begins, and does not end by itself. */
  async 'at the force point' (t: Test, kind: Kind): Promise<Ending> {
    const service = await serve(t, hasty, kind)
    const clients = await opened(t, service, kind, true)
    await sent(service, kind, clients)

    const report = await service.app.ecsGraceful.shutdown()
    finish(service, clients)

    return { service, clients, report, queued: 0 }
  }
}

export type InstantName = keyof typeof instants

async function opened (t: Test, { where }: Service, kind: Kind, endless = false): Promise<Client[]> {
  const clients = [1, 2].map(() => kind.open({ t, where, endless }))
  await Promise.all(clients.map(({ ready }) => ready))
  return clients
}

/** What the service has seen of its clients. */
function counted ({ connections, taken }: Service): { connections: number, bytes: number, taken: number } {
  return { connections: connections.length, bytes: connections.reduce((sum, { bytesRead }) => sum + bytesRead, 0), taken: taken() }
}

async function sent (service: Service, kind: Kind, clients: readonly Client[]): Promise<void> {
  for (const client of clients) client.send()
  await until(() => kind.isTaken(service, clients))
}

function finish (service: Service, clients: readonly Client[]): void {
  service.release()
  for (const client of clients) client.finish()
}

/** The listener is closed. */
async function unheard ({ app }: Service): Promise<void> {
  await until(() => !app.server.listening)
}

/** Injected, so that one balancer does for all kinds of servers. It holds the lame duck until it has had two 503s. */
async function probe ({ app }: Service): Promise<void> {
  await app.inject({ url: '/health', headers: { 'user-agent': 'ELB-HealthChecker/2.0' } })
}
