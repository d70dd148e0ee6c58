import type { FastifyInstance } from 'fastify'

import type { Capacity, EcsTask, PreflightFinding } from '../types/index'
import { closeGraceDelay } from './core/preflight/close-grace-delay'
import { preflight, sentence, type Facts } from './core/preflight/index'
import { deafParent, isContainer } from './ecs/index'
import { errors } from './errors'
import type { Settings } from './options/index'

/** What is known of a task beside its options. */
export interface Surroundings {
  /** Null outside ECS. */
  readonly task: EcsTask | null
  /** As ECS itself says it, if it was asked. */
  readonly stopTimeout?: number
  readonly capacityProvider?: string
}

/**
 * Holds the start against the rules. What is found is logged once, as a warning where one of it is; what is certain to lose
 * requests is thrown.
 */
export function preflightAtStart (app: FastifyInstance, settings: Settings, surroundings: Surroundings): void {
  const findings = preflight(facts(app, settings, surroundings), settings.preflight)
  const errorsFound = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  if (errorsFound.length > 0) throw new errors.Preflight(errorsFound.map(sentence).join('; '), errorsFound[0]!.rule)
  say(app, warnings)
  say(app, findings.filter(({ severity }) => severity === 'info'), 'debug')
}

/** What only the listener knows; nobody could be refused any more. */
export function preflightAddresses (app: FastifyInstance, { preflight: chosen }: Settings, env = process.env): void {
  if (!isContainer(env)) return
  const addresses = app.addresses().flatMap((bound) => typeof bound === 'object' ? [bound.address] : [])
  // One that others reach is enough.
  const findings = addresses.map((address) => preflight({ server: { address } }, chosen))
  if (findings.every((found) => found.length > 0)) say(app, findings[0] ?? [])
}

/** Whoever is checked elsewhere is never seen to drain: that comes out when the first probe on a foreign route does, and is said once. */
export function preflightProbe (app: FastifyInstance, { preflight: chosen }: Settings, healthPath?: string): (route: () => string) => void {
  let said = false
  return (route) => {
    if (said) return
    said = true
    say(app, preflight({ server: { healthPath }, loadBalancer: { healthCheck: { path: route() } } }, chosen))
  }
}

/** One line for all of them. */
function say (app: FastifyInstance, findings: readonly PreflightFinding[], level: 'warn' | 'debug' = 'warn'): void {
  if (findings.length > 0) app.log[level]({ event: 'ecs-graceful-preflight', findings }, `preflight: ${findings.map(sentence).join('; ')}`)
}

function facts (app: FastifyInstance, settings: Settings, { task, stopTimeout, capacityProvider }: Surroundings): Facts {
  const { loadBalancer: { healthCheck, ...loadBalancer }, plan, longestRequest, ecs } = settings
  const { keepAliveTimeout, headersTimeout } = app.server as { keepAliveTimeout?: number, headersTimeout?: number }
  return {
    plan,
    stopTimeout,
    longestRequest,
    capacity: settings.capacity ?? capacityOf(capacityProvider ?? task?.launchType),
    container: task === null
      ? undefined
      : { closeGraceDelay: closeGraceDelay(process.argv.slice(1), process.env), deafParent: isContainer(process.env) ? deafParent() : undefined },
    server: { keepAliveTimeout, headersTimeout },
    loadBalancer: {
      idleTimeout: inMilliseconds(loadBalancer.idleTimeoutSeconds),
      deregistrationDelay: inMilliseconds(loadBalancer.deregistrationDelaySeconds),
      healthCheck: {
        interval: inMilliseconds(healthCheck.intervalSeconds),
        timeout: inMilliseconds(healthCheck.timeoutSeconds),
        unhealthyThreshold: healthCheck.unhealthyThreshold
      },
      deregisters: ecs.deregister !== false
    }
  }
}

function capacityOf (name: string | undefined): Capacity | undefined {
  switch (name) {
    case 'FARGATE': return 'fargate' // of a launch type it may be Spot: what is held of both is the same
    case 'FARGATE_SPOT': return 'fargate-spot'
    case 'EC2': return 'ec2'
  }
}

function inMilliseconds (seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000
}
