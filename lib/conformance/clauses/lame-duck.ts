import { monotonic } from '../../rehearsal/monotonic'
import { failed, notApplicable, passed, type Clause, type Outcome } from '../clause'
import { ANSWER, HEALTH_EVERY } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { request, type Answer } from '../wire/http1'
import type { Wire } from '../wire/wire'

const POOLED = 4
/** Between two requests of the lame duck, in milliseconds. */
const EVERY = 100

interface Turned {
  readonly server: Server
  readonly pool: readonly Wire[]
  /** When the health route first answered something else than 200; undefined if it never did. */
  readonly at: number | undefined
}

/** Signals a server that holds idle connections, and asks for its health until that changes. */
async function turn (subject: Subject): Promise<Turned> {
  const server = await subject.start()
  const pool = await server.pool(POOLED)
  server.terminate()
  const limit = subject.settings.stopTimeout * 1_000
  while (!server.hasExited && server.sinceSignal < limit) {
    const status = await server.health()
    if (status !== undefined && status !== 200) return { server, pool, at: server.sinceSignal }
    await server.pause(HEALTH_EVERY)
  }
  return { server, pool, at: undefined }
}

async function healthTurns (subject: Subject): Promise<Outcome> {
  const { server, pool, at } = await turn(subject)
  if (at === undefined) return failed(`${subject.settings.healthPath} never answered anything but 200 before the process was gone`, server)
  const closed = pool.find(({ ending }) => ending !== undefined)
  if (closed) return failed(`an idle connection was closed before ${subject.settings.healthPath} had said so once`, server, [closed])
  return passed(`health changed ${Math.round(at)} ms after the signal, and no connection was closed before`)
}

async function healthStays (subject: Subject): Promise<Outcome> {
  const { server, at } = await turn(subject)
  if (at === undefined) return notApplicable('health never changed, see D1')
  const end = at + subject.settings.lameDuck * 1_000
  let asked = 0
  while (!server.hasExited && server.sinceSignal < end) {
    if (await server.health() === 200) return failed('health answered 200 again after it had said that it would not', server)
    asked++
    await server.pause(EVERY)
  }
  return passed(`not once 200 in ${asked} more questions`)
}

async function liveness (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  server.terminate()
  await server.noticed()
  const end = subject.settings.lameDuck * 1_000
  while (!server.hasExited && server.sinceSignal < end) {
    const status = await server.health('http1', subject.settings.livePath)
    if (status !== undefined && status !== 200) return failed(`${subject.settings.livePath} answered ${status}`, server)
    await server.pause(EVERY)
  }
  return passed('200 as long as it could be asked')
}

interface Asked {
  readonly wire: Wire
  readonly answer: Answer
}

/** Through the lame duck, a request every 100 ms on a new connection, and one in turn on each that was there before. */
async function lameDuckTraffic (subject: Subject): Promise<{ server: Server, fresh: Asked[], pooled: Asked[] }> {
  const { lameDuck, path } = subject.settings
  const server = await subject.start()
  const pool = await server.pool(Math.ceil(lameDuck * 1_000 / EVERY / 2) + 1)
  const [fresh, pooled]: [Asked[], Asked[]] = [[], []]

  server.terminate()
  const began = monotonic()
  for (let now = 0; now < lameDuck * 1_000; now = monotonic() - began) {
    fresh.push(await server.ask(path))
    const wire = fresh.length % 2 === 0 ? pool.pop() : undefined
    if (wire) {
      wire.send(request('GET', path))
      pooled.push({ wire, answer: await wire.answer(ANSWER) })
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY)) // also when it has gone: a balancer does not know
  }
  return { server, fresh, pooled }
}

async function accepts (subject: Subject): Promise<Outcome> {
  const { server, fresh } = await subject.once('lame duck', async () => await lameDuckTraffic(subject))
  const lost = fresh.filter(({ answer }) => !answer.whole)
  const [first] = lost
  if (!first) return passed(`${fresh.length} new connections were accepted and answered`)
  return failed(`${lost.length} of ${fresh.length} requests on new connections went unanswered, the first: ${first.answer.text}`, server, [first.wire])
}

async function serves (subject: Subject): Promise<Outcome> {
  const { server, fresh, pooled } = await subject.once('lame duck', async () => await lameDuckTraffic(subject))
  const own = subject.survey.statuses.path
  const answered = [...fresh, ...pooled].filter(({ answer }) => answer.whole)
  const other = answered.filter(({ answer }) => answer.status !== own)
  if (answered.length === 0) return failed('no request was answered at all', server)
  if (other.length === 0) return passed(`${answered.length} answers, all of them ${own}`)
  return failed(`${other.length} of ${answered.length} requests were answered ${other[0]!.answer.status} instead of ${own}`, server, [other[0]!.wire])
}

async function keepsIdle (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const pool = await server.pool(POOLED)
  server.terminate()
  await Promise.race(pool.map(async (wire) => await wire.ended(subject.settings.lameDuck * 1_000)))
  const closed = pool.filter(({ ending }) => ending !== undefined)
  if (closed.length === 0) return passed(`${pool.length} idle connections were left open for ${subject.settings.lameDuck} s`)
  return failed(`an idle connection was closed ${Math.round(closed[0]!.endedAt ?? 0)} ms after the signal (${closed[0]!.ending})`, server, [closed[0]!])
}

async function saysClose (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const [wire] = await server.pool(1)
  server.terminate()
  await server.noticed()
  wire!.send(request('GET', subject.settings.path))
  const answer = await wire!.answer(ANSWER)
  if (!answer.whole) return notApplicable(`no request was answered during the drain, see D5: ${answer.text}`)
  if (/\bclose\b/i.test(answer.headers.connection ?? '')) return passed('the answer said so')
  return failed(`the answer said ${answer.headers.connection ? `Connection: ${answer.headers.connection}` : 'nothing about its connection'}`, server, [wire!])
}

const PLAIN = 'nothing has to be: the server is asked again and again'

export const lameDuck: readonly Clause[] = [
  {
    id: 'D1',
    level: 'MUST',
    title: 'health turns 503 before any connection closes',
    reason: 'After StopTask or a Spot reclaim only the health check tells the balancer; whoever closes first answers 502 (AWS: ALB, HTTP 502).',
    forced: 'idle connections are open, health is asked every 40 ms, each time on a new connection',
    needs: ['http1'],
    test: healthTurns
  },
  {
    id: 'D2',
    level: 'MUST',
    title: 'health never answers 200 again',
    reason: 'A target is unhealthy after consecutive failures: one 200 between them starts the count anew (AWS: target group health checks).',
    forced: PLAIN,
    needs: ['http1'],
    test: healthStays
  },
  {
    id: 'D3',
    level: 'MAY',
    title: 'liveness stays 200',
    reason: 'A container health check that fails has ECS stop what is stopping already, and the stop reason misleads (AWS: container health checks).',
    forced: PLAIN,
    needs: ['http1', 'live'],
    test: liveness
  },
  {
    id: 'D4',
    level: 'MUST',
    title: 'new connections are accepted and answered during the lame duck',
    reason: 'Balancer nodes learn late, and an ALB does not retry: a refused connection is a 502 (AWS: ALB, HTTP 502).',
    forced: 'a new connection every 100 ms from the signal on, for as long as --lame-duck says',
    needs: ['http1'],
    test: accepts
  },
  {
    id: 'D5',
    level: 'MUST',
    title: 'requests of the lame duck get the answer they would always have got',
    reason: 'A 503 of the target is passed on to the user (AWS: ALB, target 5XX).',
    forced: 'requests on new and on pooled connections every 100 ms from the signal on',
    needs: ['http1'],
    test: serves
  },
  {
    id: 'D6',
    level: 'MUST',
    title: 'an idle connection is not closed during the lame duck',
    reason: 'A request may be on its way on it, and a FIN that crosses it is a 502 (RFC 9112, 9.5; AWS: ALB, HTTP 502).',
    forced: 'idle connections are watched from the signal on, for as long as --lame-duck says',
    needs: ['http1'],
    test: keepsIdle
  },
  {
    id: 'D9',
    level: 'SHOULD',
    title: 'answers during the drain say Connection: close',
    reason: 'It is how a pool learns that a connection is not to be used again, without anything lost (RFC 9112, 9.6).',
    forced: 'a request on a pooled connection once the signal has been handled',
    needs: ['http1'],
    test: saysClose
  }
]
