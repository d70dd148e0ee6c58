import { deploy } from '../../lib/rehearsal/ecs/deployment'
import type { Copy, Machine } from '../../lib/rehearsal/machine'
import type { LoadProcess } from '../../lib/rehearsal/load/index'
import type { Order } from '../../types/rehearsal'
import type { Deed } from './causes'
import { strike, type Fleet } from './faults'
import type { Round } from './plan'
import type { Scene } from './scene'

/** As ECS has them by default. */
const CAPACITY = { minimumHealthyPercent: 100, maximumPercent: 200 } as const

export interface Performed {
  readonly fleet: Fleet
  /** Whether the fault took hold. */
  readonly struck: boolean
}

/** One rolling deployment of both fleets, with what befalls it. Resolves once the old tasks have gone. */
export async function perform (round: Round, { scene, fleet, veterans, load, deeds }: {
  readonly scene: Scene, readonly fleet: Fleet, readonly veterans: Fleet, readonly load: LoadProcess, readonly deeds: Deed[]
}): Promise<Performed> {
  const { order, fault, number } = round
  const { links, checkouts, workers } = await scene.generation({ graceful: !scene.settings.naive, secondSigterm: fault.kind === 'second-sigterm', load })
  for (const machine of [checkouts, workers]) machine.deployment = number

  const [struck, newCheckouts, newWorkers] = await Promise.all([
    strike(fault, scene, fleet, veterans, deeds),
    fault.kind === 'stop-task' ? stoppedAndDeployed(checkouts, fleet.checkouts, order) : rolled(checkouts, fleet.checkouts, order),
    rolled(workers, fleet.workers, order)
  ])
  await Promise.all([fleet.links.postgres.cut(), fleet.links.redis.cut()])
  return { fleet: { links, checkouts: newCheckouts, workers: newWorkers }, struck }
}

async function rolled (machine: Machine, old: readonly Copy[], order: Order): Promise<Copy[]> {
  return await deploy(machine, { ...CAPACITY, desired: old.length }, old, order)
}

/** StopTask takes one task out without a successor; ECS starts one as soon as it sees that, and then comes the deployment. */
async function stoppedAndDeployed (machine: Machine, [victim, ...others]: readonly Copy[], order: Order): Promise<Copy[]> {
  const [successor] = await Promise.all([machine.start(), machine.stop(victim!, 'signal-first')])
  return [successor, ...others.length > 0 ? await rolled(machine, others, order) : []]
}
