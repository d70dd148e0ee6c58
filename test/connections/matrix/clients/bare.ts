import { once } from 'node:events'
import net from 'node:net'

import { deferred } from '../../../../lib/core/deferred'
import { failure, type Client, type Open, type Opening } from './client'

/** A connection on which bytes are written. */
function connect ({ t, where }: Opening): { socket: net.Socket, outcome: Promise<string> } {
  const socket = net.connect(where)
  t.teardown(() => socket.destroy())
  let received = ''
  let failed: Error | undefined
  socket.on('data', (chunk) => { received += String(chunk) }).on('error', (error) => { failed ??= error })
  const outcome = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(received === '' && failed ? failure(failed) : heard(received)))
  })
  return { socket, outcome }
}

function heard (received: string): string {
  if (received === '') return 'closed without a word'
  const status = Number(received.split(' ', 2)[1])
  if (status !== 200) return `told ${status}`
  return /connection: close\r\n/i.test(received) && received.endsWith('held') ? 'answered with close' : 'answered without close'
}

/** A connection is all there is to it. */
export const silent: Open = (opening): Client => {
  const outcome = deferred<string | PromiseLike<string>>()
  return {
    ready: Promise.resolve(),
    send () { outcome.resolve(connect(opening).outcome) },
    finish () {},
    outcome: outcome.promise.then((word) => word)
  }
}

export const halfHeader: Open = (opening): Client => {
  const { socket, outcome } = connect(opening)
  return {
    ready: once(socket, 'connect'),
    send () { socket.write('GET /held HTTP/1.1\r\nHost: loc') },
    finish () { socket.write('alhost\r\n\r\n') },
    outcome
  }
}
