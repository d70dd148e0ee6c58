import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * Has one response say `Connection: close`, whatever its handler or a proxied upstream says.
 *
 * `writeHead` is where every way of answering ends (sent, streamed, hijacked), so it is wrapped there and on this object
 * only; the wrapper takes itself away. Decided when the head is written: an answer to a request whose body is still
 * arriving must keep the connection, because Node would end the socket under the client's hands, the kernel would say
 * RST, and the answer would be lost with it.
 */
export function sayGoodbye (request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent || Object.hasOwn(response, 'writeHead')) return

  response.writeHead = function (this: ServerResponse, status: number, ...rest: unknown[]) {
    delete (this as Partial<ServerResponse>).writeHead
    if (status >= 200 && !bodyIsArriving(request)) {
      const headers = typeof rest.at(-1) === 'object' ? rest.pop() as Headers | undefined : undefined
      rest.push(closing(headers ?? undefined))
    }
    return Reflect.apply(this.writeHead, this, [status, ...rest]) as ServerResponse
  } as ServerResponse['writeHead']
}

function bodyIsArriving ({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
}

/** The headers given to `writeHead`, which come as an object, a flat list or a list of pairs, with ours in place of theirs. */
function closing (headers: Headers = {}): Headers {
  if (!Array.isArray(headers)) {
    const others = Object.entries(headers).filter(([name]) => !isConnection(name))
    return { ...Object.fromEntries(others), connection: 'close' }
  }
  if (Array.isArray(headers[0])) {
    const pairs = headers as unknown as Array<[string, OutgoingHttpHeader]>
    return [...pairs.filter(([name]) => !isConnection(name)), ['connection', 'close']] as unknown as Headers
  }
  const others = headers.filter((_, index) => !isConnection(String(headers[index - index % 2])))
  return [...others, 'connection', 'close']
}

function isConnection (name: string): boolean {
  return name.toLowerCase() === 'connection'
}
