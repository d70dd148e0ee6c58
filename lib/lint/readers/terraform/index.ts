import { together, type Description, type Place } from '../../description'
import type { Lines, Source } from '../../source'
import { member, numberOf, referenceOf, textOf, type Reference } from '../../values'
import { listener } from '../load-balancing'
import { service, strategy } from '../service'
import { planOf } from './plan'
import { loadBalancer, targetGroup, taskDefinition, texts } from './resources'
import { idOf, indexOf, valuesOf } from './values'

/** What a plan will have, or a state has, by address. */
export function readPlan ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  const plan = planOf(document, file, lines)
  if (plan === undefined) return
  const index = indexOf(plan)
  return together(plan.resources.map((resource) => {
    const read = Object.hasOwn(readers, resource.type) ? readers[resource.type] : undefined
    if (read === undefined) return {}
    const ids = [idOf(plan, resource.address)]
    return read(valuesOf(plan, resource, index), { file, resource: resource.address, line: resource.line }, ids)
  }))
}

type Reader = (values: unknown, place: Place, ids: readonly string[]) => Partial<Description>

const aBalancer: Reader = (values, place, ids) => ({ loadBalancers: [loadBalancer(values, place, ids)] })
const aListener: Reader = (values, place, ids) => ({ listeners: [listener(values, place, [...ids, ...texts(values, 'arn')])] })
const aTargetGroup: Reader = (values, place, ids) => ({ targetGroups: [targetGroup(values, place, ids)] })

/** `aws_alb…` are the same by their older names. */
const readers: Readonly<Record<string, Reader>> = {
  aws_ecs_task_definition: (values, place, ids) => ({ taskDefinitions: [taskDefinition(values, place, ids)] }),
  aws_ecs_service: (values, place, ids) => ({ services: [service(values, place, [...ids, ...texts(values, 'id', 'name')])] }),
  aws_lb_target_group: aTargetGroup,
  aws_alb_target_group: aTargetGroup,
  aws_lb: aBalancer,
  aws_alb: aBalancer,
  aws_lb_listener: aListener,
  aws_alb_listener: aListener,
  aws_lb_listener_rule: aListener,
  aws_alb_listener_rule: aListener,
  aws_ecs_cluster: (values, place, ids) => ({ clusters: [{ place, ids: [...ids, ...texts(values, 'arn', 'name')], strategy: undefined }] }),
  aws_ecs_cluster_capacity_providers: (values, place) => {
    const cluster = referenceOf(member(values, 'clusterName'))
    return Array.isArray(cluster) ? { clusters: [{ place, ids: cluster, strategy: strategy(member(values, 'defaultCapacityProviderStrategy')) }] } : {}
  },
  aws_appautoscaling_target: (values, place) =>
    ({ scalings: [{ place, service: serviceOf(member(values, 'resourceId')), least: numberOf(member(values, 'minCapacity')) }] })
}

/** `service/cluster/name`, or a link. */
function serviceOf (resourceId: unknown): Reference {
  const text = textOf(resourceId)
  return typeof text === 'string' ? text.split('/').slice(2) : referenceOf(resourceId)
}
