import type { Capacity, Timings } from '../../../types/index'
import { variables } from '../../core/environment'
import type { ContainerFacts, Facts, ServerFacts } from '../../core/preflight/index'
import { planTimings } from '../../core/timing-plan'
import { commandLine, follow } from '../command/command'
import { fastifyCli } from '../command/fastify-cli'
import { pathOfCheck } from '../command/health-check'
import { defaults } from '../defaults'
import type { Container } from '../description'
import { environmentOf } from '../join/environment'
import { stopChain } from '../join/stop-chain'
import type { Subject } from '../join/subjects'
import { known, UNKNOWN, type Maybe } from '../values'
import { taking, type Assumed, type Take } from './assumed'
import { loadBalancerFacts } from './load-balancer'
import { milliseconds } from './milliseconds'

/** What only the caller knows. Milliseconds. */
export interface Told {
  /** Of readiness. @default '/health' */
  readonly healthPath?: string
  /** What the code of the applications plans with, whatever a variable says. */
  readonly stopTimeout?: number
  readonly longestRequest?: number
  readonly keepAliveTimeout?: number
}

export interface Gathered {
  readonly facts: Facts
  readonly assumed: readonly Assumed[]
}

/** The facts of a container. Of one that is no application only those that matter for every container. */
export function gather (subject: Subject, told: Told): Gathered {
  const assumed: Assumed[] = []
  const take = taking(assumed)
  const { container, application, capacity, tasks: desiredCount } = subject
  const containers = known(subject.taskDefinition.containers) ?? []
  const common = {
    capacity,
    stopTimeout: stopTimeout(container, capacity, take, 'stopTimeout'),
    container: { stopChain: stopChain(container, containers, (each) => stopTimeout(each, capacity, take, 'container.stopChain')) }
  }
  if (!application) return { facts: common, assumed }

  const loadBalancer = loadBalancerFacts(subject, take)
  const { server, container: more } = programFacts(container, told, take)
  const ofApplication = { plan: plan(container, told, take), longestRequest: told.longestRequest, desiredCount, loadBalancer, server }
  return { facts: { ...common, ...ofApplication, container: { ...common.container, ...more } }, assumed }
}

function stopTimeout ({ stopTimeout }: Container, capacity: Capacity | undefined, take: Take, at: string): number | undefined {
  const isFargate = capacity !== undefined && capacity !== 'ec2'
  return milliseconds(take(stopTimeout, isFargate ? defaults.stopTimeout : undefined, at))
}

/** As the plugin will plan with what it is given; lint has only its word for what the code says. */
function plan (container: Container, told: Told, take: Take): Timings | undefined {
  const stopTimeout = told.stopTimeout ?? milliseconds(take(variable(container), defaults.plannedStopTimeout, 'plan'))
  return stopTimeout === undefined ? undefined : planFor(stopTimeout)
}

/** Seconds, as the container is given them. */
function variable (container: Container): Maybe<number> {
  const said = container.environment(variables.stopTimeoutSeconds)
  const isSet = said === UNKNOWN || (said !== undefined && said.trim() !== '')
  return isSet ? environmentOf(container).stopTimeoutSeconds ?? UNKNOWN : undefined
}

/** What the plugin makes of a stop timeout; nothing of one that it refuses. */
export function planFor (stopTimeout: number): Timings | undefined {
  const planned = planTimings({ options: {}, environment: { stopTimeout } })
  if ('finding' in planned) return
  const { sources: _, ...timings } = planned.plan
  return timings
}

function programFacts (container: Container, told: Told, take: Take): { readonly server: ServerFacts, readonly container: ContainerFacts } {
  const { entryPoint, command, environment, healthCheck } = container
  const line = commandLine(entryPoint, command)
  const { deafParent, words = [] } = line ? follow(line) : {}
  const cli = fastifyCli(words, environment)
  return {
    container: {
      deafParent: deafParent?.startsWith('pm2') && isPatient(words, environment) ? undefined : deafParent,
      closeGraceDelay: cli && take(cli.closeGraceDelay, defaults.closeGraceDelay, 'container.closeGraceDelay'),
      healthCheckPath: pathOfCheck(healthCheck)
    },
    server: {
      healthPath: take(told.healthPath, defaults.healthPath, 'server.healthPath'),
      keepAliveTimeout: told.keepAliveTimeout,
      address: cli ? cli.address : known(environment('HOST'))
    }
  }
}

/** Variables may have pm2 pass SIGTERM on, and wait for more than its 1.6 s. */
function isPatient (words: readonly string[], environment: Container['environment']): boolean {
  const signal = environment('PM2_KILL_SIGNAL')
  const waits = words.some((word) => word.startsWith('--kill-timeout')) || environment('PM2_KILL_TIMEOUT') !== undefined
  return (signal === UNKNOWN || signal === 'SIGTERM') && waits
}
