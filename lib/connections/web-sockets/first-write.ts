import type { Duplex } from 'node:stream'

type Write = Duplex['write']

/**
 * Tells `seen` what is written first to a socket, then takes itself away. The socket's own bytes are the only witness
 * of how a request was answered that every library leaves, and to be read they must be met on their way.
 */
export function onFirstWrite (socket: Duplex, seen: (text: string) => void): void {
  const others = Object.hasOwn(socket, 'write') ? socket.write : undefined
  let isSeen = false
  const watched = function (this: Duplex, chunk: unknown, ...rest: unknown[]): boolean {
    if (!isSeen) {
      isSeen = true
      seen(Buffer.isBuffer(chunk) ? chunk.toString('latin1', 0, 16) : String(chunk).slice(0, 16))
      if (socket.write === watched) restore(socket, others) // else somebody has wrapped it, and goes on to call it
    }
    const write = others ?? (Object.getPrototypeOf(socket) as Duplex).write
    return Reflect.apply(write, this, [chunk, ...rest])
  } as Write
  socket.write = watched
}

function restore (socket: { write?: Write }, others: Write | undefined): void {
  if (others) socket.write = others
  else delete socket.write
}
