import type { ClientRequest } from 'node:http'

const PIECES = 10

/** Sends the header and the first piece of `body` at once, and the last after `duration`. Gives up when the request is over. */
export function trickle (request: ClientRequest, body: Buffer, duration: number): void {
  let pieces = 0
  const send = (): void => {
    const piece = body.subarray(body.length * pieces / PIECES, body.length * (pieces + 1) / PIECES)
    if (piece.length > 0) request.write(piece)
    if (++pieces < PIECES) return

    clearInterval(timer)
    request.end()
  }
  const timer = setInterval(send, duration / (PIECES - 1))
  request.once('close', () => clearInterval(timer))
  request.flushHeaders()
  send()
}
