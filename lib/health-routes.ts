import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'

import type { EcsTask } from '../types/index'
import type { AnyRequest } from './connections/index'
import type { Clock } from './core/clock'
import type { Checkers } from './core/checkers'
import type { Checks, Readiness } from './core/health'
import type { Instants } from './core/instants'
import type { Lifecycle } from './core/lifecycle'
import { errors } from './errors'
import type { HealthSettings } from './options/index'

/** How the service stands. */
export interface ServiceState {
  readonly lifecycle: Lifecycle
  /** Null outside ECS. */
  readonly task: EcsTask | null
  /** Undefined unless a drain is under way. */
  readonly remaining: Instants | undefined
}

export interface HealthRoutesOptions {
  readonly settings: HealthSettings
  readonly clock: Clock
  readonly checkers: Checkers
  readonly service: ServiceState
  checks (): Checks
  /** A request is a probe, whatever path led it here. */
  probed (request: AnyRequest): void
}

/**
 * Whether the balancer itself asks. What it passes on for a user carries `X-Forwarded-For`; its own probes carry none, so
 * that nobody outside can pose as a checker and end the lame duck early.
 */
export function isBalancersProbe ({ headers }: AnyRequest): boolean {
  return headers['x-forwarded-for'] === undefined && headers['user-agent']?.startsWith('ELB-HealthChecker/') === true
}

/** The full paths of the health routes on this instance. */
export function healthPaths ({ prefix }: FastifyInstance, { path, livePath }: HealthSettings): string[] {
  return [path, ...livePath === false ? [] : [livePath]].map((path) => prefix + path)
}

/** Adds readiness and liveness. Refuses a second route of either path, whoever comes first. */
export function addHealthRoutes (app: FastifyInstance, options: HealthRoutesOptions): void {
  const { settings } = options
  const paths = healthPaths(app, settings)
  for (const url of paths) if (app.hasRoute({ method: 'GET', url })) throw new errors.HealthPathTaken(url)
  app.addHook('onRoute', ({ url, config, constraints }) => {
    if (paths.includes(url) && !config?.ecsGraceful && !constraints) throw new errors.HealthPathTaken(url)
  })

  // Not in the documentation, not in the request log, not to be limited: a probe a second is no event. Nor are they refused under
  // pressure (@fastify/under-pressure): ECS would replace a task for being busy, and the others would have its load as well.
  const route = (kind: 'ready' | 'live'): RouteShorthandOptions => ({
    logLevel: 'silent', schema: { hide: true } as object, config: { ecsGraceful: kind, rateLimit: false, pressureHandler: () => {} } as object
  })
  app.get(settings.path, route('ready'), readiness(options))
  if (settings.livePath !== false) {
    app.get(settings.livePath, route('live'), async (request, reply) => {
      options.probed(request.raw)
      reply.header('cache-control', 'no-store')
      return { status: 'ok' }
    })
  }
}

function readiness ({ settings, clock, checkers, service, checks, probed }: HealthRoutesOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    probed(request.raw)
    const checker = isBalancersProbe(request.raw) ? request.raw.socket.remoteAddress : undefined
    if (checker !== undefined) checkers.probed(checker, clock.now())

    const found = await checks().readiness(() => service.lifecycle.phase)
    const { status } = found
    if (checker !== undefined && status === 'draining') {
      reply.raw.once('finish', () => {
        if (isOut(request.raw)) checkers.refused(checker, clock.now())
      })
    }
    reply.code(status === 'ok' ? 200 : 503).header('cache-control', 'no-store')
    return settings.details ? detailed(found, service) : { status }
  }
}

/** Node calls an answer finished also when writing it has failed, and a stream's socket destroyed when the stream is over. */
function isOut (request: AnyRequest): boolean {
  return 'stream' in request ? request.stream.rstCode === 0 : !request.socket.destroyed
}

/** For those who may look closer: the path can be reached by anybody. What is not known is not there. */
function detailed ({ status, checks }: Readiness, { lifecycle: { phase }, remaining, task }: ServiceState): object {
  return { status, phase, checks, remaining, task: task ? { family: task.family, revision: task.revision, zone: task.zone } : undefined }
}
