import type { ServerRecord } from '../../../types/rehearsal'
import type { Now } from '../monotonic'

/** Bounds for a service that writes without end: the characters of a line, and the records of a task. */
const LONGEST_LINE = 8_192
const MOST_RECORDS = 500_000

/** Reads the lines `{ id, event }` that one task writes, and stamps each with the instant at which it arrived. */
export class LedgerReader {
  readonly records: ServerRecord[] = []
  /** Lines that were no record, or one too many. */
  badLines = 0
  readonly #task: number
  readonly #now: Now
  #rest = ''
  #tooLong = false

  constructor (task: number, now: Now) {
    this.#task = task
    this.#now = now
  }

  /** The next piece of the text, cut anywhere. */
  add (text: string): void {
    const at = this.#now()
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#read(line, at)

    if (this.#rest.length > LONGEST_LINE) {
      this.#rest = ''
      this.#tooLong = true
    }
  }

  /** No more will come: the last line may lack its end. */
  end (): void {
    if (this.#rest !== '' || this.#tooLong) this.#read(this.#rest, this.#now())
    this.#rest = ''
  }

  #read (line: string, at: number): void {
    const entry = this.#tooLong || this.records.length === MOST_RECORDS ? undefined : parse(line)
    this.#tooLong = false
    if (entry === undefined) this.badLines++
    else this.records.push({ task: this.#task, ...entry, at })
  }
}

function parse (line: string): Omit<ServerRecord, 'task' | 'at'> | undefined {
  try {
    const { id, event, group, sequence } = JSON.parse(line)
    if (typeof id !== 'string' || !isEvent(event)) return undefined
    return typeof group === 'string' && typeof sequence === 'string' && /^\d{1,40}$/.test(sequence) ? { id, event, group, sequence } : { id, event }
  } catch {
    return undefined
  }
}

const EVENTS: readonly unknown[] = ['start', 'effect', 'end', 'received', 'handed-back', 'dead-lettered'] satisfies Array<ServerRecord['event']>

function isEvent (value: unknown): value is ServerRecord['event'] {
  return EVENTS.includes(value)
}
