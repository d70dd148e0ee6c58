import { isIPv4 } from 'node:net'

import type { EcsLimits, EcsTask } from '../../types/index'
import { fields, list, text } from './fields'

/**
 * What a task can know of itself, from the two documents of the metadata endpoint. Fields that are missing, or of another type
 * than AWS documents, are undefined; null if it is no description of a task at all. Pure.
 */
export function readTask (task: unknown, container: unknown): EcsTask | null {
  const { TaskARN, Family, Revision, Cluster, AvailabilityZone, LaunchType, ServiceName, Limits } = fields(task)
  const arn = text(TaskARN)
  if (arn === undefined || !arn.startsWith('arn:')) return null
  const own = fields(container)
  return Object.freeze({
    arn,
    id: arn.slice(arn.lastIndexOf('/') + 1),
    family: text(Family),
    revision: text(Revision),
    cluster: lastPart(text(Cluster)),
    service: text(ServiceName),
    zone: text(AvailabilityZone),
    launchType: text(LaunchType),
    limits: limits(Limits),
    container: Object.freeze({ name: text(own.Name), limits: limits(own.Limits), ...network(own.Networks) })
  })
}

/** The first network with an address; a container of ECS has one. */
function network (networks: unknown): Pick<EcsTask['container'], 'networkMode' | 'address'> {
  const all = list(networks).map(fields).map(({ NetworkMode, IPv4Addresses }) => ({
    networkMode: text(NetworkMode),
    address: list(IPv4Addresses).map(text).find((address) => address !== undefined && isIPv4(address))
  }))
  return all.find(({ address }) => address !== undefined) ?? { networkMode: all[0]?.networkMode, address: undefined }
}

/** An ARN on Fargate, an ARN or a name on EC2. */
function lastPart (name: string | undefined): string | undefined {
  return name?.slice(name.lastIndexOf('/') + 1)
}

function limits (value: unknown): EcsLimits | undefined {
  const { CPU, Memory } = fields(value)
  if (!isAmount(CPU) && !isAmount(Memory)) return
  return Object.freeze({ cpu: isAmount(CPU) ? CPU : undefined, memoryMiB: isAmount(Memory) ? Memory : undefined })
}

/** The agent says 0 where there is no limit. */
function isAmount (value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
