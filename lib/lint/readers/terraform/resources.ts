import type { Attributes, LoadBalancer, Place, TargetGroup, TaskDefinition } from '../../description'
import { listOf, member, numberOf, textOf, UNKNOWN, type Maybe } from '../../values'
import { pathOf } from '../load-balancing'
import { taskDefinition as plainTaskDefinition } from '../task-definition'

/** Its containers are JSON within a string, so they have no lines. */
export function taskDefinition (values: unknown, place: Place, ids: readonly string[]): TaskDefinition {
  const definitions = parsed(textOf(member(values, 'containerDefinitions')))
  const read = plainTaskDefinition({ ...Object(values) as object, containerDefinitions: definitions }, place, () => undefined, [...ids, ...texts(values, 'arn')])
  return { ...read, containers: definitions === UNKNOWN ? UNKNOWN : read.containers }
}

function parsed (text: Maybe<string>): unknown {
  if (typeof text !== 'string') return UNKNOWN
  try {
    return JSON.parse(text)
  } catch {
    return UNKNOWN
  }
}

export function targetGroup (values: unknown, place: Place, ids: readonly string[]): TargetGroup {
  const [check, state] = [block(values, 'healthCheck'), block(values, 'targetHealthState')]
  return {
    place,
    ids: [...ids, ...texts(values, 'arn', 'name')],
    protocol: textOf(member(values, 'protocol')),
    healthCheck: {
      protocol: textOf(member(check, 'protocol')),
      path: textOf(member(check, 'path')) || pathOf(member(values, 'protocolVersion')), // '' for a check of the port
      interval: numberOf(member(check, 'interval')),
      timeout: numberOf(member(check, 'timeout')),
      unhealthyThreshold: numberOf(member(check, 'unhealthyThreshold'))
    },
    attributes: byKey({
      'deregistration_delay.timeout_seconds': textOf(member(values, 'deregistrationDelay')),
      'target_health_state.unhealthy.connection_termination.enabled': textOf(member(state, 'enableUnhealthyConnectionTermination'))
    }),
    loadBalancers: []
  }
}

export function loadBalancer (values: unknown, place: Place, ids: readonly string[]): LoadBalancer {
  return {
    place,
    ids: [...ids, ...texts(values, 'arn', 'name')],
    type: textOf(member(values, 'loadBalancerType')),
    attributes: byKey({ 'idle_timeout.timeout_seconds': textOf(member(values, 'idleTimeout')) })
  }
}

function byKey (values: Readonly<Record<string, Maybe<string>>>): Attributes {
  return (key) => Object.hasOwn(values, key) ? values[key] : undefined
}

/** A block of which there may be one. */
function block (values: unknown, name: string): unknown {
  const list = listOf(member(values, name))
  return Array.isArray(list) ? list[0] : list
}

export function texts (values: unknown, ...names: readonly string[]): string[] {
  return names.map((name) => textOf(member(values, name))).filter((text) => typeof text === 'string')
}
