import Fastify from 'fastify'
import type http from 'node:http'
import t from 'tap'

import { readEndpoint } from '../../lib/ecs/endpoint'
import { readMetadata } from '../../lib/ecs/index'
import ecsGraceful from '../../lib/index'
import { Agent } from '../../lib/rehearsal/task/index'
import { brisk } from '../helpers/child'
import { agent, describing } from './agent'
import { fargate } from './documents'

async function read (uri: string | undefined) {
  const reasons: string[] = []
  const task = await readMetadata(uri, (reason) => reasons.push(reason))
  return { task, reasons }
}

const documents = describing(fargate)

t.test('task and container are read, once each', async (t) => {
  const { uri, asked } = await agent(t, documents)

  const { task, reasons } = await read(` ${uri}/ `)

  t.match(task, { id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0', container: { name: 'app' } })
  t.strictSame(reasons, [])
  t.strictSame(asked.sort(), ['/v4/id/', '/v4/id/task'])
})

t.test('outside ECS there is nobody to ask, and nothing to say', async (t) => {
  for (const uri of [undefined, '', ' ']) t.strictSame(await read(uri), { task: null, reasons: [] })
})

t.test('what fails once is asked once more', async (t) => {
  let failures = 2
  const { uri, asked } = await agent(t, (request, response) => {
    if (failures-- > 0) response.writeHead(500).end()
    else documents(request, response)
  })

  t.match(await read(uri), { task: { family: 'shop-api' }, reasons: [] })
  t.equal(asked.length, 4)
})

const bad: Readonly<Record<string, [answer: http.RequestListener, reason: RegExp]>> = {
  'an agent that does not know the task': [(_request, response) => { response.writeHead(404).end('no') }, /^the answer was 404$/],
  'a redirect is not followed': [(_request, response) => { response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() }, /^the answer was 302$/],
  'an agent that would speak another protocol': [(request) => {
    request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
  }, /^the answer was 101$/],
  'what is no JSON': [(_request, response) => { response.end('<html>') }, /^the answer is no JSON$/],
  'JSON that is no task': [(_request, response) => { response.end('[]') }, /^what it describes is no task$/],
  'an answer that does not end': [(_request, response) => { response.write('{') }, /^no whole answer within 1000 ms$/],
  'an agent that says nothing': [() => {}, /^no whole answer within 1000 ms$/],
  'an endless answer': [(_request, response) => {
    const chunk = 'x'.repeat(65_536)
    const more = (): void => { while (response.write(chunk)); }
    response.on('drain', more).on('error', () => {})
    more()
  }, /^the answer is longer than 1048576 bytes$/],
  'a connection that breaks': [(request) => { request.socket.destroy() }, /./]
}

for (const [what, [answer, reason]] of Object.entries(bad)) {
  t.test(`${what}: null, and a reason`, { buffered: true }, async (t) => {
    const { uri } = await agent(t, answer)

    const { task, reasons } = await read(uri)

    t.equal(task, null)
    t.equal(reasons.length, 1)
    t.match(reasons[0], reason)
  })
}

t.test('only link-local and loopback addresses are asked, over http', async (t) => {
  for (const uri of ['http://169.254.170.2/v4/a', 'http://127.0.0.1:5000/v4/a', 'http://[::1]/v4/a', 'http://[fe80::1]/v4/a']) {
    t.ok('url' in readEndpoint(uri), uri)
  }
  for (const uri of [
    'http://10.0.0.1/v4/a', 'http://example.com/', 'http://localhost/', 'http://0.0.0.0/', 'http://169.253.1.1/', 'http://[fd00:ec2::254]/',
    'http://[::ffff:10.0.0.1]/', 'https://169.254.170.2/', 'file:///etc/passwd', 'unix:/run/a', '169.254.170.2', 'none'
  ]) {
    t.ok('refusal' in readEndpoint(uri), uri)
  }
})

t.test('a refused address is not named in the log: it may hold what nobody should read', async (t) => {
  const { task, reasons } = await read('http://user:secret@10.0.0.1/v4/token')

  t.equal(task, null)
  t.strictSame(reasons, ['its host is neither a link-local nor a loopback address'])
})

t.test('an application knows its task when it is ready, and every line of its stop says which', async (t) => {
  const ecs = await Agent.start({ now: () => performance.now() })
  t.teardown(() => ecs.close())
  const { env } = ecs.add({ task: 1, port: 3_000, revision: 7 })
  process.env.ECS_CONTAINER_METADATA_URI_V4 = env.ECS_CONTAINER_METADATA_URI_V4
  t.teardown(() => { delete process.env.ECS_CONTAINER_METADATA_URI_V4 })
  const lines: Array<Record<string, unknown>> = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(JSON.parse(line) as Record<string, unknown>) } } } })
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false })

  t.equal(app.ecsGraceful.task, null)
  await app.ready()
  const { task } = app.ecsGraceful
  t.match(task, { id: /^[0-9a-f]{32}$/, revision: '7' })
  await app.ecsGraceful.shutdown()

  const said = lines.filter(({ event }) => String(event).startsWith('ecs-graceful'))
  t.ok(said.length >= 3)
  t.strictSame([...new Set(said.map(({ task }) => task))], [task!.id])
  t.strictSame([...new Set(said.map(({ revision }) => revision))], ['7'])
})

t.test('it is not asked where it is not to be, and a start goes on without it', async (t) => {
  const { uri, asked } = await agent(t, (_request, response) => { response.writeHead(500).end() })
  process.env.ECS_CONTAINER_METADATA_URI_V4 = uri
  t.teardown(() => { delete process.env.ECS_CONTAINER_METADATA_URI_V4 })
  const lines: string[] = []
  const make = async (metadata: boolean) => {
    const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(line) } } } })
    t.teardown(() => app.close())
    await app.register(ecsGraceful, { ...brisk, signals: false, ecs: { metadata } })
    await app.ready()
    return app.ecsGraceful.task
  }

  t.equal(await make(false), null)
  t.strictSame(asked, [])
  t.equal(await make(true), null)
  t.equal(lines.filter((line) => line.includes('metadata could not be read: the answer was 500')).length, 1)
})
