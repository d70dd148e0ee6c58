import { once } from 'node:events'
import type { Duplex } from 'node:stream'

import type { Clock } from '../../core/clock'
import { ROUND_TRIP } from '../../core/last-words'
import { closeFrame } from './frames'

/**
 * Closes a WebSocket that has no library: a close frame, and then nothing more, as RFC 6455 (section 5.5.1) has it. What its
 * handler still writes is let fall: after an end of ours Node would make an error of it, destroy the socket, and the close
 * frame could be lost on the way. The handler goes on reading; our half ends once the client's has, or has had the time to.
 */
export async function closeRaw (socket: Duplex, code: number, clock: Clock): Promise<void> {
  const end = socket.end.bind(socket)
  socket.write(closeFrame(code))
  socket.write = letFall
  socket.end = (...args: unknown[]) => {
    end(args.find((arg) => typeof arg === 'function') as (() => void) | undefined)
    return socket
  }

  const limit = new AbortController()
  const { signal } = limit
  await Promise.race([clock.wait(ROUND_TRIP, signal), once(socket, 'end', { signal }), once(socket, 'close', { signal })]).catch(() => {})
  limit.abort()
  end()
}

/** Seems to write at once. */
function letFall (...args: unknown[]): boolean {
  const done = args.find((arg) => typeof arg === 'function')
  if (done) process.nextTick(done)
  return true
}
