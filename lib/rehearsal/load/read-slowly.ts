import type { IncomingMessage } from 'node:http'

const PIECES = 10
/** What an answer that does not say its length is taken to hold; what goes beyond is read at once in the end. */
const UNKNOWN = PIECES * 64 * 1_024

/**
 * Hands the answer's body to `take` in pieces over at least `duration`, so that a sender feels its TCP window close. The
 * answer does not end before that; it stays the caller's to listen for `end` and `error`.
 */
export function readSlowly (response: IncomingMessage, duration: number, take: (piece: Buffer) => void): void {
  const length = Number(response.headers['content-length'] ?? UNKNOWN)
  let ticks = 0
  let taken = 0
  const read = (): void => {
    const allowed = ticks < PIECES ? Math.floor(length * ticks / PIECES) : Infinity
    // To ask for more than there is would let the answer end, which is not due before the last piece.
    while (taken < allowed && response.readableLength > 0) {
      const piece = response.read(Math.min(allowed - taken, response.readableLength)) as Buffer
      taken += piece.length
      take(piece)
    }
    if (ticks === PIECES) response.read()
  }
  const timer = setInterval(() => {
    if (++ticks === PIECES) clearInterval(timer)
    read()
  }, duration / PIECES)
  response.on('readable', read)
  response.once('close', () => clearInterval(timer))
}
