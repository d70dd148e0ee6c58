import type { Capacity } from '../../../types/index'
import type { Cluster, Service, Strategy, TaskDefinition } from '../description'
import { known, UNKNOWN } from '../values'
import type { Find } from './links'

/**
 * What the tasks run on. A service's strategy or launch type says it, else its cluster's, else the variable that the container is
 * given; what a task definition requires says only that it is Fargate, not that it is not Spot.
 */
export function capacityOf (
  service: Service | undefined, definition: TaskDefinition, clusters: Find<Cluster>, variable: Capacity | undefined
): Capacity | undefined {
  const strategy = service?.strategy ?? (service?.launchType === undefined ? ofCluster(service, clusters) : undefined)
  if (strategy !== undefined) return ofStrategy(strategy)
  if (service?.launchType !== undefined) return ofLaunchType(known(service.launchType))
  if (variable !== undefined) return variable
  const required = known(definition.requiresCompatibilities) ?? []
  return required.length === 1 ? ofLaunchType(known(required[0])) : undefined
}

/** Providers may be joined to a cluster by something else, which knows it by another of its names. */
function ofCluster (service: Service | undefined, clusters: Find<Cluster>): Strategy {
  if (service === undefined) return
  const all = clusters(service.cluster, service).flatMap((cluster) => clusters(cluster.ids, cluster))
  return all.map(({ strategy }) => strategy).find((strategy) => strategy !== undefined)
}

function ofLaunchType (launchType: string | undefined): Capacity | undefined {
  return launchType === 'FARGATE' ? 'fargate' : launchType === 'EC2' ? 'ec2' : undefined
}

/** Whatever is not Fargate runs on instances, under a name that somebody gave it. */
function ofStrategy (strategy: NonNullable<Strategy>): Capacity | undefined {
  if (strategy === UNKNOWN || strategy.includes(UNKNOWN) || strategy.includes(undefined)) return
  const names = new Set(strategy.flatMap((provider) => known(provider) ?? []))
  const [onDemand, spot] = [names.has('FARGATE'), names.has('FARGATE_SPOT')]
  if (onDemand && spot) return 'mixed'
  return onDemand ? 'fargate' : spot ? 'fargate-spot' : 'ec2'
}
