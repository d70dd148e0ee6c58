import { STATUS_CODES, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'

/** The responses that have been wrapped already. */
const saying = new WeakSet<ServerResponse>()

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
  if (response.headersSent || saying.has(response)) return
  saying.add(response)

  const inherited = !Object.hasOwn(response, 'writeHead')
  const writeHead = response.writeHead // somebody else's wrapper perhaps, as on-headers makes one
  response.writeHead = function (this: ServerResponse, status: number, ...rest: unknown[]) {
    if (inherited) delete (this as Partial<ServerResponse>).writeHead
    else this.writeHead = writeHead
    if (status < 200 || bodyIsArriving(request)) return Reflect.apply(writeHead, this, [status, ...rest]) as ServerResponse

    const reason = typeof rest[0] === 'string' ? rest[0] : undefined
    const headers = (reason === undefined ? rest[1] ?? rest[0] : rest[1]) as Headers | undefined
    const message = reason ?? (this.statusMessage || STATUS_CODES[status])
    return Reflect.apply(writeHead, this, [status, message, closing(headers ?? undefined)]) as ServerResponse
  } as ServerResponse['writeHead']
}

/** Whether some of a request's body has yet to come. */
export function bodyIsArriving ({ complete, headers }: IncomingMessage): boolean {
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
