import type { RehearsalEvent } from './types'

/** What is written to: a terminal, where the last line is rewritten, or anything else, where lines follow each other. */
export interface Screen {
  readonly isTTY?: boolean
  write (text: string): unknown
}

/** How often a line about the load is worth it where lines stay. */
const EVERY = 5_000

/** Tells of a rehearsal as it happens: a line for what each task does, and one for the load that keeps itself up to date. */
export function progress (screen: Screen): (event: RehearsalEvent) => void {
  let status = ''
  let last = 0
  const say = (line: string): void => { screen.write(screen.isTTY ? `\r\x1b[K${line}\n${status}` : `${line}\n`) }
  return (event) => {
    const at = `${(event.at / 1_000).toFixed(1).padStart(6)} s`
    if (event.type === 'task') return say(`${at}  task ${event.task} ${event.state}`)

    status = `${at}  ${event.sent} sent, ${event.answered} answered, ${event.lost} lost`
    if (screen.isTTY) screen.write(`\r\x1b[K${status}`)
    else if (event.at - last >= EVERY) {
      last = event.at
      screen.write(`${status}\n`)
    }
  }
}
