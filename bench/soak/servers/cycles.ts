// Registers and closes services again and again in one process, with the plugin or without, and prints what the process holds.
import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance } from 'fastify'
import ecsGraceful from 'fastify-ecs-graceful'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import WebSocket from 'ws'

import { figures } from './figures'

const [mode, times, each] = process.argv.slice(2)

/** A service that listens, answers, and talks with a client that is there when it closes: every second time by the plugin's own stop. */
async function cycle (turn: number): Promise<void> {
  const app = Fastify()
  if (mode === 'plugin') await app.register(ecsGraceful, { drainDelay: 0, quietPeriod: 0, ecs: { metadata: false } })
  await app.register(websocket)
  app.get('/', async () => ({ hello: 'world' }))
  app.get('/echo', { websocket: true }, (socket) => { socket.on('message', (message) => socket.send(String(message))) })
  await app.listen({ port: 0, host: '127.0.0.1' })

  const { port } = app.server.address() as AddressInfo
  await answered(port)
  const client = new WebSocket(`ws://127.0.0.1:${port}/echo`)
  await once(client, 'open')
  client.send('hello')
  await once(client, 'message')
  await Promise.all([once(client, 'close'), stop(app, turn)])
}

/** Not by `fetch`, which remembers each address that it has ever talked to. */
async function answered (port: number): Promise<void> {
  const [response] = await once(http.get({ port, host: '127.0.0.1', agent: false }), 'response') as [http.IncomingMessage]
  await once(response.resume(), 'end')
}

async function stop (app: FastifyInstance, turn: number): Promise<void> {
  if (mode === 'plugin' && turn % 2 === 1) await app.ecsGraceful.shutdown()
  else await app.close()
}

async function main (): Promise<void> {
  for (let turn = 1; turn <= Number(times); turn++) {
    await cycle(turn)
    if (turn % Number(each) !== 0) continue
    for (let round = 0; round < 3; round++) { // what finalizers let go needs more than one
      globalThis.gc?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    console.log(JSON.stringify({ at: turn, ...figures() }))
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
