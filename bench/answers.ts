import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'

import { Stoppable } from './stoppable'

/** Of how many requests at a dangerous instant how many were answered, and the exit code of the task. */
export interface Answers {
  readonly of: number
  readonly answered: number
  readonly exit: number | NodeJS.Signals | null
}

const WAITING = 400
const UPLOADS = 40
const UPLOAD = Buffer.alloc(4 * 1024 * 1024)

/** Connections that finish their handshake while the loop stands still, at the instant before the listener closes. */
export async function queuedAnswers (): Promise<Answers> {
  const OPTIONS = JSON.stringify({ drainDelay: 300, quietPeriod: 200 })
  const server = new Stoppable({ mode: 'plugin', env: { OPTIONS, BLOCK_AT: 'closing' } })
  const port = await server.ready()
  server.stop()
  await server.phase('closing')

  const answers = await Promise.all(Array.from({ length: WAITING }, async () => {
    const socket = net.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n')
    return wholeAnswer(socket)
  }))
  server.unblock()
  const whole = await Promise.all(answers.map(({ came }) => came))

  return { of: WAITING, answered: whole.filter(Boolean).length, exit: await exitOf(server) }
}

/** Early refusals of uploads that are still running, while the task drains. */
export async function uploadAnswers (): Promise<Answers> {
  const server = new Stoppable({ mode: 'plugin', env: { OPTIONS: JSON.stringify({ drainDelay: 1_000, quietPeriod: 500 }) } })
  const port = await server.ready()
  server.stop()
  await server.phase('draining')

  const answers = await Promise.all(Array.from({ length: UPLOADS }, () => upload(port)))

  return { of: UPLOADS, answered: answers.filter((status) => status === 401).length, exit: await exitOf(server) }
}

/** In an object, for a promise alone would be awaited before the server may go on. */
function wholeAnswer (socket: net.Socket): { readonly came: Promise<boolean> } {
  let text = ''
  socket.setEncoding('utf8').on('data', (part: string) => { text += part }).on('error', () => {})
  return { came: once(socket, 'close').then(() => text.includes('{"ok":true}'), () => text.includes('{"ok":true}')) }
}

async function upload (port: number): Promise<number | string> {
  const agent = new http.Agent({ keepAlive: true })
  const headers = { 'content-type': 'application/octet-stream' }
  try {
    return await new Promise((resolve, reject) => {
      const request = http.request({ port, host: '127.0.0.1', path: '/guarded', method: 'POST', agent, headers })
      request.on('response', (response) => resolve(response.resume().statusCode!)).on('error', reject)
      request.end(UPLOAD)
    })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed'
  } finally {
    agent.destroy()
  }
}

async function exitOf (server: Stoppable): Promise<number | NodeJS.Signals | null> {
  const { code, signal } = await server.exit
  return code ?? signal
}
