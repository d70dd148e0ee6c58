import { stripVTControlCharacters } from 'node:util'

import type { Lateness, OrderResult, Proof, RunResult, StopRecord, TaskRecord, WorkResult } from '../../../types/rehearsal'

/** Stands where there is nothing to say. */
export const NOTHING = '–'

export function count (number: number): string {
  return number.toLocaleString('en-US')
}

/** `1 stop`, `2 stops`. */
export function counted (number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** A duration or an instant in milliseconds, read in seconds. */
export function seconds (ms: number | null | undefined, digits = 1): string {
  return ms === undefined || ms === null ? NOTHING : `${(ms / 1_000).toFixed(digits)} s`
}

/** As seconds, or as milliseconds where tenths of a second would say 0. */
export function duration (ms: number | undefined): string {
  return ms !== undefined && ms < 100 ? milliseconds(ms) : seconds(ms)
}

export function milliseconds (ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return NOTHING
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${count(Math.round(ms))} ms`
}

export function exitOf ({ exitCode, exitSignal, exited }: StopRecord): string {
  if (exited === undefined) return NOTHING
  return exitSignal ?? `exit ${exitCode ?? 'unknown'}`
}

/** `2 × 0, 1 × SIGKILL`. */
export function exits (order: OrderResult): string {
  return Object.entries(order.exits).map(([exit, number]) => `${number} × ${exit}`).join(', ') || NOTHING
}

/** What a zero proves, and that anything else proves nothing but itself. */
export function proofSentences (proof: Proof): string[] {
  if (proof.perRequest === null) return [`${count(proof.lost)} of ${count(proof.requests)} requests were lost: there is no zero to weigh.`]

  const window = counted(proof.inWindow, 'request')
  const perRequest = proof.inWindow === 0
    ? 'No request fell into the window around a stop, so this zero says nothing.'
    : `None of the ${window} in the window around a stop was lost: with 95 % confidence fewer than ${percent(proof.perRequest)} of such requests are (3/n).`
  if (proof.perStop === null || proof.stops === 0) return [perRequest]

  const perStop = proof.perStop >= 1
    ? `Losses come in clusters, one per stop, and ${counted(proof.stops, 'stop')} without one are too few to say anything about the next.`
    : `Losses come in clusters, so count stops too: none of ${count(proof.stops)} lost anything, so fewer than ${percent(proof.perStop)} of stops do (3/stops).`
  return [perRequest, perStop]
}

/** A generator that is late asks less than it says; its lateness belongs to the result. */
export function latenessSentence ({ median, p999, max, unsent }: Lateness): string {
  const left = unsent === 0 ? 'none was left unsent' : `${count(unsent)} were never sent`
  return `Requests were sent ${milliseconds(median)} after their planned instant in the median, ${milliseconds(p999)} at p99.9, ` +
    `${milliseconds(max)} at most; ${left}.`
}

function percent (share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}

/** Text from outside on one line, without anything a terminal would obey. */
export function plain (text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ').trim()
}

/** `task 3`, `worker 4`: they are numbered together. */
export function taskName ({ task, worker }: Pick<TaskRecord, 'task' | 'worker'>): string {
  return `${worker ? 'worker' : 'task'} ${task}`
}

/** What became of the work of all runs, in a sentence or two; undefined where there were no workers. */
export function workSentence (runs: readonly RunResult[]): string | undefined {
  const works = runs.flatMap(({ work }) => work ?? [])
  if (works.length === 0) return undefined
  const sum = (of: (work: WorkResult) => number): number => works.reduce((total, work) => total + of(work), 0)
  const backs = works.flatMap(({ backWithin }) => backWithin ? [backWithin.max] : [])
  const back = backs.length > 0 ? `, all within ${duration(Math.max(...backs))} with somebody else` : ''
  const faults = [
    `${count(sum(({ lost }) => lost.length))} lost`,
    `${count(sum(({ duplicated }) => duplicated.length))} done twice`,
    `${count(sum(({ startedTwice }) => startedTwice.length))} begun twice`,
    `${count(sum(({ stranded }) => stranded.length))} stranded`,
    `${count(sum(({ outOfOrder }) => outOfOrder.length))} groups out of order`
  ]
  return `Work: ${count(sum(({ done }) => done))} of ${count(sum(({ published }) => published))} pieces done, ` +
    `${count(sum(({ handedBack }) => handedBack))} handed back${back}, ${count(sum(({ deadLettered }) => deadLettered))} dead-lettered; ${faults.join(', ')}.`
}
