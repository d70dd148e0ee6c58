import http from 'node:http'
import timers from 'node:timers/promises'

import type { Copy } from '../../lib/rehearsal/machine'
import type { Deed } from './causes'
import type { Fault } from './plan'
import type { Links, Scene } from './scene'

/** The tasks of a generation, as long as they run. */
export interface Fleet {
  readonly links: Links
  readonly checkouts: readonly Copy[]
  readonly workers: readonly Copy[]
}

/** How long ECS needs to take a dead task out. */
const BURIED = 1_000
/** How long the veterans, which live on, do without Redis. */
const SPELL = 5_000

/**
 * Does to a fleet that is about to be replaced, and to the veterans where these can survive it, what the round has drawn. Resolves once it
 * is over, to whether it took hold; writes down when it was done to whom.
 */
export async function strike (fault: Fault, scene: Scene, fleet: Fleet, veterans: Fleet, deeds: Deed[]): Promise<boolean> {
  const { signal, now, balancer } = scene
  const wait = (duration: number): Promise<unknown> => timers.setTimeout(duration, undefined, { signal })
  const one = (copies: readonly Copy[]): Copy => copies[Math.floor(fault.which * copies.length)]!
  const begun = async (kind: Deed['kind'], copies: readonly Copy[]): Promise<() => void> => {
    const done = copies.map(({ book }) => ({ task: book.task, kind, from: now(), until: Infinity }))
    deeds.push(...done)
    return () => { for (const deed of done) deed.until = now() }
  }

  const kill = async (victim: Copy): Promise<boolean> => {
    if (!fault.before) {
      await scene.signalled(victim)
      await wait(fault.after)
    }
    const { book: { record, task } } = victim
    if (record.died || record.stop?.exited !== undefined) return false
    await begun('killed', [victim])
    victim.task.signal('SIGKILL')
    await wait(BURIED)
    balancer.deregister(task)
    return true
  }

  switch (fault.kind) {
    case 'nothing': case 'second-sigterm': case 'stop-task': return true
    case 'task-killed': return await kill(one(fleet.checkouts))
    case 'worker-killed': return await kill(one(fleet.workers))

    case 'postgres-stalled': {
      await scene.signalled(one(fleet.checkouts))
      await wait(fault.after)
      const links = [fleet.links.postgres, veterans.links.postgres]
      const over = await begun('postgres-stalled', [...fleet.checkouts, ...fleet.workers, ...veterans.checkouts])
      for (const link of links) link.stall()
      await wait(fault.lasts)
      for (const link of links) link.goOn()
      over()
      return true
    }

    case 'postgres-silent': { // for as long as the tasks live
      await scene.signalled(one(fleet.checkouts))
      await wait(fault.after)
      await begun('postgres-silent', [...fleet.checkouts, ...fleet.workers])
      fleet.links.postgres.stall()
      return true
    }

    case 'redis-gone': {
      if (!fault.before) await scene.signalled(one(fleet.checkouts))
      await begun('redis-gone', fleet.checkouts)
      const over = await begun('redis-gone', veterans.checkouts)
      await Promise.all([fleet.links.redis.cut(), veterans.links.redis.cut()])
      await wait(SPELL)
      await veterans.links.redis.restore()
      over()
      return true
    }

    case 'loop-blocked': {
      const [checkout, worker] = [one(fleet.checkouts), one(fleet.workers)]
      const { lasts, before } = fault
      const after = before ? 0 : fault.after
      await begun('loop-blocked', [checkout, worker, ...veterans.checkouts])
      await Promise.all([checkout, worker].map((copy) => post(scene.portOf(copy), `/soak/block-at-signal?ms=${lasts}&after=${after}`)))
      await scene.signalled(checkout)
      await Promise.all(veterans.checkouts.map((copy) => post(scene.portOf(copy), `/soak/block?ms=${lasts}`)))
      return true
    }
  }
}

async function post (port: number, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.request({ port, path, host: '127.0.0.1', method: 'POST', agent: false }, (response) => {
      response.resume()
      if (response.statusCode === 202) resolve()
      else reject(new Error(`${path} was answered ${response.statusCode}`))
    }).on('error', reject).end()
  })
}
