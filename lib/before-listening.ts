import type { ListenOptions, Server } from 'node:net'

/**
 * Has `check` run, and throw if it must, when the server is first told to listen, and on which port: an application that only becomes
 * ready, for its migrations or its OpenAPI document, is no server. What it throws is what the promise of `listen()` rejects with.
 */
export function beforeListening (server: Server, check: (port: number | undefined) => void): void {
  const { listen } = server
  const isOwn = Object.hasOwn(server, 'listen')
  const checked: Server['listen'] = (...args: unknown[]) => {
    if (server.listen === checked) {
      if (isOwn) server.listen = listen
      else Reflect.deleteProperty(server, 'listen')
    }
    check(portOf(args[0]))
    return (listen as (...args: unknown[]) => Server).apply(server, args)
  }
  server.listen = checked
}

/** Without a port Node takes any; undefined for a path or a handle. */
function portOf (first: unknown): number | undefined {
  if (first === undefined || typeof first === 'function') return 0
  const port = typeof first === 'object' ? (first as ListenOptions | null)?.port : first
  return port === undefined || Number.isNaN(Number(port)) ? undefined : Number(port)
}
