import type { EvidenceLine } from '../../../types/conformance'
import type { Now } from '../../rehearsal/monotonic'

/** So many characters of bytes are shown, and so many lines. */
const CHARACTERS = 160
const LINES = 60

type Noted = EvidenceLine & { readonly at: number }

/** What was seen of one process and on its connections, in the order in which it was seen. */
export class Transcript {
  readonly #now: Now
  readonly #notes: Noted[] = []
  #signalled: number | undefined

  constructor (now: Now) {
    this.#now = now
  }

  /** SIGTERM is sent at this instant, from which all others are counted. A second one does not count. */
  signalled (): void {
    this.#signalled ??= this.#now()
  }

  /** Milliseconds since SIGTERM; undefined before it. */
  get sinceSignal (): number | undefined {
    return this.#signalled === undefined ? undefined : this.#now() - this.#signalled
  }

  process (text: string): void {
    this.#note(null, 'process', text)
  }

  connection (connection: number, event: EvidenceLine['event'], text: string): void {
    this.#note(connection, event, text)
  }

  /** Of the process and of these connections, or of all; without lines from the middle, where there are too many. */
  lines (connections?: readonly number[]): EvidenceLine[] {
    const zero = this.#signalled ?? this.#notes[0]?.at ?? 0
    const wanted = this.#notes.filter(({ connection }) => connection === null || !connections || connections.includes(connection))
    const shown = wanted.length <= LINES ? wanted : [...wanted.slice(0, LINES / 2), ...wanted.slice(-LINES / 2)]
    return shown.map((note) => ({ ...note, at: Math.round((note.at - zero) * 10) / 10 }))
  }

  #note (connection: number | null, event: EvidenceLine['event'], text: string): void {
    this.#notes.push({ at: this.#now(), connection, event, text })
  }
}

/** Bytes as a person can read them, cut to a sensible length. */
export function escaped (bytes: Buffer): string {
  const shown = bytes.subarray(0, CHARACTERS).toString('latin1')
    .replace(/[\\\r\n\t]/g, (character) => ({ '\\': '\\\\', '\r': '\\r', '\n': '\\n', '\t': '\\t' })[character]!)
    .replace(/[^\x20-\x7e]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
  return bytes.length > CHARACTERS ? `${shown}… (${bytes.length} bytes)` : shown
}
