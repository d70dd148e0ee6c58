import websocket from '@fastify/websocket'

import { buildApp } from '../../../examples/checkout/app'
import { readConfig } from '../../../examples/checkout/config'
import { doors } from './doors'
import { logged } from './logger'

/** The checkout, with an echo by WebSocket. */
async function main (): Promise<void> {
  const config = readConfig(process.env)
  const app = await buildApp(config, logged(process.env))
  await app.register(websocket)
  app.get('/echo', { websocket: true }, (socket) => {
    socket.on('message', (message) => socket.send(String(message)))
  })
  await app.register(doors)
  await app.listen({ port: config.port, host: config.host })
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
