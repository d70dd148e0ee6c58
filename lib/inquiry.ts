import type { FastifyInstance } from 'fastify'

import type { EcsTask } from '../types/index'
import { clock } from './clock'
import { describe, TargetGroup, type Described } from './ecs/index'
import type { CheckedOptions, Signal } from './options/index'
import { holdSignals } from './signals'

/** What must be known, or at hand, before the application goes on starting. */
export interface Inquiry {
  readonly described?: Described
  readonly targetGroup?: TargetGroup
  /** A signal that came meanwhile: there was no service yet to stop. */
  readonly missed?: Signal
}

/** Loads the AWS clients that the options need, and asks. Ends within a few seconds, whatever AWS does; rejects for a client that is not installed. */
export async function inquire (app: FastifyInstance, { ecs, signals }: CheckedOptions, metadata: () => Promise<EcsTask | null>): Promise<Inquiry> {
  const release = holdSignals(signals, process)
  try {
    const targetGroup = ecs.deregister ? await TargetGroup.load(ecs.deregister) : undefined
    const warn = (reasons: string): void => app.log.warn(`ecs.describe: ${reasons}`)
    const described = ecs.describe ? await describe(metadata, { clock, warn }) : undefined
    return { described, targetGroup, missed: release() }
  } finally {
    release()
  }
}
