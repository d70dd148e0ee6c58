import type { ServerResponse } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

import { bodyIsArriving } from './goodbye'

const STATUS = 503

/**
 * Answers a request whose body is still arriving, unless its handler has begun to, and goes on reading: bytes that nobody
 * reads would be answered with a reset, and the reset would overtake the answer. Returns whether it did.
 */
export function refuseUpload (response: ServerResponse): boolean {
  const { req: request, socket } = response
  if (response.headersSent || !socket || !bodyIsArriving(request)) return false
  socket.destroySoon = () => { socket.end() } // Node would close the way in as well, once the answer is out
  response.writeHead(STATUS, { connection: 'close', 'content-length': 0 }).end()
  request.unpipe()
  request.resume()
  return true
}

/** The same over HTTP/2, where the client is told not to send the rest (RFC 9113, section 8.1). */
export function refuseStream ({ complete, stream }: Http2ServerRequest): boolean {
  if (complete || stream.endAfterHeaders || stream.headersSent) return false
  stream.respond({ ':status': STATUS, 'content-length': 0 }, { endStream: true })
  stream.close()
  return true
}
