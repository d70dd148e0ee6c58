import { errors } from '../errors'
import { monotonic } from '../rehearsal/monotonic'
import { whyNotHealthy } from '../rehearsal/start-failure'
import type { ConformanceSettings } from '../../types/conformance'
import type { Need } from './clause'
import { ANSWER, HEALTH_EVERY, LOOK, SOON } from './limits'
import type { Server } from './server'
import type { Drain, Survey } from './subject'
import { request } from './wire/http1'
import { upgrade } from './wire/websocket'

/** What does not answer for so long does not answer at all, in milliseconds. */
const HANGS = 1_000
/** A large answer is larger than what a kernel takes off a server's hands, in bytes. */
export const LARGE = 4_000_000

type Found = readonly [Need | 'path', number | undefined]

/** A path of the contract is asked only if a clause that was chosen has to do with it: each costs time, and the large answer work. */
export interface SurveyOptions {
  readonly settings: ConformanceSettings
  readonly wanted: ReadonlySet<Need>
}

/**
 * Starts two processes: one is asked what it offers, the other is left in peace and then signalled, so that nothing that was
 * asked can disturb its drain. When its listener closes is what the instants of other clauses are taken from. Rejects
 * with `FST_ECS_CONFORMANCE_IMPOSSIBLE` if one does not become healthy, or does not answer on its path.
 */
export async function survey (start: () => Promise<Server>, { settings, wanted }: SurveyOptions): Promise<Survey> {
  const began = monotonic()
  const asked = await start().catch((error: Error) => { throw new errors.ConformanceImpossible(error.message) })
  const first = await firstProtocol(asked, settings)
  const startTime = monotonic() - began
  if (!first) {
    const why = await whyNotHealthy(asked.task, asked.port, settings)
    throw new errors.ConformanceImpossible(why)
  }
  const protocol = await asked.health('http1') === 200 ? 'http1' : first // who speaks both has more to show in HTTP/1.1

  const [found, server] = await Promise.all([protocol === 'http1' ? ask(asked, { settings, wanted }) : [], start()])
  await asked.end()
  const statuses = Object.fromEntries(found.filter(([, status]) => status !== undefined))
  const offers = new Set<Need>(Object.keys(statuses).filter((name) => name !== 'path') as Need[])
  offers.add(protocol)
  if (settings.http2) offers.add('http2')
  if (protocol === 'http1') offers.add('signal') // asking would end it: the clause itself finds out

  if (!await server.healthy(protocol)) throw new errors.ConformanceImpossible('a second process did not become healthy beside the first: can two run at once?')
  return { offers, protocol, statuses, startTime, drain: await watch(server, protocol), server }
}

/** In which it is first healthy: a server of HTTP/2 alone is asked for its health over HTTP/2, too. */
async function firstProtocol (server: Server, { http2 }: ConformanceSettings): Promise<'http1' | 'http2' | undefined> {
  const healthy = async (protocol: 'http1' | 'http2') => await server.healthy(protocol) ? protocol : undefined
  return await Promise.race([healthy('http1'), ...http2 ? [healthy('http2')] : []])
}

async function ask (server: Server, { settings, wanted }: SurveyOptions): Promise<readonly Found[]> {
  const { path, livePath, slowPath, uploadPath, largePath, eventsPath, hangPath, websocketPath } = settings
  const { answer } = await server.ask(path)
  if (!answer.whole || answer.status! >= 500) {
    throw new errors.ConformanceImpossible(`${path} was to answer at once, and there was ${answer.text}: name another path with --path`)
  }
  const whole = async (name: Need, asked: string): Promise<Found> => {
    const { answer: { whole, status } } = await server.ask(asked)
    return [name, whole && status! < 300 ? status : undefined]
  }
  const questions: { readonly [need in Need]?: () => Promise<Found> } = {
    live: async () => await whole('live', livePath),
    slow: async () => await slow(server, slowPath),
    upload: async () => await upload(server, uploadPath),
    large: async () => await large(server, largePath),
    events: async () => await stream(server, eventsPath),
    hang: async () => await hang(server, hangPath),
    websocket: async () => await websocket(server, websocketPath)
  }
  return [['path', answer.status], ...await Promise.all([...wanted].flatMap((need) => questions[need]?.() ?? []))]
}

/** A path that answers sooner than promised would be over before the signal, and pass for it. */
async function slow (server: Server, path: string): Promise<Found> {
  const asked = monotonic()
  const { answer: { whole, status } } = await server.ask(path)
  return ['slow', whole && status! < 300 && monotonic() - asked >= 2 * SOON ? status : undefined]
}

async function upload (server: Server, path: string): Promise<Found> {
  const wire = await server.connect()
  wire.send(`${request('POST', path, { 'content-type': 'application/octet-stream', 'content-length': 4 })}body`)
  const { whole, status } = await wire.answer(ANSWER)
  return ['upload', whole && status! < 300 ? status : undefined]
}

async function large (server: Server, path: string): Promise<Found> {
  const { answer: { whole, status, body } } = await server.ask(path)
  return ['large', whole && status! < 300 && body.length >= LARGE ? status : undefined]
}

async function stream (server: Server, path: string): Promise<Found> {
  const { wire, answer: { whole, status, headers } } = await server.ask(path, HANGS)
  wire.destroy()
  return ['events', !whole && status === 200 && headers['content-type']?.startsWith('text/event-stream') ? status : undefined]
}

async function hang (server: Server, path: string): Promise<Found> {
  const { wire, answer: { status } } = await server.ask(path, HANGS)
  const hangs = status === undefined && wire.ending === undefined
  wire.destroy()
  return ['hang', hangs ? 0 : undefined]
}

async function websocket (server: Server, path: string): Promise<Found> {
  const wire = await server.connect()
  wire.send(upgrade(path))
  const { status } = await wire.answer(ANSWER)
  wire.destroy()
  return ['websocket', status === 101 ? status : undefined]
}

async function watch (server: Server, protocol: 'http1' | 'http2'): Promise<Drain> {
  let unhealthy: number | undefined
  let listenerClosed: number | undefined
  const asking = async (): Promise<void> => {
    while (!server.hasExited) {
      const status = await server.health(protocol)
      if (status !== undefined && status !== 200) unhealthy = server.sinceSignal
      if (unhealthy !== undefined || listenerClosed !== undefined) return
      await server.pause(HEALTH_EVERY)
    }
  }
  const looking = async (): Promise<void> => {
    while (!server.hasExited && await server.listening()) await server.pause(LOOK)
    listenerClosed = server.exitedAt ?? server.sinceSignal
  }

  server.terminate()
  await Promise.all([asking(), looking(), server.exit])
  return { unhealthy, listenerClosed: server.killed ? undefined : listenerClosed, exited: server.killed ? undefined : server.exitedAt }
}
