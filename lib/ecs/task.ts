import type { EcsLimits, EcsTask } from '../../types/index'

type Fields = Readonly<Record<string, unknown>>

/** Nothing that AWS names is longer; what is would only fill the log. */
const LONGEST = 2_048

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
    container: Object.freeze({ name: text(own.Name), limits: limits(own.Limits) })
  })
}

function fields (value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {}
}

function text (value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined
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
