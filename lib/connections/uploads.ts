import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Socket } from 'node:net'

import { bodyIsArriving } from './goodbye'
import { REFUSAL } from './refusal'

/**
 * Answers a request whose body is still arriving, unless its handler has begun to, and reads on: bytes that nobody reads would be
 * answered with a reset, and the reset would overtake the answer. For the handler it is as if its client had left: whatever
 * it has read is not the whole, and what it still answers is answered to nobody. Returns whether it did.
 */
export function refuseUpload (response: ServerResponse): boolean {
  const { req: request, socket } = response
  if (response.headersSent || !socket || !bodyIsArriving(request)) return false
  response.detachSocket(socket)
  response.destroy()
  dropWhatComes(socket)
  socket.end(REFUSAL)
  abort(request)
  return true
}

/** The same over HTTP/2, where the client is told not to send the rest (RFC 9113, section 8.1). */
export function refuseStream (request: Http2ServerRequest): boolean {
  const { complete, stream } = request
  if (complete || stream.endAfterHeaders || stream.headersSent) return false
  request.destroy(reasonFor(request)) // before the stream is closed, which would look like the end of the body
  stream.respond({ ':status': 503, 'content-length': 0 }, { endStream: true })
  stream.close()
  return true
}

/** Neither the rest of the body nor a request behind it is looked at any more. */
function dropWhatComes (socket: Socket): void {
  for (const listener of socket.listeners('data')) socket.off('data', listener as () => void)
  socket.on('data', () => {}).resume() // Node's parser reads past the stream until somebody listens to it
}

/** A request destroys its socket along with itself, which is still needed here. */
function abort (request: IncomingMessage): void {
  request._destroy = (error, done) => { process.nextTick(done, error) }
  request.aborted = true
  request.emit('aborted')
  request.destroy(reasonFor(request))
}

/** As Node has it when a client leaves; nobody is told who does not listen. */
function reasonFor (request: IncomingMessage | Http2ServerRequest): Error | undefined {
  return request.listenerCount('error') > 0 ? Object.assign(new Error('aborted'), { code: 'ECONNRESET' }) : undefined
}
