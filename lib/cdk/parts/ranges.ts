import { ranges } from '../../core/ranges'
import { known, milliseconds, within, type Range } from './known'
import { problems } from './problems'
import type { ServiceSettings } from './service-settings'
import type { WorkerSettings } from './worker-settings'

/** The counts among the props of all tasks: ECS and Application Auto Scaling. */
const taskCounts = {
  desiredCount: { least: 0, most: 5_000 },
  maxCapacity: { least: 1, most: 5_000 },
  minHealthyPercent: { least: 0, most: 100 },
  maxHealthyPercent: { least: 100, most: 10_000 }
} as const

const serviceCounts = {
  ...taskCounts,
  containerPort: { least: 1, most: 65_535 },
  priority: { least: 1, most: 50_000 },
  healthyThreshold: ranges.unhealthyThreshold,
  unhealthyThreshold: ranges.unhealthyThreshold,
  targetCpuUtilization: { least: 1, most: 100 }
} as const

const workerCounts = {
  ...taskCounts,
  desiredCount: { least: 1, most: 5_000 }, // nothing scales up from no task at all
  backlogPerTask: { least: 1, most: 120_000 } // as many can be in flight at once
} as const

const serviceDurations = {
  deregistrationDelay: ranges.deregistrationDelaySeconds,
  healthCheckInterval: ranges.healthCheckIntervalSeconds,
  healthCheckTimeout: ranges.healthCheckTimeoutSeconds,
  healthCheckGracePeriod: { least: 0, most: 2_147_483_647 },
  idleTimeout: ranges.idleTimeoutSeconds
} as const

/** Numbers outside AWS's own ranges; the CDK lets most of them pass, and CloudFormation refuses them at the deployment. */
export function serviceRangeProblems (settings: ServiceSettings): string[] {
  const durations = Object.entries(serviceDurations) as Array<[keyof typeof serviceDurations, Range]>
  return [
    ...problems(...durations.map(([name, range]) => () => {
      const value = milliseconds(settings[name])
      within(`${name}, in seconds,`, value === undefined ? undefined : value / 1_000, range)
    })),
    ...counted(settings, serviceCounts),
    ...taskRangeProblems(settings)
  ]
}

/** What a queue cannot be, the CDK says itself. */
export function workerRangeProblems (settings: WorkerSettings): string[] {
  const wait = milliseconds(settings.waitTime)
  return [
    ...problems(() => within('waitTime, in seconds,', wait === undefined ? undefined : wait / 1_000, { least: 0, most: 20 })),
    ...counted(settings, workerCounts),
    ...taskRangeProblems(settings)
  ]
}

function counted<Name extends string> (settings: { readonly [name in NoInfer<Name>]?: number }, counts: Record<Name, Range>): string[] {
  return problems(...(Object.entries(counts) as Array<[Name, Range]>).map(([name, range]) => () => within(name, settings[name], range)))
}

/** Two that are right, and cannot both be. */
function taskRangeProblems (settings: Pick<ServiceSettings | WorkerSettings, 'desiredCount' | 'maxCapacity' | 'minHealthyPercent' | 'maxHealthyPercent'>): string[] {
  const [desiredCount, maxCapacity] = [known(settings.desiredCount), known(settings.maxCapacity)]
  return [
    ...desiredCount !== undefined && maxCapacity !== undefined && maxCapacity < desiredCount
      ? [`maxCapacity must be at least desiredCount, which is ${desiredCount}, but is ${maxCapacity}`]
      : [],
    ...settings.minHealthyPercent === 100 && settings.maxHealthyPercent === 100
      ? ['minHealthyPercent and maxHealthyPercent are both 100: no task may be stopped before another is started, nor started before one is stopped']
      : []
  ]
}
