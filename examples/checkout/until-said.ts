import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

/** How much is kept of what a process has said, to explain its end with. */
const KEPT = 4_000

export interface Said {
  /** False if it ended, or could not be started, without having said it. */
  readonly found: boolean
  /** The last of what it said. */
  readonly text: string
}

/**
 * Waits until a process has said `words` on `output`, or has ended; without `words`, for its end. Goes on reading, or the
 * process would some day wait for somebody to do so.
 */
export async function untilSaid (child: ChildProcess, output: Readable, words?: string): Promise<Said> {
  let text = ''
  return await new Promise((resolve) => {
    output.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-KEPT)
      if (words !== undefined && text.includes(words)) resolve({ found: true, text })
    })
    child.once('error', (error) => resolve({ found: false, text: error.message }))
    child.once('close', () => resolve({ found: false, text }))
  })
}
