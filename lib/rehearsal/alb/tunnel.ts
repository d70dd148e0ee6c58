import type { IncomingMessage } from 'node:http'
import { pipeline, type Duplex } from 'node:stream'

import { causeOf } from './answer'
import type { Entry } from './ledger'

/** After an upgrade: pipes the two sockets into each other until either ends, is cut, or nothing has passed for `idleTimeout`. */
export function tunnel (client: Duplex, target: Duplex, idleTimeout: number, entry: Entry): void {
  const idle = setTimeout(() => client.destroy(new Error('idle timeout')), idleTimeout)
  for (const side of [client, target]) side.on('data', () => idle.refresh())

  // Whichever fails first tells why: the pipeline then destroys the other with an error that says nothing.
  target.once('error', (error) => entry.ended('cut', { status: 101, cause: causeOf(error) }))
  client.once('error', () => entry.ended('client-left', { status: 101 }))
  pipeline(client, target, client, (error) => {
    clearTimeout(idle)
    entry.ended(error ? 'cut' : 'answered', { status: 101 })
  })
}

/** The head of a 101, as it came: a `ServerResponse` would not let go of the socket after it. */
export function switching ({ statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) => index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [])
  return [`HTTP/1.1 101 ${statusMessage}`, ...lines, '', ''].join('\r\n')
}
