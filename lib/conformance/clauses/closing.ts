import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { ANSWER, AROUND, CLOSES, LOOK, PATIENCE, STEP, TRIES } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { request } from '../wire/http1'
import type { Wire } from '../wire/wire'
import { QUEUED } from './signal'

const POOLED = 8

/** When a listener is expected to close, in milliseconds since the signal. */
export interface Closing {
  readonly expected: number
  /** Grows with each try, since drains are not equally long. */
  readonly attempt: number
  /** Asked again and again until then, where it is traffic that has it close so late. */
  readonly path?: string
}

/**
 * Has a process stand still over the instant at which its listener is about to close, while `act` does something; it then
 * finds both together. Sends the signal. Resolves to undefined if the listener closed too early.
 */
export async function overClosing<T> (server: Server, { expected, attempt, path }: Closing, act: () => Promise<T>): Promise<T | undefined> {
  const around = Math.max(AROUND, expected * 0.05) * 2 ** (attempt - 1)
  const lead = expected <= AROUND ? around : Math.min(around, expected * 0.6) // the signal must have been handled before
  if (expected <= lead) server.freeze() // it closes at the signal: stand still before it
  server.terminate()
  if (expected > lead) {
    if (path === undefined) await server.pause(expected - lead - server.sinceSignal)
    else await keepAsking(server, path, () => server.sinceSignal >= expected - lead)
    if (server.hasExited) return undefined
    server.freeze()
  }
  if (!await server.listening()) {
    server.thaw()
    return undefined
  }
  const done = await act()
  await server.pause(Math.max(0, expected + 2 * around - server.sinceSignal)) // the signal may have been handled late
  server.thaw()
  return done
}

async function keepAsking (server: Server, path: string, over: () => boolean): Promise<void> {
  while (!over() && !server.hasExited) {
    void server.ask(path)
    await server.pause(STEP)
  }
}

/** When the listener closes though requests go on coming; undefined if only SIGKILL ends it. Watched once in a run. */
async function closingUnderTraffic (subject: Subject): Promise<number | undefined> {
  return await subject.once('a drain under traffic', async () => {
    const server = await subject.start()
    let closed: number | undefined
    const looking = async (): Promise<void> => {
      while (!server.hasExited && await server.listening()) await server.pause(LOOK)
      closed = server.exitedAt ?? server.sinceSignal
    }
    server.terminate()
    await Promise.all([looking(), keepAsking(server, subject.settings.path, () => closed !== undefined)])
    return server.killed ? undefined : closed
  })
}

/**
 * Tries until the instant was met. A listener that stays open after it was not about to close: who has seen traffic may put
 * that off. Then the instant is taken from a drain under traffic, which cannot be put off for ever.
 */
async function atClosing (
  subject: Subject,
  prepare: (server: Server) => Promise<readonly Wire[]>,
  act: (server: Server, wires: readonly Wire[]) => Promise<readonly Wire[]>,
  title: string
): Promise<Outcome> {
  const { drain } = subject.survey
  if (drain.listenerClosed === undefined) return inconclusive('undisturbed, the listener never closed before SIGKILL, see D23')
  let expected: number | undefined = drain.listenerClosed
  let path: string | undefined
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const server = await subject.start()
    const wires = await prepare(server)
    const asked = await overClosing(server, { expected, attempt, path }, async () => await act(server, wires))
    if (!asked) continue
    if (asked.length === 0) return inconclusive('no connection was left to ask on')
    const answers = await Promise.all(asked.map(async (wire) => ({ wire, answer: await wire.answer(ANSWER) })))
    const lost = answers.filter(({ answer }) => !answer.whole)
    if (lost.length > 0) return failed(`${lost.length} of ${asked.length} ${title} were lost, the first: ${lost[0]!.answer.text}`, server, [lost[0]!.wire])
    if (await server.listenerClosed(CLOSES)) return passed(`${asked.length} ${title} were answered`)
    path = subject.settings.path
    expected = await closingUnderTraffic(subject)
    if (expected === undefined) return inconclusive('under traffic, the listener never closed before SIGKILL')
  }
  return inconclusive('the closing of the listener was not met: it came too early, or was put off')
}

async function queueAtClosing (subject: Subject): Promise<Outcome> {
  return await atClosing(subject, async () => [], async (server) => {
    const wires = (await Promise.all(Array.from({ length: QUEUED }, async () => await server.connect()))).filter(({ connected }) => connected)
    for (const wire of wires) wire.send(request('GET', subject.settings.path))
    return wires
  }, 'connections that waited in the queue')
}

async function idleAtClosing (subject: Subject): Promise<Outcome> {
  return await atClosing(subject, async (server) => await server.pool(POOLED), async (_server, wires) => {
    const open = wires.filter(({ ending }) => ending === undefined)
    for (const wire of open) wire.send(request('GET', subject.settings.path))
    return open
  }, 'requests on idle connections')
}

async function late (subject: Subject): Promise<Outcome> {
  const { lameDuck, path, slowPath } = subject.settings
  const server = await subject.start()
  server.terminate()
  await server.pause(lameDuck * 1_000)
  const asked: Array<Promise<Wire | undefined>> = []
  while (!server.hasExited) {
    asked.push(hanging(server, path))
    if (subject.survey.offers.has('slow')) void server.ask(slowPath) // keeps the process for a moment after its listener has closed
    await server.pause(STEP)
  }
  const [first] = (await Promise.all(asked)).filter((wire) => wire !== undefined)
  if (first) return failed(`a connection that came late was accepted, and neither answered nor closed for ${PATIENCE / 1_000} s`, server, [first])
  if (server.killed) return inconclusive('it answered until SIGKILL, so nobody came too late')
  return passed(`${asked.length} late connections were answered, refused or closed`)
}

/** A request on a new connection that is neither answered nor ended in time. */
async function hanging (server: Server, path: string): Promise<Wire | undefined> {
  const { wire, answer } = await server.ask(path, PATIENCE)
  return answer.status === undefined && wire.ending === undefined ? wire : undefined
}

export const closing: readonly Clause[] = [
  {
    id: 'D20',
    level: 'SHOULD',
    title: 'accept queue is served when the listener closes',
    reason: 'Reset after it was made, a connection is a 502; only a balancer that has not looked away by the end of the lame duck gets there, which is why this is no MUST.',
    forced: `the process stands still over the instant at which its listener would close, while ${QUEUED} connections are made and ask`,
    needs: ['http1'],
    long: true,
    test: queueAtClosing
  },
  {
    id: 'D21',
    level: 'SHOULD',
    title: 'a request on an idle connection is answered when the listener closes',
    reason: 'The sweep of idle connections races with what was written on them (RFC 9112, 9.5); only a balancer that has not looked away gets there.',
    forced: 'the process stands still over the instant at which its listener would close, while requests are written on idle connections',
    needs: ['http1'],
    long: true,
    test: idleAtClosing
  },
  {
    id: 'D22',
    level: 'MUST',
    title: 'who comes too late is refused, and not left hanging',
    reason: 'A refused connection is a 502 at once; one that is accepted and forgotten keeps the user waiting for up to 60 s (AWS: ALB, HTTP 504).',
    forced: `new connections every ${STEP} ms from the end of the lame duck to the exit, which slow requests put off`,
    needs: ['http1'],
    uses: ['slow'],
    long: true,
    test: late
  }
]
