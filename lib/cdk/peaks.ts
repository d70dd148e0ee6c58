import { Duration, type TimeZone } from 'aws-cdk-lib'
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling'
import type * as ecs from 'aws-cdk-lib/aws-ecs'

/** A time of day for which tasks are started beforehand. */
export interface Peak {
  /** When the traffic comes: HH:MM. */
  readonly from: string
  /** When the service may shrink again: HH:MM. */
  readonly until: string
  /** The fewest tasks in between. */
  readonly tasks: number
  /** As cron has it. @default - every day */
  readonly days?: string
  /** @default - UTC */
  readonly timeZone?: TimeZone
  /** How long before `from` the tasks are started. @default Duration.minutes(5) */
  readonly ahead?: Duration
}

const AHEAD = Duration.minutes(5)
const DAY = 24 * 60

/** Raises the least number of tasks before each peak, and lowers it again. */
export function prepareFor (peaks: readonly Peak[], count: ecs.ScalableTaskCount, usual: number): void {
  peaks.forEach(({ until, tasks, days, timeZone, ...peak }, index) => {
    const at = (minutes: number): scaling.Schedule => scaling.Schedule.cron({ hour: `${Math.floor(minutes / 60)}`, minute: `${minutes % 60}`, weekDay: days })
    count.scaleOnSchedule(`Peak${index + 1}`, { schedule: at(((begin(peak) % DAY) + DAY) % DAY), minCapacity: tasks, timeZone })
    count.scaleOnSchedule(`Peak${index + 1}Over`, { schedule: at(minutesOf(until)!), minCapacity: usual, timeZone })
  })
}

/** Days of the week are those of both instants, so that neither may lie on another day. */
export function peakProblems ({ peaks = [], maxCapacity = Infinity }: { readonly peaks?: readonly Peak[], readonly maxCapacity?: number }): string[] {
  return peaks.flatMap((peak, index) => {
    if (peak.tasks > maxCapacity) return [`peaks[${index}].tasks must be at most maxCapacity, which is ${maxCapacity}, but is ${peak.tasks}`]
    const unread = (['from', 'until'] as const).filter((name) => minutesOf(peak[name]) === undefined)
    if (unread.length > 0) return unread.map((name) => `peaks[${index}].${name} must be a time of day as HH:MM, but is '${peak[name]}'`)
    return peak.days !== undefined && (begin(peak) < 0 || minutesOf(peak.until)! <= minutesOf(peak.from)!)
      ? [`peaks[${index}] goes over midnight, where its days no longer hold: cut it in two, or leave days out`]
      : []
  })
}

function begin ({ from, ahead = AHEAD }: Pick<Peak, 'from' | 'ahead'>): number {
  return minutesOf(from)! - Math.ceil(ahead.toMinutes({ integral: false }))
}

function minutesOf (time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}
