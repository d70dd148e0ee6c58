import { once } from 'node:events'
import net from 'node:net'
import WebSocket from 'ws'

import { deferred } from '../../../../lib/core/deferred'
import type { Open } from './client'

/** A WebSocket that stays open. One that is not to end by itself is not read, so its client does not heed a goodbye. */
export const webSocket: Open = ({ t, where, endless }) => {
  const socket = net.connect(where)
  socket.on('error', () => {})
  t.teardown(() => socket.destroy())
  const outcome = deferred<string>()
  let client: WebSocket | undefined
  let begun = false // and perhaps over again

  return {
    ready: once(socket, 'connect'),
    begun: () => begun,
    send () {
      client = new WebSocket('ws://localhost/', { createConnection: () => socket })
      client.on('error', () => {})
      client.on('open', () => {
        begun = true
        if (endless) client!.pause()
      })
      client.on('close', (code) => outcome.resolve(code === 1006 ? 'cut' : `told ${code}`))
      client.on('unexpected-response', (_request, response) => {
        response.resume()
        socket.once('close', () => outcome.resolve(`refused ${response.statusCode}`))
      })
    },
    finish () { client?.resume() },
    outcome: outcome.promise
  }
}
