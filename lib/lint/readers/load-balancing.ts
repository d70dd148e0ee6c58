import type { Attributes, AttributeList, Listener, LoadBalancer, Place, TargetGroup } from '../description'
import { listOf, member, numberOf, referenceOf, textOf, UNKNOWN, type Maybe, type Reference } from '../values'

/** As `describe-target-groups` shows it, or CloudFormation spells it. */
export function targetGroup (value: unknown, place: Place, attributes: Attributes, ids: readonly string[] = []): TargetGroup {
  const of = (name: string): unknown => member(value, name)
  const balancers = listOf(of('loadBalancerArns'))
  return {
    place,
    ids: [...ids, ...texts(of('targetGroupArn'), of('targetGroupName') ?? of('name'))],
    protocol: textOf(of('protocol')),
    healthCheck: {
      protocol: textOf(of('healthCheckProtocol')),
      path: textOf(of('healthCheckPath')) ?? pathOf(of('protocolVersion')),
      interval: numberOf(of('healthCheckIntervalSeconds')),
      timeout: numberOf(of('healthCheckTimeoutSeconds')),
      unhealthyThreshold: numberOf(of('unhealthyThresholdCount'))
    },
    attributes,
    loadBalancers: Array.isArray(balancers) ? balancers.map(referenceOf) : []
  }
}

/** What a check asks for if it is not told: of gRPC no path that means anything here. */
export function pathOf (protocolVersion: unknown): Maybe<string> {
  return textOf(protocolVersion) === 'GRPC' ? UNKNOWN : undefined
}

export function loadBalancer (value: unknown, place: Place, attributes: Attributes, ids: readonly string[] = []): LoadBalancer {
  const of = (name: string): unknown => member(value, name)
  return { place, ids: [...ids, ...texts(of('loadBalancerArn'), of('loadBalancerName') ?? of('name'))], type: textOf(of('type')), attributes }
}

/** A listener, or a rule of one. Its actions forward to one target group, or to several with weights. */
export function listener (value: unknown, place: Place, ids: readonly string[]): Listener {
  const actions = listOf(member(value, 'defaultActions') ?? member(value, 'defaultAction') ?? member(value, 'actions') ?? member(value, 'action'))
  return {
    place,
    ids,
    loadBalancer: referenceOf(member(value, 'loadBalancerArn')),
    listener: referenceOf(member(value, 'listenerArn')),
    targetGroups: Array.isArray(actions) ? actions.flatMap(forwarded) : []
  }
}

function forwarded (action: unknown): Reference[] {
  const forwards = [member(action, 'forwardConfig') ?? member(action, 'forward') ?? []].flat()
  const groups = forwards.flatMap((forward) => {
    const list = listOf(member(forward, 'targetGroups') ?? member(forward, 'targetGroup'))
    return Array.isArray(list) ? list.map((group: unknown) => member(group, 'targetGroupArn') ?? member(group, 'arn')) : []
  })
  return [member(action, 'targetGroupArn'), ...groups].filter((group) => group !== undefined).map(referenceOf)
}

/** A list of keys and values that is all there is: what it does not have is not said. */
export function attributes (value: unknown): Attributes {
  const { values, complete } = pairs(value)
  return (key) => values.has(key) ? values.get(key) : complete ? undefined : UNKNOWN
}

/** Nothing is known of attributes but what a document of their own may say. */
export const unsaid: Attributes = () => UNKNOWN

const OF_TARGET_GROUPS = /^(deregistration_delay|stickiness|slow_start|target_health_state|load_balancing\.algorithm)\./
const OF_LOAD_BALANCERS = /^(idle_timeout|deletion_protection|access_logs|routing|client_keep_alive)\./

/** What `describe-…-attributes` shows: it does not say whose they are, but their keys say of what. */
export function attributeList (document: unknown, place: Place): AttributeList | undefined {
  const { values } = pairs(member(document, 'attributes'))
  const keys = [...values.keys()]
  const of = keys.some((key) => OF_TARGET_GROUPS.test(key)) ? 'target group' : keys.some((key) => OF_LOAD_BALANCERS.test(key)) ? 'load balancer' : undefined
  if (of === undefined) return
  const owner = referenceOf(member(document, of === 'target group' ? 'targetGroupArn' : 'loadBalancerArn'))
  return { place, of, owner, attributes: (key) => values.get(key) ?? UNKNOWN }
}

function pairs (value: unknown): { values: ReadonlyMap<string, Maybe<string>>, complete: boolean } {
  const list = listOf(value)
  const entries = (Array.isArray(list) ? list : []).map((pair: unknown) => [textOf(member(pair, 'key')), textOf(member(pair, 'value'))] as const)
  const named = entries.filter((entry): entry is readonly [string, Maybe<string>] => typeof entry[0] === 'string')
  return { values: new Map(named), complete: list !== UNKNOWN && named.length === entries.length }
}

function texts (...values: readonly unknown[]): string[] {
  return values.map(textOf).filter((text) => typeof text === 'string')
}
