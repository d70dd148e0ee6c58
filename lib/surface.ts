import type { FastifyInstance } from 'fastify'

import type { EcsGraceful } from '../types/index'
import { backgroundClock, clock } from './clock'
import { AGENT_VARIABLE, Protection, sharedKeeper } from './ecs/index'
import { protectMinutes, trackMinutes } from './options/index'
import type { Service } from './service'

/** What `app.ecsGraceful` is. What it is given is checked here, in ECS and outside alike. */
export function surface (service: Service, protection: Protection): EcsGraceful {
  return {
    get phase () { return service.lifecycle.phase },
    get signal () { return service.announcement.signal },
    get plan () { return service.plan },
    get task () { return service.task },
    onDrain: (listener) => service.announcement.onDrain(listener),
    track (name, work, options) {
      const minutes = trackMinutes(options)
      if (minutes !== undefined) protection.during(work, minutes)
      service.track(name, work)
      return work
    },
    protect: async (fn, options) => await protection.run(fn, protectMinutes(options)),
    worker: (name, loop) => service.workers.add(name, loop),
    eventStream: (stream, options) => service.eventStreams.add(stream, options),
    shutdown: () => service.stop('shutdown')
  }
}

/** Until draining begins: a task on its way out must not hold a deployment. */
export function protection (app: FastifyInstance, { incidents, announcement }: Service): Protection {
  const keeper = sharedKeeper(process, backgroundClock, (reason) => {
    app.log.warn({ variable: AGENT_VARIABLE }, `this task cannot be protected from scale-in: ${reason}`)
  })
  const protection = new Protection({ clock, keeper, failed: (...failure) => incidents.protectionFailed(...failure) })
  announcement.onDrain(() => protection.end())
  return protection
}
