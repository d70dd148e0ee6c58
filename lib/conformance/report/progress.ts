import type { ConformanceEvent } from '../../../types/conformance'
import { plain, seconds } from '../../rehearsal/report/words'

/** Tells of a test as it happens, a line for each clause. */
export function progressOf (screen: { write (text: string): unknown }): (event: ConformanceEvent) => void {
  return (event) => {
    if (event.type === 'contract') return void screen.write(`${plain(event.text)}\n`)
    const { result: { id, outcome, duration }, done, of } = event
    screen.write(`${`${done}/${of}`.padStart(5)}  ${id.padEnd(3)}  ${outcome}  ${seconds(duration)}\n`)
  }
}
