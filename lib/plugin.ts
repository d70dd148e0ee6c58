import type { FastifyInstance } from 'fastify'
import { Server as HttpServer } from 'node:http'
import { Server as HttpsServer } from 'node:https'

import type { EcsGracefulOptions, EcsTask } from '../types/index'
import type { Avvio } from './avvio'
import { beforeListening } from './before-listening'
import { bindings } from './bindings'
import { Cause } from './cause'
import { clock } from './clock'
import { Connections, isHttp2, type AnyRequest } from './connections/index'
import { Checkers } from './core/checkers'
import { Checks, type Check } from './core/health'
import { printedRoutes } from './core/printed-routes'
import { RouteTemplates } from './core/route-template'
import { isToStop, readMetadata, VARIABLE } from './ecs/index'
import { errors } from './errors'
import { addHealthRoutes, healthPaths, isBalancersProbe } from './health-routes'
import { inquire, type Inquiry } from './inquiry'
import { checkOptions, type Settings } from './options/index'
import { preflightAddresses, preflightAtStart, preflightProbe, preflightProcess } from './preflight'
import { customResource, discover, type Found, type Pool, type Resource } from './resources/index'
import { Service } from './service'
import { handleSignals } from './signals'
import { protection, surface } from './surface'

/** Ties a service to one Fastify instance. Options and server are checked before anything is changed. */
export async function plugin (app: FastifyInstance, options: EcsGracefulOptions): Promise<void> {
  const checked = checkOptions(options, process.env)
  const metadata = (): Promise<EcsTask | null> => readMetadata(process.env[VARIABLE], (reason) => {
    app.log.warn({ variable: VARIABLE }, `the task's metadata could not be read: ${reason}`)
  })
  const { described, targetGroup, missed }: Inquiry = checked.ecs.describe || checked.ecs.deregister ? await inquire(app, checked, metadata) : {}
  const settings = checked.withStopTimeout(described?.stopTimeout)
  const server = claim(app)

  const probes = settings.health ? healthPaths(app, settings.health) : []
  const routes = routeOf(app)
  const foreignProbe = preflightProbe(app, settings, probes[0])
  // Asked of what arrives while draining, and of nothing before.
  const isProbe = (request: AnyRequest): boolean => {
    const path = request.url?.split('?', 1)[0] ?? ''
    const isBalancers = isBalancersProbe(request)
    // Liveness says 200 while the task drains: for the balancer it is as foreign as any other route.
    if (isBalancers && path !== probes[0]) foreignProbe(() => routes(request.method ?? '', request.url ?? ''))
    return isBalancers || probes.includes(path)
  }
  const webSockets = { ...settings.webSockets, onError: (error: unknown) => service.incidents.goodbyeFailed(error) }
  const connections = new Connections({ clock, isProbe, routeOf: routes, watchWhileReady: settings.earlyExit, webSockets })
  const checkers = new Checkers()
  const instances = new Set<FastifyInstance>([app])
  const cause = new Cause({
    isToStop: async () => settings.ecs.metadata ? await isToStop(process.env[VARIABLE]) : null,
    wasSpot: async (over) => await described?.spotAtSignal(over) ?? null
  }, clock)
  const service: Service = new Service(app, settings, {
    serving: connections, checkers, cause, discover: () => resources(app, settings, discover(instances))
  })

  connections.follow(server)
  app.decorate('ecsGraceful', surface(service, protection(app, service)))
  app.addHook('onListen', () => {
    for (const binding of bindings(app)) connections.follow(binding)
    preflightAddresses(app, settings)
  })

  let checks = new Checks([], 0, clock, () => {})
  service.announcement.onDrain(() => checks.leave())
  if (settings.health) {
    addHealthRoutes(app, {
      settings: settings.health,
      clock,
      checkers,
      service,
      checks: () => checks,
      probed: (request) => connections.probed(request)
    })
  }

  const managed = new Set(discover(instances).resources.map(({ client }) => client))
  if (managed.size > 0) app.log.warn('register fastify-ecs-graceful before what decorates pg or redis: its onClose then runs after theirs')
  app.addHook('onRegister', (instance) => { instances.add(instance) })

  // Asked while the application starts, and waited for only when it is ready.
  const task = described ? described.task : settings.ecs.metadata ? metadata() : null

  const beClosedFirst = (): void => (app as unknown as Avvio).onClose(() => service.beforeClose())

  app.addHook('onReady', async () => {
    service.starting()
    // Called when all that `onReady` does is done, here and elsewhere: clients and hooks may have come from there.
    app.ready((error) => {
      discover(instances).pools.forEach(survive(app))
      service.booted()
      beClosedFirst()
      if (!error) service.workers.begin()
    })
    const found = await task
    const leave = found
      ? targetGroup?.target(found, () => portOf(server), (reason) => app.log.warn(`ecs.deregister is of no use: ${reason}`))
      : undefined
    if (found) service.runsIn(found)
    service.deregistersBy(leave)
    // On a laptop there is no task, and what holds in production is held.
    preflightAtStart(app, settings, { ...described, task: found, deregisters: found ? leave !== undefined : settings.ecs.deregisters })
    beforeListening(server, (port) => {
      // No target group can name such a port: it is a test, on a runner that is a task itself.
      if (port !== 0) preflightProcess(app, settings, { task: found })
    })
  })

  app.addHook('onReady', async () => {
    const found = discover(instances)
    found.pools.forEach(survive(app))
    checks = healthChecks(app, settings, found)
    for (const name of misspelt(settings, found)) app.log.warn(`resources.${name} is false, but there is no client of that name`)
    service.ready()
    beClosedFirst()
  })

  app.addHook('onClose', () => service.afterHooks(({ client }) => managed.has(client)))
  if (settings.signals.length > 0) {
    const { prepare, release } = handleSignals(service, process, missed)
    app.addHook('onListen', prepare)
    void service.ended.then(release)
  }
}

const CLAIMED = Symbol.for('fastify-ecs-graceful.claimed')

/** The server that this plugin will drain; once. */
function claim ({ server }: FastifyInstance): HttpServer {
  if (!(server instanceof HttpServer) && !(server as object instanceof HttpsServer) && !isHttp2(server)) {
    throw new errors.ServerUnsupported('it must be a server of node:http, node:https or node:http2, and a serverFactory must return one')
  }
  const claimable = server as HttpServer & { [CLAIMED]?: true }
  if (claimable[CLAIMED]) throw new errors.AlreadyRegistered()
  claimable[CLAIMED] = true
  return server
}

/** The port that a server listens on, if it is one. */
function portOf (server: HttpServer): number | undefined {
  const address = server.address()
  return typeof address === 'object' ? address?.port : undefined
}

/** Asked only for what is cut: the routes are read when the first request has to be named. */
function routeOf (app: FastifyInstance): (method: string, url: string) => string {
  let templates: RouteTemplates | undefined
  return (method, url) => {
    templates ??= new RouteTemplates(printedRoutes(app.printRoutes()))
    return templates.of(method, url)
  }
}

/** Found clients but those that are to be left alone, and the application's own. */
function resources (app: FastifyInstance, { resources: given }: Settings, found: Found): Resource[] {
  const own = [...given].flatMap(([name, close]) => close ? [customResource(name, () => close(app))] : [])
  return [...found.resources.filter(({ name }) => !given.has(name)), ...own]
}

/** Whom the application wants to spare, and we do not know. */
function misspelt ({ resources: given }: Settings, found: Found): string[] {
  return [...given].filter(([name, close]) => !close && !found.resources.some((client) => client.name === name)).map(([name]) => name)
}

/** Without a listener, a pool whose idle connection ends kills the process; `@fastify/postgres` sets none. */
function survive (app: FastifyInstance): (pool: Pool) => void {
  return (pool) => {
    if (pool.listenerCount('error') === 0) pool.on('error', (error) => app.log.warn({ err: error }, 'an idle pg connection ended'))
  }
}

function healthChecks (app: FastifyInstance, { health }: Settings, found: Found): Checks {
  if (!health) return new Checks([], 0, clock, () => {})
  const checks = health.checks.map(({ name, check, critical, timeout }): Check => {
    if (check !== true) return { name, critical, timeout, run: () => check(app) }
    const clients = found.resources.filter((client) => client.check && (client.name === name || client.name.startsWith(`${name}.`)))
    if (clients.length === 0) throw new errors.OptionInvalid(`health.checks.${name}`, 'a function', 'true', `: no ${name} client is decorated that could be asked`)
    return { name, critical, timeout, run: () => Promise.all(clients.map((client) => client.check!(timeout))) }
  })
  return new Checks(checks, health.cacheTime, clock, (name, status, error) => {
    app.log.warn({ err: error, check: name, status }, `health check ${name}: ${status}`)
  })
}
