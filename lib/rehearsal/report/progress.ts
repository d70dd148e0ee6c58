import pc from 'picocolors'

import type { RehearsalEvent, TaskState } from '../../../types/rehearsal'
import { count, plain, seconds } from './words'

/** What is written to: a terminal, where the last line is rewritten, or anything else, where lines follow each other. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write (text: string): unknown
}

/** How often a line about the load is worth it where lines stay. */
const EVERY = 5_000

/** The states in which something happens to a task; the others pass by at once. */
const TOLD: ReadonlySet<TaskState> = new Set(['PENDING', 'RUNNING', 'DEACTIVATING', 'STOPPING', 'STOPPED'])

/**
 * Tells of a rehearsal as it happens: a line for every change, and one for the load that keeps itself up to date. On a
 * terminal that one stays last and without a line end: who writes there afterwards begins with `\r\x1b[K`.
 */
export function progress (screen: Screen): (event: RehearsalEvent) => void {
  const fresh = (): Teller => screen.isTTY ? terminal(screen) : pipe(screen)
  let teller = fresh()
  return (event) => {
    switch (event.type) {
      case 'run':
        teller = fresh() // the load of the run before is no longer of interest
        return teller.say(`${plain(event.name)}, seed ${event.seed}`)
      case 'note': return teller.say(`note: ${plain(event.text)}`)
      case 'task':
        if (TOLD.has(event.state)) teller.say(`${instant(event.at)}  task ${event.task} ${event.state}${event.order ? ` (${event.order})` : ''}`)
        return
      case 'load': teller.load(event)
    }
  }
}

type Load = Extract<RehearsalEvent, { readonly type: 'load' }>

interface Teller {
  say (line: string): void
  load (load: Load): void
}

function terminal (screen: Screen): Teller {
  const colours = pc.createColors(pc.isColorSupported)
  let status: Load | undefined
  const shown = (): string => {
    if (!status) return ''
    const line = loadLine(status).slice(0, (screen.columns ?? 80) - 1) // a full line wraps on some terminals
    return status.lost > 0 ? colours.red(line) : colours.dim(line)
  }
  return {
    say: (line) => { screen.write(`\r\x1b[K${line}\n${shown()}`) },
    load: (load) => {
      status = load
      screen.write(`\r\x1b[K${shown()}`)
    }
  }
}

function pipe (screen: Screen): Teller {
  let last = 0
  return {
    say: (line) => { screen.write(`${line}\n`) },
    load: (load) => {
      if (load.at - last < EVERY) return
      last = load.at
      screen.write(`${loadLine(load)}\n`)
    }
  }
}

function loadLine ({ at, sent, answered, lost }: Load): string {
  return `${instant(at)}  ${count(sent)} sent, ${count(answered)} answered, ${count(lost)} lost`
}

function instant (at: number): string {
  return seconds(at).padStart(8)
}
