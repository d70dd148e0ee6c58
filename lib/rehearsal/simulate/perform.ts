import type { Order } from '../../../types/rehearsal'
import { deploy } from '../ecs/deployment'
import { Paper, type PaperOptions, type PaperTask } from './paper'
import { VirtualClock } from './virtual-clock'

/** What happened in one deployment. Instants on the simulation's clock. */
export interface PaperDeployment {
  readonly order: Order
  readonly began: number
  readonly ended: number
  /** All stopped now. */
  readonly old: readonly PaperTask[]
  readonly fresh: readonly PaperTask[]
}

/** Deploys a fleet in every order, as often as the settings say, one deployment right after the other. */
export async function perform (options: Omit<PaperOptions, 'clock'>): Promise<PaperDeployment[]> {
  const { settings } = options
  const clock = new VirtualClock()
  const paper = new Paper({ ...options, clock })
  const capacity = { desired: settings.tasks, ...settings }
  const performed: PaperDeployment[] = []

  let old = Array.from({ length: settings.tasks }, () => paper.standing())
  for (let round = 0; round < settings.deployments; round++) {
    for (const order of settings.order) {
      const began = clock.now
      const fresh = await clock.run(deploy(paper, capacity, old, order))
      performed.push({ order, began, ended: clock.now, old, fresh })
      old = fresh
    }
  }
  return performed
}
