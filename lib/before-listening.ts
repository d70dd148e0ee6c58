import type { Server } from 'node:net'

/**
 * Has `check` run, and throw if it must, when the server is first told to listen: an application that only becomes ready, for its
 * migrations or its OpenAPI document, is no server. What it throws is what `listen()` rejects with.
 */
export function beforeListening (server: Server, check: () => void): void {
  const { listen } = server
  const isOwn = Object.hasOwn(server, 'listen')
  const checked: Server['listen'] = (...args: unknown[]) => {
    if (server.listen === checked) {
      if (isOwn) server.listen = listen
      else Reflect.deleteProperty(server, 'listen')
    }
    check()
    return (listen as (...args: unknown[]) => Server).apply(server, args)
  }
  server.listen = checked
}
