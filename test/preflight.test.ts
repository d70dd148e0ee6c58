import Fastify, { type FastifyInstance, type FastifyHttpOptions } from 'fastify'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'

import { isContainer } from '../lib/ecs/index'
import ecsGraceful from '../lib/index'
import { beforeListening } from '../lib/before-listening'
import { preflightAddresses, preflightAtStart } from '../lib/preflight'
import { readOptions } from '../lib/options/index'
import { readTask } from '../lib/ecs/task'
import type { EcsGracefulOptions } from '../types/index'
import { fargate } from './ecs/documents'
import { brisk } from './helpers/child'
import { probe, Wire } from './helpers/http'

interface Line { readonly level: number, readonly event?: string, readonly msg: string, readonly findings?: ReadonlyArray<{ rule: string }> }

/** A service that keeps its log. */
function service (t: Test, options: EcsGracefulOptions, server: FastifyHttpOptions<http.Server> = {}) {
  const lines: Line[] = []
  const app = Fastify({ logger: { level: 'debug', stream: { write: (line: string) => { lines.push(JSON.parse(line) as Line) } } }, ...server })
  t.teardown(() => app.close())
  app.register(ecsGraceful, { signals: false, ...options })
  return { app, findings: () => lines.filter(({ event }) => event === 'ecs-graceful-preflight') }
}

const shortIdle: EcsGracefulOptions = { loadBalancer: { idleTimeoutSeconds: 90 } }

t.test('what is certain to lose requests refuses the start, with its numbers, its cost, its remedy and the way round it', async (t) => {
  const { app } = service(t, shortIdle)

  await t.rejects(async () => { await app.ready() }, {
    code: 'FST_ECS_PREFLIGHT',
    message: 'keep-alive: the server\'s keepAliveTimeout (72 s) must be at least the load balancer\'s idle timeout (90 s) + 5 s = 95 s. ' +
      'It costs a 502 for each request that the balancer sends on a connection in the moment in which the server closes it, all day long. ' +
      'Remedy: Fastify({ keepAliveTimeout: 95000 }) or more, or lower idle_timeout.timeout_seconds. ' +
      "To start in spite of it: preflight: { 'keep-alive': 'warning' }"
  })
})

t.test('a warning is logged once, with all of them as values', async (t) => {
  const { app, findings } = service(t, {
    ...shortIdle, longestRequest: 8_000, preflight: { 'keep-alive': 'warning', 'headers-timeout': 'off', buffer: 'off' }
  })

  await app.ready()

  t.match(findings(), [{ level: 40, msg: /^preflight: longest-request: .*; keep-alive: /, findings: [{ rule: 'longest-request' }, { rule: 'keep-alive' }] }])
  t.equal(findings().length, 1)
})

t.test('a health check of which the threshold is left out has the default one', async (t) => {
  const { app, findings } = service(t, {
    loadBalancer: { healthCheck: { intervalSeconds: 30, timeoutSeconds: 5 } }, preflight: { 'headers-timeout': 'off' }
  })

  await app.ready()

  t.match(findings(), [{ findings: [{ rule: 'told-in-time', says: /2 × health check interval \(30 s\) \+ health check timeout \(5 s\) \+ 1 s = 66 s$/ }] }])
})

t.test('what is worth knowing and no more is said at debug level', async (t) => {
  const { app, findings } = service(t, {})

  await app.ready()

  t.match(findings(), [{ level: 20, findings: [{ rule: 'headers-timeout' }] }])
  t.equal(findings().length, 1)
})

t.test('a service whose times agree hears nothing', async (t) => {
  const { app, findings } = service(t, {
    stopTimeout: 60_000,
    longestRequest: 15_000,
    loadBalancer: {
      idleTimeoutSeconds: 60, deregistrationDelaySeconds: 30, healthCheck: { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 2 }
    }
  }, { http: { headersTimeout: 75_000 } })

  await app.ready()

  t.strictSame(findings(), [])
})

/** What is said at the start of a task of which ECS says so much. */
async function startIn (t: Test, launchType: string, surroundings: { stopTimeout?: number, capacityProvider?: string }, env = {}): Promise<string> {
  const lines: string[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(line) } } }, http: { headersTimeout: 75_000 } })
  t.teardown(() => app.close())
  const settings = readOptions({ stopTimeout: 180_000, loadBalancer: { deregistrationDelaySeconds: 30 }, preflight: { 'fargate-stop-timeout': 'warning' } }, env)
  const task = readTask({ ...fargate.task, LaunchType: launchType }, fargate.container)
  try {
    preflightAtStart(app, settings, { task, deregisters: false, ...surroundings })
  } catch (error) {
    return (error as Error).message
  }
  return lines.join()
}

t.test('what the task runs on is known from its variable, else from ECS, else from its metadata', async (t) => {
  t.match(await startIn(t, 'FARGATE', {}), 'fargate-stop-timeout')
  t.notMatch(await startIn(t, 'FARGATE', {}), 'spot-notice')
  t.match(await startIn(t, 'FARGATE', { capacityProvider: 'FARGATE_SPOT' }), 'spot-notice')
  t.match(await startIn(t, 'FARGATE', {}, { ECS_GRACEFUL_CAPACITY: 'mixed' }), 'spot-notice')
  t.notMatch(await startIn(t, 'EC2', {}), 'fargate-stop-timeout')
  t.match(await startIn(t, 'ec2', { stopTimeout: 180_000 }), 'ec2-stop-timeout')
  t.match(await startIn(t, 'EC2', { capacityProvider: 'own-instances', stopTimeout: 180_000 }), 'ec2-stop-timeout')
  t.equal(await startIn(t, 'EXTERNAL', {}), '')
})

t.test('a stop timeout above the one that ECS will keep refuses the start', async (t) => {
  t.match(await startIn(t, 'FARGATE', { stopTimeout: 30_000 }), /^stop-timeout: .*\(180 s\) must be at most the task definition's stopTimeout \(30 s\)/)
})

t.test('a container is known by the agent\'s link-local address', async (t) => {
  const uris = ['http://169.254.170.2/v4/id', 'http://[fe80::1]/v4/id', 'http://127.0.0.1:7000/v4/id', 'http://[::1]:7000/v4/id', 'http://10.0.0.1/', 'x', undefined]

  t.strictSame(uris.map((uri) => isContainer({ ECS_CONTAINER_METADATA_URI_V4: uri })), [true, true, false, false, false, false, false])
})

t.test('a server on loopback is warned of within a container only', async (t) => {
  const said: string[] = []
  const at = (...addresses: string[]) => ({
    addresses: () => addresses.map((address) => ({ address })), log: { warn: (_facts: object, message: string) => said.push(message) }
  }) as unknown as FastifyInstance
  const settings = readOptions({}, {})
  const env = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/id' }

  preflightAddresses(at('127.0.0.1'), settings, {})
  preflightAddresses(at('0.0.0.0'), settings, env)
  preflightAddresses(at('127.0.0.1', '10.0.1.7'), settings, env)
  preflightAddresses(at(), settings, env)
  preflightAddresses({ ...at(), addresses: () => ['/run/app.sock'] } as unknown as FastifyInstance, settings, env)
  t.strictSame(said, [])
  preflightAddresses(at('127.0.0.1', '::1'), settings, env)

  t.match(said, [/^preflight: loopback: the server listens on 127\.0\.0\.1, /])
})

t.test('Node counts headersTimeout on a connection that has carried nothing, and not on an idle one that has', async (t) => {
  const server = http.createServer({ headersTimeout: 200, requestTimeout: 0, keepAliveTimeout: 60_000, connectionsCheckingInterval: 50 },
    (_request, response) => response.end('ok'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const used = await Wire.open(t, port)
  used.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await used.until('ok')

  // Two silent connections, one after the other: when the second is closed, the idle one is older than the limit twice over.
  const silence = async (): Promise<string> => {
    const silent = await Wire.open(t, port)
    await silent.closed
    return silent.received
  }
  t.match([await silence(), await silence()], [/^HTTP\/1\.1 408 /, /^HTTP\/1\.1 408 /])
  used.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  await used.closed

  t.equal(used.received.match(/HTTP\/1\.1 200 OK/g)?.length, 2)
})

t.test('a load balancer that checks another route is found out when it probes during a drain, and that is said once', async (t) => {
  const { app, findings } = service(t, { ...brisk, preflight: { 'headers-timeout': 'off' } })
  app.get('/status/:part', async () => 'ok')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo

  const report = app.ecsGraceful.shutdown()
  await probe(port, '127.0.0.1', '/status/all?token=secret')
  await probe(port, '127.0.0.1', '/status/all')
  await probe(port)

  t.match(await report, { served: 0 })
  t.match(findings(), [{ findings: [{ rule: 'probe-path', says: 'the load balancer checks /status/:part, but readiness is at /health' }] }])
  t.equal(findings().length, 1)
})

t.test('so is one that checks liveness, which never says that the task drains', async (t) => {
  const { app, findings } = service(t, { ...brisk, preflight: { 'headers-timeout': 'off' } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo

  const report = app.ecsGraceful.shutdown()
  await probe(port, '127.0.0.1', '/health/live')

  t.match(await report, { served: 0 })
  t.match(findings(), [{ findings: [{ rule: 'probe-path', says: 'the load balancer checks /health/live, but readiness is at /health' }] }])
})

t.test('what is a matter of a process that serves is held when it begins to listen, and not before', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  let checks = 0
  beforeListening(app.server, () => { if (++checks === 1) throw new Error('deaf') })

  await app.ready()
  t.equal(checks, 0)
  await t.rejects(app.listen({ port: 0, host: '127.0.0.1' }), { message: 'deaf' })
  t.equal(checks, 1)
})

t.test('a health check that AWS would have refused is no matter of a task that runs', async (t) => {
  const { app, findings } = service(t, {
    stopTimeout: 60_000, preflight: { 'headers-timeout': 'off' }, loadBalancer: { healthCheck: { intervalSeconds: 5, timeoutSeconds: 5 } }
  })

  await app.ready()

  t.strictSame(findings(), [])
})

t.test('what is found too late to refuse the start is said as gravely as it was chosen to be', async (t) => {
  const { app, findings } = service(t, { ...brisk, preflight: { 'headers-timeout': 'off', 'probe-path': 'error' } })
  await app.listen({ port: 0, host: '127.0.0.1' })

  const report = app.ecsGraceful.shutdown()
  await probe((app.server.address() as AddressInfo).port, '127.0.0.1', '/')
  await report

  t.match(findings(), [{ level: 50, findings: [{ rule: 'probe-path' }] }])
})
