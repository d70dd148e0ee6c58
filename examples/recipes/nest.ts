import type { INestApplicationContext } from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import ecsGraceful, { type EcsGracefulOptions } from 'fastify-ecs-graceful'

/**
 * Nest on Fastify, drained: Nest's own hooks, `onModuleDestroy` and the others, are run after the last answer, and are in the report as
 * `nest`. Who calls `close()` by hand, as tests do, finds it as ever.
 */
export class DrainedAdapter extends FastifyAdapter {
  #closedByHand = false

  /** Before `listen()`. */
  async drain (nest: INestApplicationContext, options: EcsGracefulOptions = {}): Promise<void> {
    const close = async (): Promise<void> => { if (!this.#closedByHand) await nest.close() }
    await this.getInstance().register(ecsGraceful, { ...options, resources: { ...options.resources, nest: close } })
  }

  /** Called by Nest when it closes. Within a drain Fastify is being closed already, and waits for Nest. */
  override async close (): Promise<void> {
    if (this.getInstance().ecsGraceful?.signal.aborted) return
    this.#closedByHand = true
    await super.close()
  }
}
