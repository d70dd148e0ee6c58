import { attachSession, createRedisCommandExecutor, RedisServerState, SocketConnectionTransport } from 'js-redis-server/core'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

import type { Database } from './postgres'

/**
 * Starts an emulator of Redis in this process, on a free port of 127.0.0.1. It is put together by hand because the package's
 * own server listens on every interface, and does not end before its last client has.
 */
export async function startEmulatedRedis (): Promise<Database> {
  const state = new RedisServerState({ databaseCount: 16 })
  const executor = createRedisCommandExecutor()
  const sockets = new Set<Socket>()
  const server = createServer({ keepAlive: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    attachSession(new SocketConnectionTransport(socket), { state, executor })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop () {
      if (!server.listening) return
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
      state.close()
    }
  }
}
