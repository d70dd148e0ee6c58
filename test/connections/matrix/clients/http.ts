import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import tls from 'node:tls'

import { deferred } from '../../../../lib/core/deferred'
import { LARGE, UPLOADED } from '../service'
import { failure, type Client, type Open, type Opening } from './client'

interface Request {
  /** @default '/held' */
  readonly path?: string
  readonly secure?: boolean
  /** Whether the connection has been used before. */
  readonly used?: boolean
  /** Sent in two halves. */
  readonly body?: string
  /** Whether the answer is read only when the client finishes. */
  readonly slow?: boolean
  /** What the body of an answer of 200 comes to; nothing if it is not the right one. @default by whether it is 'held' */
  readonly word?: (body: string, goodbye: string) => string | undefined
}

/** A request of Node's own client, on a connection that it would keep. */
function request ({ t, where }: Opening, { path = '/held', secure, used, body = '', slow, word = whole('held') }: Request = {}): Client {
  const dial = (): net.Socket => {
    const socket = secure ? tls.connect({ ...where, rejectUnauthorized: false }) : net.connect(where)
    t.teardown(() => socket.destroy())
    return socket.on('error', () => {})
  }
  let socket = dial()
  const agent = new http.Agent({ keepAlive: true })
  agent.createConnection = () => {
    if (socket.destroyed) socket = dial()
    return socket
  }
  const connected = once(socket, secure ? 'secureConnect' : 'connect')
  const ready = used ? connected.then(() => once(http.get({ agent, path: '/at-once' }, (response) => response.resume()), 'close')) : connected
  const [sent, finished] = [deferred<http.ClientRequest>(), deferred()]

  const outcome = async (): Promise<string> => {
    const request = await sent.promise
    try {
      const [response] = await once(request, 'response') as [http.IncomingMessage]
      if (slow) await finished.promise
      const answer = Buffer.concat(await response.toArray() as Buffer[]).toString()
      if (!socket.destroyed) await once(socket, 'close')
      if (response.statusCode !== 200) return `refused ${response.statusCode}`
      return word(answer, response.headers.connection === 'close' ? 'with close' : 'without close') ?? `answered ${answer.length} bytes that were not expected`
    } catch (error) {
      return failure(error)
    }
  }
  return {
    ready,
    idleClosed: used ? ready.then(async () => { if (!socket.destroyed) await once(socket, 'close') }) : undefined,
    send () {
      const headers = body ? { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' } : {}
      const request = http.request({ agent, path, method: body ? 'POST' : 'GET', headers }).on('error', () => {})
      if (body) request.write(body.slice(0, body.length / 2))
      else request.end()
      sent.resolve(request)
    },
    finish () {
      finished.resolve()
      if (body) void sent.promise.then((request) => request.end(body.slice(body.length / 2)))
    },
    outcome: outcome()
  }
}

function whole (expected: string): NonNullable<Request['word']> {
  return (body, goodbye) => body === expected ? `answered ${goodbye}` : undefined
}

export const plain: Open = (opening) => request(opening)
export const kept: Open = (opening) => request(opening, { used: true })
export const secure: Open = (opening) => request(opening, { secure: true })
export const upload: Open = (opening) => request(opening, { path: '/upload', body: UPLOADED, word: whole(UPLOADED) })
export const slowReader: Open = (opening) => request(opening, {
  path: '/large', slow: true, word: ({ length }, goodbye) => length === LARGE.length ? `answered ${goodbye}` : undefined
})

/** One that is not to end by itself has more to say than its client reads. */
export const eventStream: Open = (opening) => request(opening, {
  path: opening.endless ? '/events/large' : '/events/small',
  slow: opening.endless,
  word: (body) => /^data: 1\n\n\n*retry: \d+\n\n$/.test(body) ? 'ended with retry' : undefined
})
