import { spawn } from 'node:child_process'

import { built } from './built'
import { difference, slopeOf, type Point, type Slope } from './slope'
import type { Sample } from './veterans'

/** What is left of services that were registered and closed again and again in one process. Slopes in bytes each time. */
export interface Cycles {
  readonly times: number
  readonly own: Slope
  readonly control: Slope
  readonly added: Slope
  readonly grew: boolean
  /** Listeners, subscribed channels and handles that were not there the first time, and that the control has not as well; each in a sentence. */
  readonly left: readonly string[]
}

/** Functions that run often are compiled again and again, and their code takes more of the heap than what is looked for. */
const INTERPRETED = ['--no-opt', '--no-maglev', '--no-sparkplug']
const TIMES = 600
const EACH = 20
const WARM_UP = 0.25
/** Bytes. Less than that is what Node's own weak tables grow by, those of abort reasons above all, and do not give back. */
const MATTERS = 256

/** Runs both, one after the other. Rejects if a cycle fails. */
export async function measureCycles (signal: AbortSignal, times = TIMES, each = EACH): Promise<Cycles> {
  const [file, ...args] = built('cycles')
  const measured = async (mode: string): Promise<Sample[]> => await run(file, [...INTERPRETED, ...args, mode, String(times), String(each)], signal)
  const control = await measured('bare')
  return judgeCycles(await measured('plugin'), control, times)
}

/** Pure. */
export function judgeCycles (own: readonly Sample[], control: readonly Sample[], times: number): Cycles {
  const heap = (samples: readonly Sample[]): Point[] => samples.slice(Math.floor(samples.length * WARM_UP)).map(({ at, heap }) => [at, heap])
  const slopes = { own: slopeOf(heap(own)), control: slopeOf(heap(control)), added: slopeOf(difference(heap(own), heap(control))) }
  const grew = [slopes.own, slopes.added].every(({ perUnit, interval }) => interval !== null && interval[0] > 0 && perUnit > MATTERS)
  const anyway = leftovers(control[0]!, control.at(-1)!)
  return { times, ...slopes, grew, left: leftovers(own[0]!, own.at(-1)!).filter((left) => !anyway.includes(left)) }
}

/** What a process holds in the end that it did not in the beginning. */
export function leftovers (first: Sample, last: Sample): string[] {
  const more = (kind: string, before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): string[] =>
    Object.entries(after).filter(([name, count]) => count > (before[name] ?? 0)).map(([name, count]) => `${count} ${kind} ${name}, ${before[name] ?? 0} before`)
  return [
    ...more('listeners to', first.listeners, last.listeners),
    ...more('handles of type', first.handles, last.handles),
    ...last.channels.filter((name) => !first.channels.includes(name)).map((name) => `a subscription to ${name}`)
  ]
}

async function run (file: string, args: readonly string[], signal: AbortSignal): Promise<Sample[]> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], signal })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => { text += part })
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`registering and closing ended with ${code}`)
  return text.trim().split('\n').map((line) => JSON.parse(line) as Sample)
}
