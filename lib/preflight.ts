import type { FastifyInstance } from 'fastify'

import type { Capacity, EcsTask, PreflightFinding } from '../types/index'
import { closeGraceDelay } from './core/preflight/close-grace-delay'
import { preflight, sentence, type Facts } from './core/preflight/index'
import { commandLine, deafParent, isContainer } from './ecs/index'
import { errors } from './errors'
import type { Settings } from './options/index'

/** What is known of a task beside its options. */
export interface Surroundings {
  /** Null outside ECS. */
  readonly task: EcsTask | null
  /** Whether it can take itself out of its target group. */
  readonly deregisters: boolean
  /** As ECS itself says it, if it was asked. */
  readonly stopTimeout?: number
  readonly capacityProvider?: string
}

/**
 * Holds the start against the rules. What is found is logged once, as a warning where one of it is; what is certain to lose
 * requests is thrown.
 */
export function preflightAtStart (app: FastifyInstance, settings: Settings, surroundings: Surroundings): void {
  decide(app, preflight(facts(app, settings, surroundings), new Map([...NOT_OF_A_TASK_THAT_RUNS, ...settings.preflight])))
}

/** What would only keep a task from being created has not, where one runs. */
const NOT_OF_A_TASK_THAT_RUNS = [['health-check-times', 'off']] as const

/** The same for what is a matter of a process that serves: whether SIGTERM reaches it, and who ends it first. Nothing outside ECS. */
export function preflightProcess (app: FastifyInstance, { plan, preflight: chosen }: Settings, { task }: Pick<Surroundings, 'task'>): void {
  if (task === null) return
  const container = {
    closeGraceDelay: closeGraceDelay(commandLine(), process.env), deafParent: isContainer(process.env) ? deafParent() : undefined
  }
  decide(app, preflight({ container, plan }, chosen).filter(({ rule }) => rule === 'signals-arrive' || rule === 'fastify-cli'))
}

function decide (app: FastifyInstance, findings: readonly PreflightFinding[]): void {
  const grave = findings.filter(({ severity }) => severity === 'error')
  if (grave.length > 0) throw new errors.Preflight(grave.map(sentence).join('; '), grave[0]!.rule)
  say(app, findings.filter(({ severity }) => severity === 'warning'))
  say(app, findings.filter(({ severity }) => severity === 'info'))
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

const levels = { error: 'error', warning: 'warn', info: 'debug' } as const

/** One line for all of them, which are equally grave. */
function say (app: FastifyInstance, findings: readonly PreflightFinding[]): void {
  if (findings.length > 0) app.log[levels[findings[0]!.severity]]({ event: 'ecs-graceful-preflight', findings }, `preflight: ${findings.map(sentence).join('; ')}`)
}

function facts (app: FastifyInstance, settings: Settings, { task, deregisters, stopTimeout, capacityProvider }: Surroundings): Facts {
  const { loadBalancer: { healthCheck, ...loadBalancer }, habits, plan, longestRequest } = settings
  const { keepAliveTimeout, headersTimeout } = app.server as { keepAliveTimeout?: number, headersTimeout?: number }
  return {
    plan,
    stopTimeout,
    longestRequest,
    capacity: settings.capacity ?? capacityOf(capacityProvider) ?? capacityOf(task?.launchType),
    server: { keepAliveTimeout, headersTimeout },
    loadBalancer: {
      idleTimeout: inMilliseconds(loadBalancer.idleTimeoutSeconds),
      deregistrationDelay: inMilliseconds(loadBalancer.deregistrationDelaySeconds),
      healthCheck: {
        interval: inMilliseconds(healthCheck.intervalSeconds),
        timeout: inMilliseconds(healthCheck.timeoutSeconds),
        unhealthyThreshold: habits.unhealthyThreshold
      },
      deregisters
    }
  }
}

function capacityOf (name: string | undefined): Capacity | undefined {
  switch (name?.toUpperCase()) { // a capture of an EC2 task says `ec2`
    case 'FARGATE': return 'fargate' // of a launch type it may be Spot: what is held of both is the same
    case 'FARGATE_SPOT': return 'fargate-spot'
    case 'EC2': return 'ec2'
  }
}

function inMilliseconds (seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000
}
