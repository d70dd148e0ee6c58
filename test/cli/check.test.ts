import Fastify from 'fastify'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { check } from '../../lib/cli/check'
import ecsGraceful from '../../lib/index'
import { brisk } from '../helpers/child'
import { cli } from '../helpers/cli'

const PROGRAM = join(__dirname, '../../dist/cli/check.js')

/** As a container runs it: no shell, nothing in the environment. */
async function run (...args: string[]): Promise<{ code: number, said: string }> {
  return await new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env: {} }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr })
    })
  })
}

async function listening (t: Test, server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

t.test('the live path of a service, while it is ready and while it drains', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const drainDelay = 1_500
  await app.register(ecsGraceful, { ...brisk, stopTimeout: 60_000, drainDelay, quietPeriod: drainDelay, maxDrainDelay: 40_000, signals: false })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/health/live`

  t.strictSame(await run(url), { code: 0, said: `check: ${url} answered 200\n` })
  const shutdown = app.ecsGraceful.shutdown()
  const users = setInterval(() => { fetch(url.replace('/health/live', '/')).catch(() => {}) }, 100) // it drains as long as they come
  const draining = await run(url)
  clearInterval(users)
  t.equal(draining.code, 0)
  await shutdown
  t.match(await run(url), { code: 1, said: /ECONNREFUSED/ })
})

t.test('any other status is not alive, and a redirect is not followed', async (t) => {
  for (const status of [302, 404, 500, 503]) {
    const port = await listening(t, http.createServer((_request, response) => { response.writeHead(status, { location: '/' }).end() }))
    t.match(await check(`http://127.0.0.1:${port}/`, {}), { code: 1, text: new RegExp(`answered ${status}$`) })
  }
})

t.test('a server that accepts and says nothing is not alive', async (t) => {
  const sockets: net.Socket[] = []
  const port = await listening(t, net.createServer((socket) => { sockets.push(socket) }))
  t.teardown(() => { for (const socket of sockets) socket.destroy() })

  t.match(await check(`http://127.0.0.1:${port}/`, {}), { code: 1, text: /no answer within 4000 ms$/ })
})

t.test('without a URL it asks where the service listens by its PORT, and else at 3000', async (t) => {
  const asked: string[] = []
  const port = await listening(t, http.createServer(({ url }, response) => {
    asked.push(url!)
    response.end()
  }))

  t.match(await check(undefined, { PORT: String(port) }), { code: 0 })
  t.strictSame(asked, ['/health/live'])
  t.match((await check(undefined, {})).text, /127\.0\.0\.1:3000\/health\/live/)
})

t.test('what is no http URL is wrong usage', async (t) => {
  for (const text of ['localhost', 'https://127.0.0.1/', 'file:///etc/passwd', '']) t.match(await check(text, {}), { code: 2, text: /is no http URL$/ })
  t.match(await run('nothing'), { code: 2 })
})

t.test('it is a command of the command line, too', async (t) => {
  const port = await listening(t, http.createServer((_request, response) => { response.end() }))
  const url = `http://127.0.0.1:${port}/`

  t.match(await cli(t, ['check', url]), { code: 0, stdout: `check: ${url} answered 200\n` })
  t.match(await cli(t, ['check', url], { written: true }), { code: 0 })
  t.match(await cli(t, ['check', 'nothing']), { code: 2, stderr: /is no http URL/ })
  t.match(await cli(t, ['check', url, 'more']), { code: 2, stderr: /check takes one URL, but there is also more/ })
})
