import { together, type Description, type Export, type Place } from '../../description'
import type { Lines, Source } from '../../source'
import { member, numberOf, own, referenceOf, textOf } from '../../values'
import { attributes, listener, loadBalancer, targetGroup } from '../load-balancing'
import { service, strategy } from '../service'
import { taskDefinition } from '../task-definition'
import { resolverOf, type Resolver } from './resolve'
import { idOf, importId, templateOf } from './template'

/** What a stack will have, by logical id. A resource whose condition does not hold is left out. */
export function readTemplate ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  const template = templateOf(document, file)
  if (template === undefined) return
  const resolver = resolverOf(template, lines)

  const resources = [...template.resources].flatMap(([name, resource]) => {
    const [type, condition] = [own(resource, 'Type'), own(resource, 'Condition')]
    const read = typeof type === 'string' && Object.hasOwn(readers, type) ? readers[type] : undefined
    if (read === undefined || (condition !== undefined && resolver.holds(condition) === false)) return []
    const properties = resolver.resolve(own(resource, 'Properties') ?? {})
    return [read(properties, { file, resource: name, line: lines(resource) }, idOf(template, name), resolver)]
  })
  const exports = [...template.outputs.values()].flatMap((output): Export[] => {
    const name = textOf(resolver.resolve(own(own(output, 'Export'), 'Name')))
    return typeof name === 'string' ? [{ name: importId(name), of: referenceOf(resolver.resolve(own(output, 'Value'))) }] : []
  })
  return together([...resources, { exports }])
}

type Reader = (properties: unknown, place: Place, id: string, resolver: Resolver) => Partial<Description>

const aListener: Reader = (properties, place, id) => ({ listeners: [listener(properties, place, [id])] })

const readers: Readonly<Record<string, Reader>> = {
  'AWS::ECS::TaskDefinition': (properties, place, id, { lines }) => ({ taskDefinitions: [taskDefinition(properties, place, lines, [id])] }),
  'AWS::ECS::Service': (properties, place, id) => ({ services: [service(properties, place, [id])] }),
  'AWS::ElasticLoadBalancingV2::TargetGroup': (properties, place, id) =>
    ({ targetGroups: [targetGroup(properties, place, attributes(member(properties, 'targetGroupAttributes')), [id])] }),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (properties, place, id) =>
    ({ loadBalancers: [loadBalancer(properties, place, attributes(member(properties, 'loadBalancerAttributes')), [id])] }),
  'AWS::ElasticLoadBalancingV2::Listener': aListener,
  'AWS::ElasticLoadBalancingV2::ListenerRule': aListener,
  'AWS::ECS::Cluster': (properties, place, id) => {
    const name = textOf(member(properties, 'clusterName'))
    return { clusters: [{ place, ids: [id, ...typeof name === 'string' ? [name] : []], strategy: strategy(member(properties, 'defaultCapacityProviderStrategy')) }] }
  },
  'AWS::ECS::ClusterCapacityProviderAssociations': (properties, place) => {
    const cluster = referenceOf(member(properties, 'cluster'))
    return Array.isArray(cluster) ? { clusters: [{ place, ids: cluster, strategy: strategy(member(properties, 'defaultCapacityProviderStrategy')) }] } : {}
  },
  'AWS::ApplicationAutoScaling::ScalableTarget': (properties, place) =>
    ({ scalings: [{ place, service: referenceOf(member(properties, 'resourceId')), least: numberOf(member(properties, 'minCapacity')) }] })
}
