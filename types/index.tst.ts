import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { describe, expect, test } from 'tstyche'

import ecsGraceful, { ecsGraceful as named, type EcsGraceful, type EcsGracefulOptions, type EcsGracefulPlugin } from 'fastify-ecs-graceful'
import * as namespace from 'fastify-ecs-graceful'
import required = require('fastify-ecs-graceful')
import type * as types from './index'

declare const report: types.DrainReport
declare function configure (options: EcsGracefulOptions): void
const app = Fastify()

describe('every way to import the plugin', () => {
  test('gives the plugin', () => {
    expect(ecsGraceful).type.toBeAssignableTo<EcsGracefulPlugin>()
    expect(named).type.toBe<EcsGracefulPlugin>()
    expect(required).type.toBe(ecsGraceful)
    expect(required.default).type.toBe<EcsGracefulPlugin>()
    expect(required.ecsGraceful).type.toBe<EcsGracefulPlugin>()
    expect(namespace.default).type.toBe(ecsGraceful)
    expect(namespace.ecsGraceful).type.toBe<EcsGracefulPlugin>()
    expect<EcsGracefulPlugin>().type.toBe<FastifyPluginAsync<EcsGracefulOptions>>()
  })

  test('gives what can be registered, with its options or without', () => {
    expect(app.register).type.toBeCallableWith(ecsGraceful)
    expect(app.register).type.toBeCallableWith(named, {})
    expect(app.register).type.toBeCallableWith(required, { stopTimeout: 60_000 })
    expect(app.register).type.toBeCallableWith(ecsGraceful, () => ({ stopTimeout: 60_000 }))
    expect(Fastify({ http2: true }).register).type.toBeCallableWith(ecsGraceful, { stopTimeout: 60_000 })
    expect(Fastify({ http2: true, https: { allowHTTP1: true } }).register).type.toBeCallableWith(ecsGraceful, { stopTimeout: 60_000 })
    expect(app.register).type.not.toBeCallableWith(ecsGraceful, { stopTimeout: '60s' })
    expect(app.register).type.not.toBeCallableWith(ecsGraceful, { stopTimout: 60_000 })
    expect(app.register).type.not.toBeCallableWith(ecsGraceful, { health: true })
  })
})

test('the types of the door are those of types/index, not copies', () => {
  expect<ecsGraceful.Capacity>().type.toBe<types.Capacity>()
  expect<ecsGraceful.ChannelMessage>().type.toBe<types.ChannelMessage>()
  expect<ecsGraceful.CheckFunction>().type.toBe<types.CheckFunction>()
  expect<ecsGraceful.CheckOptions>().type.toBe<types.CheckOptions>()
  expect<ecsGraceful.ClientMessage>().type.toBe<types.ClientMessage>()
  expect<ecsGraceful.ClientReport>().type.toBe<types.ClientReport>()
  expect<ecsGraceful.CutRequest>().type.toBe<types.CutRequest>()
  expect<ecsGraceful.DrainReport>().type.toBe<types.DrainReport>()
  expect<ecsGraceful.EcsGraceful>().type.toBe<types.EcsGraceful>()
  expect<ecsGraceful.EcsGracefulOptions>().type.toBe<types.EcsGracefulOptions>()
  expect<ecsGraceful.EcsGracefulPlugin>().type.toBe<types.EcsGracefulPlugin>()
  expect<ecsGraceful.EcsLimits>().type.toBe<types.EcsLimits>()
  expect<ecsGraceful.EcsOptions>().type.toBe<types.EcsOptions>()
  expect<ecsGraceful.EcsTask>().type.toBe<types.EcsTask>()
  expect<ecsGraceful.EventStream>().type.toBe<types.EventStream>()
  expect<ecsGraceful.EventStreamOptions>().type.toBe<types.EventStreamOptions>()
  expect<ecsGraceful.HealthOptions>().type.toBe<types.HealthOptions>()
  expect<ecsGraceful.Left>().type.toBe<types.Left>()
  expect<ecsGraceful.LoadBalancerOptions>().type.toBe<types.LoadBalancerOptions>()
  expect<ecsGraceful.OrderEvidence>().type.toBe<types.OrderEvidence>()
  expect<ecsGraceful.Phase>().type.toBe<types.Phase>()
  expect<ecsGraceful.PhaseMessage>().type.toBe<types.PhaseMessage>()
  expect<ecsGraceful.PreflightFinding>().type.toBe<types.PreflightFinding>()
  expect<ecsGraceful.PreflightRule>().type.toBe<types.PreflightRule>()
  expect<ecsGraceful.ProtectOptions>().type.toBe<types.ProtectOptions>()
  expect<ecsGraceful.ReportMessage>().type.toBe<types.ReportMessage>()
  expect<ecsGraceful.ResourceOption>().type.toBe<types.ResourceOption>()
  expect<ecsGraceful.Severity>().type.toBe<types.Severity>()
  expect<ecsGraceful.StopCause>().type.toBe<types.StopCause>()
  expect<ecsGraceful.StopOrder>().type.toBe<types.StopOrder>()
  expect<ecsGraceful.TelemetryOptions>().type.toBe<types.TelemetryOptions>()
  expect<ecsGraceful.TimingName>().type.toBe<types.TimingName>()
  expect<ecsGraceful.TimingPlan>().type.toBe<types.TimingPlan>()
  expect<ecsGraceful.TimingSource>().type.toBe<types.TimingSource>()
  expect<ecsGraceful.Timings>().type.toBe<types.Timings>()
  expect<ecsGraceful.TrackOptions>().type.toBe<types.TrackOptions>()
  expect<ecsGraceful.Trigger>().type.toBe<types.Trigger>()
  expect<ecsGraceful.WebSocketOptions>().type.toBe<types.WebSocketOptions>()
  expect<ecsGraceful.WebSocketPeer>().type.toBe<types.WebSocketPeer>()
  expect<ecsGraceful.WorkName>().type.toBe<types.WorkName>()
  expect<required.EcsGracefulOptions>().type.toBe<types.EcsGracefulOptions>()
  expect<EcsGracefulOptions>().type.toBe<types.EcsGracefulOptions>()
})

describe('options', () => {
  test('are all optional, and there are no others', () => {
    expect<keyof EcsGracefulOptions>().type.toBe<
      types.TimingName | 'health' | 'signals' | 'onUncaughtException' | 'resources' | 'longestRequest' | 'loadBalancer' | 'earlyExit' |
      'webSockets' | 'ecs' | 'telemetry' | 'preflight'
    >()
    expect(configure).type.toBeCallableWith({})
    expect(configure).type.not.toBeCallableWith({ timeout: 1_000 })
    expect(configure).type.not.toBeCallableWith(60_000)
  })

  test('timings are numbers', () => {
    expect(configure).type.toBeCallableWith({
      stopTimeout: 60_000,
      drainDelay: 5_000,
      quietPeriod: 3_000,
      maxDrainDelay: 35_000,
      gracePeriod: 15_000,
      closeTimeout: 5_000,
      safetyMargin: 5_000
    })
    expect(configure).type.toBeCallableWith({ stopTimeout: undefined })
    expect(configure).type.not.toBeCallableWith({ stopTimeout: '60' })
    expect(configure).type.not.toBeCallableWith({ drainDelay: '5s' })
    expect(configure).type.not.toBeCallableWith({ quietPeriod: null })
    expect(configure).type.not.toBeCallableWith({ maxDrainDelay: true })
    expect(configure).type.not.toBeCallableWith({ gracePeriod: 15_000n })
    expect(configure).type.not.toBeCallableWith({ closeTimeout: [5_000] })
    expect(configure).type.not.toBeCallableWith({ safetyMargin: { seconds: 5 } })
  })

  test('health is false, or where and what', () => {
    expect(configure).type.toBeCallableWith({ health: false })
    expect(configure).type.toBeCallableWith({ health: {} })
    expect(configure).type.toBeCallableWith({
      health: { path: '/up', livePath: '/alive', checks: {}, cacheTime: 0, timeout: 100, details: true }
    })
    expect(configure).type.toBeCallableWith({ health: { livePath: false } })
    expect(configure).type.not.toBeCallableWith({ health: true })
    expect(configure).type.not.toBeCallableWith({ health: '/up' })
    expect(configure).type.not.toBeCallableWith({ health: { url: '/up' } })
    expect(configure).type.not.toBeCallableWith({ health: { path: false } })
    expect(configure).type.not.toBeCallableWith({ health: { path: /up/ } })
    expect(configure).type.not.toBeCallableWith({ health: { livePath: true } })
    expect(configure).type.not.toBeCallableWith({ health: { cacheTime: '5s' } })
    expect(configure).type.not.toBeCallableWith({ health: { timeout: '2s' } })
    expect(configure).type.not.toBeCallableWith({ health: { details: 'yes' } })
  })

  test('checks are true, a function, or one with its importance and its time', () => {
    const check = async (app: FastifyInstance): Promise<void> => { await app.ready() }

    expect(configure).type.toBeCallableWith({ health: { checks: { pg: true, orders: check, disk: () => false } } })
    expect(configure).type.toBeCallableWith({ health: { checks: { redis: { critical: true }, orders: { check, timeout: 500 } } } })
    expect(configure).type.toBeCallableWith({ health: { checks: { pg: { check: true } } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: [check] } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { pg: false } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { pg: 'select 1' } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { pg: { check: false } } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { pg: { critical: 'very' } } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { pg: { timeout: '2s' } } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { pg: { fatal: true } } } })
    expect(configure).type.not.toBeCallableWith({ health: { checks: { mine: (app: string) => app } } })
    expect<Parameters<types.CheckFunction>>().type.toBe<[app: FastifyInstance]>()
  })

  test('signals are false or a list of two', () => {
    const given = ['SIGTERM'] as const

    expect(configure).type.toBeCallableWith({ signals: false })
    expect(configure).type.toBeCallableWith({ signals: ['SIGTERM', 'SIGINT'] })
    expect(configure).type.toBeCallableWith({ signals: given })
    expect(configure).type.not.toBeCallableWith({ signals: true })
    expect(configure).type.not.toBeCallableWith({ signals: 'SIGTERM' })
    expect(configure).type.not.toBeCallableWith({ signals: ['SIGHUP'] })
    expect(configure).type.not.toBeCallableWith({ signals: [15] })
  })

  test('onUncaughtException is one of two words', () => {
    expect(configure).type.toBeCallableWith({ onUncaughtException: 'close' })
    expect(configure).type.toBeCallableWith({ onUncaughtException: 'drain' })
    expect(configure).type.not.toBeCallableWith({ onUncaughtException: 'exit' })
    expect(configure).type.not.toBeCallableWith({ onUncaughtException: false })
  })

  test('resources are functions, or false', () => {
    expect(configure).type.toBeCallableWith({ resources: { redis: false, kafka: async (app: FastifyInstance) => { await app.ready() } } })
    expect(configure).type.toBeCallableWith({ resources: { file: () => {} } })
    expect(configure).type.not.toBeCallableWith({ resources: { redis: true } })
    expect(configure).type.not.toBeCallableWith({ resources: { redis: 'leave' } })
    expect(configure).type.not.toBeCallableWith({ resources: { kafka: Promise.resolve() } })
    expect(configure).type.not.toBeCallableWith({ resources: { kafka: (app: number) => app } })
    expect(configure).type.not.toBeCallableWith({ resources: false })
    expect(configure).type.not.toBeCallableWith({ resources: [() => {}] })
    expect<types.ResourceOption>().type.toBe<false | ((app: FastifyInstance) => unknown)>()
  })

  test('loadBalancer holds AWS\'s own numbers', () => {
    expect(configure).type.toBeCallableWith({ loadBalancer: {} })
    expect(configure).type.toBeCallableWith({ loadBalancer: { healthCheck: { intervalSeconds: 5, unhealthyThreshold: 2 } } })
    expect(configure).type.not.toBeCallableWith({ loadBalancer: false })
    expect(configure).type.not.toBeCallableWith({ loadBalancer: { healthCheck: false } })
    expect(configure).type.not.toBeCallableWith({ loadBalancer: { healthCheck: { intervalSeconds: '5' } } })
    expect(configure).type.not.toBeCallableWith({ loadBalancer: { healthCheck: { unhealthyThreshold: '2' } } })
    expect(configure).type.not.toBeCallableWith({ loadBalancer: { healthCheck: { interval: 5_000 } } })
  })

  test('ecs says what may be asked, and of whom', () => {
    expect(configure).type.toBeCallableWith({ ecs: { metadata: true, describe: true, deregister: true } })
    expect(configure).type.toBeCallableWith({ ecs: { deregister: { targetGroupArn: 'arn', port: 8_080 } } })
    expect(configure).type.not.toBeCallableWith({ ecs: true })
    expect(configure).type.not.toBeCallableWith({ ecs: { spot: true } })
    expect(configure).type.not.toBeCallableWith({ ecs: { describe: 'yes' } })
    expect(configure).type.not.toBeCallableWith({ ecs: { deregister: 'arn' } })
    expect(configure).type.not.toBeCallableWith({ ecs: { deregister: { port: '80' } } })
    expect<types.EcsTask['container']>().type.toBe<{
      readonly name?: string, readonly limits?: types.EcsLimits, readonly networkMode?: string, readonly address?: string
    }>()
  })

  test('telemetry.emf is false, or in which namespace', () => {
    expect(configure).type.toBeCallableWith({ telemetry: { emf: false } })
    expect(configure).type.toBeCallableWith({ telemetry: { emf: { namespace: 'Shop' } } })
    expect(configure).type.not.toBeCallableWith({ telemetry: { emf: true } })
    expect(configure).type.not.toBeCallableWith({ telemetry: { emf: {} } })
  })

  test('cannot be changed once they are typed', () => {
    const options: EcsGracefulOptions = { health: { checks: {} }, signals: ['SIGTERM'], resources: {} }

    // @ts-expect-error Cannot assign to 'stopTimeout' because it is a read-only property
    options.stopTimeout = 1
    // @ts-expect-error Cannot assign to 'health' because it is a read-only property
    options.health = false
    // @ts-expect-error Cannot assign to 'signals' because it is a read-only property
    options.signals = false
    // @ts-expect-error Property 'push' does not exist
    if (options.signals) options.signals.push('SIGINT')
    // @ts-expect-error Index signature in type 'Readonly<Record<string, ResourceOption>>' only permits reading
    if (options.resources) options.resources.redis = false
  })
})

describe('the goodbye hook', () => {
  test('may speak by the object of ws, where there is one', () => {
    const goodbye = ({ webSocket }: types.WebSocketPeer): void => {
      if (webSocket?.readyState !== 1) return
      webSocket.send(new Uint8Array(1))
      webSocket.close(4_000, 'restarting')
    }
    expect(configure).type.toBeCallableWith({ webSockets: { goodbye } })
    expect<types.WebSocketPeer['webSocket']>().type.not.toBeAssignableTo<object>() // undefined for other libraries
    expect<types.WebSocketPeer>().type.not.toBeAssignableFrom<{ send (text: string): void, socket: types.WebSocketPeer['socket'], webSocket: object }>()
  })
})

describe('app.ecsGraceful', () => {
  test('is on every instance, and has these members', () => {
    expect(app.ecsGraceful).type.toBe<EcsGraceful>()
    expect<FastifyInstance['ecsGraceful']>().type.toBe<types.EcsGraceful>()
    expect<keyof EcsGraceful>().type.toBe<
      'phase' | 'signal' | 'plan' | 'task' | 'onDrain' | 'track' | 'worker' | 'protect' | 'eventStream' | 'shutdown'
    >()
  })

  test('phase, signal and plan', () => {
    expect(app.ecsGraceful.phase).type.toBe<'starting' | 'ready' | 'draining' | 'closing' | 'closed'>()
    expect(app.ecsGraceful.signal).type.toBe<AbortSignal>()
    expect(app.ecsGraceful.plan).type.toBe<types.TimingPlan>()
    expect<types.TimingName>().type.toBe<keyof types.Timings>()
    expect<types.Timings[types.TimingName]>().type.toBe<number>()
    expect(app.ecsGraceful.plan.stopTimeout).type.toBe<number>()
    expect(app.ecsGraceful.plan.sources.stopTimeout).type.toBe<'option' | 'environment' | 'task-definition' | 'derived'>()
    expect<keyof types.TimingPlan>().type.toBe<types.TimingName | 'sources'>()
    expect<types.TimingPlan>().type.toBeAssignableTo<types.Timings>()
  })

  test('onDrain takes a function of the trigger, and returns a function that takes it back', () => {
    expect(app.ecsGraceful.onDrain(() => {})).type.toBe<() => void>()
    expect(app.ecsGraceful.onDrain).type.toBeCallableWith(async (trigger: types.Trigger) => trigger)
    expect(app.ecsGraceful.onDrain).type.toBeCallableWith((trigger: string) => trigger)
    expect(app.ecsGraceful.onDrain).type.not.toBeCallableWith((trigger: 'SIGTERM') => trigger)
    expect(app.ecsGraceful.onDrain).type.not.toBeCallableWith((_trigger: types.Trigger, done: () => void) => done())
    expect(app.ecsGraceful.onDrain).type.not.toBeCallableWith(Promise.resolve())
    expect(app.ecsGraceful.onDrain).type.not.toBeCallableWith()
    app.ecsGraceful.onDrain((trigger) => { expect(trigger).type.toBe<types.Trigger>() })
  })

  test('track returns the very promise, with what it resolves to', () => {
    const rows: Promise<{ readonly id: 7 }> = Promise.resolve({ id: 7 })

    expect(app.ecsGraceful.track('import', rows)).type.toBe<Promise<{ readonly id: 7 }>>()
    expect(app.ecsGraceful.track('import', Promise.resolve())).type.toBe<Promise<void>>()
    expect(app.ecsGraceful.track).type.toBeCallableWith(() => 'import: 3 rows', rows)
    expect(app.ecsGraceful.track).type.not.toBeCallableWith('import')
    expect(app.ecsGraceful.track).type.not.toBeCallableWith(rows)
    expect(app.ecsGraceful.track).type.not.toBeCallableWith(1, rows)
    expect(app.ecsGraceful.track).type.not.toBeCallableWith('import', () => rows)
    expect(app.ecsGraceful.track).type.not.toBeCallableWith('import', 'rows')
  })

  test('track may protect the task meanwhile', () => {
    expect(app.ecsGraceful.track).type.toBeCallableWith('import', Promise.resolve(), { protect: true })
    expect(app.ecsGraceful.track).type.toBeCallableWith('import', Promise.resolve(), { protect: { expiresInMinutes: 300 } })
    expect(app.ecsGraceful.track).type.not.toBeCallableWith('import', Promise.resolve(), true)
    expect(app.ecsGraceful.track).type.not.toBeCallableWith('import', Promise.resolve(), { protect: 300 })
    expect(app.ecsGraceful.track).type.not.toBeCallableWith('import', Promise.resolve(), { expiresInMinutes: 300 })
    expect<keyof types.TrackOptions>().type.toBe<'protect'>()
  })

  test('protect resolves to what its function returns, or resolves to', () => {
    expect(app.ecsGraceful.protect(() => 7 as const)).type.toBe<Promise<7>>()
    expect(app.ecsGraceful.protect(async () => ({ id: 7 }))).type.toBe<Promise<{ id: number }>>()
    expect(app.ecsGraceful.protect(() => {})).type.toBe<Promise<void>>()
    expect(app.ecsGraceful.protect).type.toBeCallableWith(() => {}, {})
    expect(app.ecsGraceful.protect).type.toBeCallableWith(() => {}, { expiresInMinutes: 2_880 })
    expect(app.ecsGraceful.protect).type.not.toBeCallableWith(() => {}, { expiresInMinutes: '60' })
    expect(app.ecsGraceful.protect).type.not.toBeCallableWith(() => {}, { minutes: 60 })
    expect(app.ecsGraceful.protect).type.not.toBeCallableWith(Promise.resolve())
    expect(app.ecsGraceful.protect).type.not.toBeCallableWith((task: types.EcsTask) => task)
    expect<keyof types.ProtectOptions>().type.toBe<'expiresInMinutes'>()
  })

  test('worker takes a loop that is given a signal, and returns nothing that could be awaited', () => {
    expect(app.ecsGraceful.worker('mail', async (signal) => { expect(signal).type.toBe<AbortSignal>() })).type.toBe<void>()
    expect(app.ecsGraceful.worker).type.toBeCallableWith(() => 'mail: 3 letters', () => {})
    expect(app.ecsGraceful.worker).type.not.toBeCallableWith('mail')
    expect(app.ecsGraceful.worker).type.not.toBeCallableWith('mail', Promise.resolve())
    expect(app.ecsGraceful.worker).type.not.toBeCallableWith('mail', (signal: string) => signal)
  })

  test('shutdown resolves to the report', () => {
    expect(app.ecsGraceful.shutdown()).type.toBe<Promise<types.DrainReport>>()
    expect(app.ecsGraceful.shutdown).type.not.toBeCallableWith('SIGTERM')
  })

  test('cannot be replaced, nor any part of it', () => {
    const { ecsGraceful } = app
    const { plan } = ecsGraceful

    // @ts-expect-error Cannot assign to 'ecsGraceful' because it is a read-only property
    app.ecsGraceful = ecsGraceful
    // @ts-expect-error Cannot assign to 'phase' because it is a read-only property
    ecsGraceful.phase = 'draining'
    // @ts-expect-error Cannot assign to 'signal' because it is a read-only property
    ecsGraceful.signal = new AbortController().signal
    // @ts-expect-error Cannot assign to 'plan' because it is a read-only property
    ecsGraceful.plan = plan
    // @ts-expect-error Cannot assign to 'drainDelay' because it is a read-only property
    plan.drainDelay = 0
    // @ts-expect-error Cannot assign to 'sources' because it is a read-only property
    plan.sources = { ...plan.sources }
    // @ts-expect-error Cannot assign to 'drainDelay' because it is a read-only property
    plan.sources.drainDelay = 'option'
  })
})

test('a route\'s config may say that it is a health route, and hooks can read it', () => {
  app.get('/up', { config: { ecsGraceful: 'ready' } }, () => 'ok')
  app.get('/alive', { config: { ecsGraceful: 'live' } }, () => 'ok')
  app.get('/orders', { config: {} }, () => 'ok')
  // @ts-expect-error Type '{ ecsGraceful: string; }' is not assignable to type
  app.get('/other', { config: { ecsGraceful: 'healthy' } }, () => 'ok')
  app.addHook('onRequest', async ({ routeOptions }) => {
    expect(routeOptions.config.ecsGraceful).type.toBe<'ready' | 'live' | undefined>()
  })
})

describe('the messages on the channels', () => {
  test('say whose they are, and what happened', () => {
    expect<keyof types.ChannelMessage>().type.toBe<'app' | 'task'>()
    expect<types.ChannelMessage['app']>().type.toBe<FastifyInstance>()
    expect<types.ChannelMessage['task']>().type.toBe<types.EcsTask | null>()
    expect<keyof types.PhaseMessage>().type.toBe<'app' | 'task' | 'phase' | 'trigger' | 'since'>()
    expect<types.PhaseMessage['phase']>().type.toBe<types.Phase>()
    expect<types.PhaseMessage['trigger']>().type.toBe<types.Trigger | undefined>()
    expect<types.PhaseMessage['since']>().type.toBe<number | undefined>()
    expect<keyof types.ClientMessage>().type.toBe<'app' | 'task' | 'client' | 'since'>()
    expect<types.ClientMessage['client']>().type.toBe<types.ClientReport>()
    expect<types.ClientMessage['since']>().type.toBe<number>()
    expect<keyof types.ReportMessage>().type.toBe<'app' | 'task' | 'report' | 'waitUntil'>()
    expect<types.ReportMessage['report']>().type.toBe<types.DrainReport>()
  })

  test('the last one takes a promise to wait for', () => {
    const { waitUntil } = {} as types.ReportMessage

    expect(waitUntil).type.toBeCallableWith(Promise.resolve())
    expect(waitUntil).type.not.toBeCallableWith(() => Promise.resolve())
  })
})

describe('the drain report', () => {
  test('has these parts', () => {
    expect<keyof types.DrainReport>().type.toBe<
      'version' | 'trigger' | 'cause' | 'outcome' | 'exitCode' | 'left' | 'durations' | 'served' | 'accepted' | 'webSockets' | 'cut' | 'clients' |
      'repeatedSignals' | 'errors'
    >()
    expect(report.durations).type.toBe<{
      readonly draining: number, readonly closing: number, readonly clients: number, readonly total: number
    }>()
    expect(report.cut).type.toBe<{
      readonly requests: readonly types.CutRequest[], readonly unnamed: number, readonly upgraded: number, readonly work: readonly string[]
    }>()
    expect<types.CutRequest>().type.toBe<{ readonly method: string, readonly route: string, readonly atLeast: number }>()
    expect(report.clients).type.toBe<readonly types.ClientReport[]>()
    expect(report.errors).type.toBe<ReadonlyArray<{ readonly code: string, readonly message: string }>>()
    expect(report.cause).type.toBe<types.StopCause>()
    expect(report.cause.order).type.toBe<'deregister-first' | 'together' | 'signal-first' | 'unknown'>()
    expect(report.served).type.toBe<number>()
    expect(report.accepted).type.toBe<number>()
    expect(report.repeatedSignals).type.toBe<number>()
  })

  test('says what happened in a few words', () => {
    expect(report.version).type.toBe<1>()
    expect(report.trigger).type.toBe<'SIGTERM' | 'SIGINT' | 'close' | 'shutdown' | 'uncaughtException' | 'unhandledRejection'>()
    expect(report.outcome).type.toBe<'drained' | 'cut' | 'failed' | 'timed-out'>()
    expect(report.exitCode).type.toBe<0 | 1>()
    expect(report.left).type.toBe<'quiet' | 'told' | 'limit' | 'skipped'>()
    expect<types.ClientReport>().type.toBe<{
      readonly name: string, readonly outcome: 'closed' | 'forced' | 'failed' | 'timed-out', readonly duration: number
    }>()
  })

  test('refuses comparisons that can never hold', () => {
    // @ts-expect-error This comparison appears to be unintentional
    expect(report.outcome === 'ok').type.toBe<boolean>()
    // @ts-expect-error This comparison appears to be unintentional
    expect(report.exitCode === 137).type.toBe<boolean>()
  })

  test('cannot be changed', () => {
    // @ts-expect-error Cannot assign to 'exitCode' because it is a read-only property
    report.exitCode = 0
    // @ts-expect-error Cannot assign to 'total' because it is a read-only property
    report.durations.total = 0
    // @ts-expect-error Property 'pop' does not exist
    report.cut.requests.pop()
    // @ts-expect-error Property 'pop' does not exist
    report.cut.work.pop()
    // @ts-expect-error Property 'pop' does not exist
    report.clients.pop()
    // @ts-expect-error Property 'pop' does not exist
    report.errors.pop()
  })
})
