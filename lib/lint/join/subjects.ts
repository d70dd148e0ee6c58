import type { Capacity } from '../../../types/index'
import { named, type Container, type Description, type LoadBalancer, type Service, type TargetGroup, type TaskDefinition } from '../description'
import { known, UNKNOWN } from '../values'
import { applicationsOf, pointedTo, type Application } from './applications'
import { capacityOf } from './capacity'
import { capacityVariable, refused } from './environment'
import { exportedBy, finder, type Find } from './links'
import { loadBalancerOf, withAttributes } from './load-balancing'

/** A container and all that belongs to it, as far as the files say. */
export interface Subject {
  readonly container: Container
  readonly taskDefinition: TaskDefinition
  readonly service?: Service
  /** For one that is no application: only what must hold for every container. */
  readonly application: boolean
  /** Whether it is registered in a target group, be it one that no file describes. */
  readonly balanced: boolean
  readonly targetGroup?: TargetGroup
  readonly loadBalancer?: LoadBalancer
  readonly capacity?: Capacity
  /** How few tasks the service has, at least. */
  readonly tasks?: number
}

export interface Joined {
  readonly subjects: readonly Subject[]
  /** What could not be joined, and what was without being named. */
  readonly notes: readonly string[]
}

/** Joins what belongs together: by ARN, by name, by logical id. */
export function join (given: Description): Joined {
  const notes: string[] = []
  const description = withAttributes(given, notes)
  const exported = exportedBy(description.exports)
  const find = {
    taskDefinition: finder(description.taskDefinitions, exported),
    service: finder(description.services, exported),
    cluster: finder(description.clusters, exported),
    targetGroup: finder(description.targetGroups, exported)
  }
  const balancer = loadBalancerOf(description, exported)
  const least = new Map(description.scalings.flatMap((scaling) =>
    find.service(scaling.service, scaling).map((service) => [service, scaling.least] as const)))
  const services = servicesOf(description, find.taskDefinition, notes)

  const subjects = description.taskDefinitions.flatMap((taskDefinition) => {
    const containers = known(taskDefinition.containers) ?? []
    if (taskDefinition.containers === UNKNOWN) notes.push(`${named(taskDefinition)}: its containers cannot be told from the file`)
    notes.push(...containers.map(refused).filter((note) => note !== undefined))
    const variable = capacityVariable(containers)

    return (services.get(taskDefinition) ?? [undefined]).flatMap((service) => {
      if (service) notes.push(...strays(taskDefinition, service), ...classics(service))
      const capacity = capacityOf(service, taskDefinition, find.cluster, variable)
      const common = { taskDefinition, service, capacity, tasks: service && known(least.get(service) ?? service.desiredCount) }
      const serving = applicationsOf(taskDefinition, service).map(({ container, target }: Application): Subject => {
        const [targetGroup, ...more] = find.targetGroup(target?.targetGroup, service ?? taskDefinition)
        const of = targetGroup && more.length === 0 ? { targetGroup, loadBalancer: balancer(targetGroup) } : {}
        return { ...common, container, application: true, balanced: target?.isClassic === false, ...of }
      })
      const isServing = new Set(serving.map(({ container }) => container))
      const others = containers.filter((container) => !isServing.has(container))
      return [...serving, ...others.map((container): Subject => ({ ...common, container, application: false, balanced: false }))]
    })
  })
  return { subjects, notes }
}

/** The services of each task definition. One that names none, as an update may, is of the only one there is, if that fits. */
function servicesOf (
  { services, taskDefinitions }: Description, find: Find<TaskDefinition>, notes: string[]
): ReadonlyMap<TaskDefinition, readonly Service[]> {
  const found = new Map<TaskDefinition, Service[]>()
  const [only, ...more] = taskDefinitions
  for (const service of services) {
    const isOpen = service.isUpdate && service.taskDefinition === undefined
    const isOfOnly = isOpen && only !== undefined && more.length === 0 && strays(only, service).length === 0
    const definitions = isOfOnly ? [only] : find(service.taskDefinition, service)
    const [definition] = definitions
    if (definition === undefined || definitions.length > 1) {
      const what = definition ? 'one of several task definitions, and it cannot be told which' : 'a task definition that no file describes'
      notes.push(`${named(service)} runs ${what}`)
      continue
    }
    if (isOfOnly) notes.push(`${named(service)} names no task definition: taken to run ${only.place.resource}, the only one there is`)
    const others = found.get(definition)
    if (others) others.push(service)
    else found.set(definition, [service])
  }
  return found
}

/** Load balancers that point to a container which the task definition does not have. */
function strays ({ containers, place }: TaskDefinition, service: Service): readonly string[] {
  const all = known(containers) ?? []
  const lost = (known(service.loadBalancers) ?? []).filter((target) =>
    typeof target.container === 'string' && all.length > 0 && pointedTo(all, target).length === 0)
  return lost.map(({ container }) => `${named(service)} points to a container ${String(container)}, which ${place.resource} does not have`)
}

function classics (service: Service): readonly string[] {
  const isBehindClassic = (known(service.loadBalancers) ?? []).some(({ isClassic }) => isClassic)
  return isBehindClassic ? [`${named(service)} is behind a Classic Load Balancer, of which no rule speaks`] : []
}
