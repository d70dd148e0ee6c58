import type { Description } from '../description'
import type { Source, Lines } from '../source'
import { isObject, member, textOf } from '../values'
import { attributeList, loadBalancer, targetGroup, unsaid } from './load-balancing'
import { service } from './service'
import { taskDefinition } from './task-definition'

// What the AWS CLI takes and shows.

export function readTaskDefinition ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  const inner = member(document, 'taskDefinition')
  const value = isObject(inner) ? inner : document
  if (!Array.isArray(member(value, 'containerDefinitions'))) return
  return { taskDefinitions: [taskDefinition(value, { file, resource: nameOf(value, 'family', 'the task definition'), line: lines(value) }, lines)] }
}

/** What only a service has. A name alone is no service. */
const OF_SERVICES = ['taskDefinition', 'launchType', 'desiredCount', 'loadBalancers', 'capacityProviderStrategy', 'deploymentConfiguration', 'schedulingStrategy']

export function readServices ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  const values = listed(document, 'services') ?? single(document, 'service') ?? (isService(document) ? [document] : undefined)
  return values && { services: values.map((value) => service(value, { file, resource: nameOf(value, 'serviceName', 'the service'), line: lines(value) }, [], value === document)) }
}

function isService (document: unknown): boolean {
  return isObject(document) && !isObject(document.taskDefinition) && !Object.hasOwn(document, 'containerDefinitions') &&
    OF_SERVICES.some((name) => Object.hasOwn(document, name))
}

export function readTargetGroups ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  const values = listed(document, 'TargetGroups')
  return values && {
    targetGroups: values.map((value) => targetGroup(value, { file, resource: nameOf(value, 'targetGroupName', 'the target group'), line: lines(value) }, unsaid))
  }
}

export function readLoadBalancers ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  const values = listed(document, 'LoadBalancers')
  return values && {
    loadBalancers: values.map((value) => loadBalancer(value, { file, resource: nameOf(value, 'loadBalancerName', 'the load balancer'), line: lines(value) }, unsaid))
  }
}

export function readAttributes ({ file, document }: Source, lines: Lines): Partial<Description> | undefined {
  if (listed(document, 'Attributes') === undefined) return
  const list = attributeList(document, { file, resource: 'the attributes', line: lines(document) })
  return list && { attributeLists: [list] }
}

function listed (document: unknown, key: string): readonly unknown[] | undefined {
  const list = isObject(document) && Object.hasOwn(document, key) ? document[key] : undefined
  return Array.isArray(list) ? list : undefined
}

function single (document: unknown, key: string): readonly unknown[] | undefined {
  const value = isObject(document) && Object.hasOwn(document, key) ? document[key] : undefined
  return isObject(value) ? [value] : undefined
}

function nameOf (value: unknown, name: string, otherwise: string): string {
  const text = textOf(member(value, name))
  return typeof text === 'string' ? text : otherwise
}
