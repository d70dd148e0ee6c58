import { Duration, type TimeZone } from 'aws-cdk-lib'
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling'
import type * as ecs from 'aws-cdk-lib/aws-ecs'

import { known, within } from './parts/known'
import { problems } from './parts/problems'

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

/** Raises the least number of tasks before each peak, and lowers it again: to what another peak needs then, or to what is usual. */
export function prepareFor (peaks: readonly Peak[], count: ecs.ScalableTaskCount, usual: number): void {
  peaks.forEach((peak, index) => {
    const { days: weekDay, timeZone } = peak
    const others = peaks.filter((other) => other !== peak && other.days === weekDay && sameZone(other, peak))
    const action = (id: string, minutes: number, tasks: number): void => {
      const needed = others.filter((other) => isOn(other, minutes)).map((other) => other.tasks)
      const schedule = scaling.Schedule.cron({ hour: `${Math.floor(minutes / 60)}`, minute: `${minutes % 60}`, weekDay })
      count.scaleOnSchedule(id, { schedule, minCapacity: needed.length > 0 ? Math.max(tasks, ...needed) : tasks, timeZone })
    }
    action(`Peak${index + 1}`, ofDay(begin(peak)), peak.tasks)
    action(`Peak${index + 1}Over`, minutesOf(peak.until)!, usual)
  })
}

/** Days of the week are those of both instants, so that neither may lie on another day. */
export function timeProblems (peaks: readonly Peak[]): string[] {
  const unread = peaks.flatMap((peak, index) => (['from', 'until'] as const).filter((name) => minutesOf(peak[name]) === undefined)
    .map((name) => `peaks[${index}].${name} must be a time of day as HH:MM, but is '${peak[name]}'`))
  if (unread.length > 0) return unread
  return peaks.flatMap((peak, index) => [
    ...peak.days !== undefined && (begin(peak) < 0 || minutesOf(peak.until)! <= minutesOf(peak.from)!)
      ? [`peaks[${index}] goes over midnight, where its days no longer hold: cut it in two, or leave days out`]
      : [],
    ...peak.days === undefined && peaks.some((other) => other.days !== undefined && overlap(other, peak))
      ? [`peaks[${index}] is on every day, and overlaps one that has days: give it days, too`]
      : []
  ])
}

/** Numbers of tasks that are tokens are held against nothing, but somebody must say how many there may be. */
export function peakProblems ({ peaks = [], maxCapacity }: { readonly peaks?: readonly Peak[], readonly maxCapacity?: number }): string[] {
  return [...timeProblems(peaks), ...peaks.flatMap(({ tasks }, index) => {
    const name = `peaks[${index}].tasks`
    if (known(tasks) === undefined) return maxCapacity === undefined ? [`${name} is a token, so that it cannot be told how many tasks there may be: give maxCapacity`] : []
    return known(maxCapacity) !== undefined && tasks > maxCapacity!
      ? [`${name} must be at most maxCapacity, which is ${maxCapacity}, but is ${tasks}`]
      : problems(() => within(name, tasks, { least: 1, most: 5_000 }))
  })]
}

function sameZone (one: Peak, other: Peak): boolean {
  return one.timeZone?.timezoneName === other.timeZone?.timezoneName
}

function overlap (one: Peak, other: Peak): boolean {
  return sameZone(one, other) && (isOn(one, ofDay(begin(other))) || isOn(other, ofDay(begin(one))))
}

/** At its end it is over. It may go over midnight. */
function isOn (peak: Peak, minutes: number): boolean {
  const from = ofDay(begin(peak))
  const length = ofDay(minutesOf(peak.until)! - from) || DAY
  return ofDay(minutes - from) < length
}

function begin ({ from, ahead = AHEAD }: Pick<Peak, 'from' | 'ahead'>): number {
  return minutesOf(from)! - Math.ceil(ahead.toMinutes({ integral: false }))
}

function ofDay (minutes: number): number {
  return ((minutes % DAY) + DAY) % DAY
}

function minutesOf (time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}
