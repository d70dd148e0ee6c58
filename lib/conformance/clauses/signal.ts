import { failed, inconclusive, notApplicable, passed, type Clause, type Outcome } from '../clause'
import { ANSWER, PATIENCE, STEP } from '../limits'
import type { Subject } from '../subject'
import { request, type Answer } from '../wire/http1'
import type { Wire } from '../wire/wire'

/** As many as fill the accept queue of a server that stands still, and fewer than any but the shortest backlog holds. */
export const QUEUED = 64
const POOLED = 8

async function acceptQueue (subject: Subject): Promise<Outcome> {
  const { path } = subject.settings
  const server = await subject.start()
  server.freeze()
  const opened = await Promise.all(Array.from({ length: QUEUED }, async () => await server.connect()))
  const queued = opened.filter(({ connected }) => connected) // the others found the backlog full, and would be sent again
  for (const wire of queued) wire.send(request('GET', path))
  server.terminate()
  server.thaw()

  const answers = await Promise.all(queued.map(async (wire) => ({ wire, answer: await wire.answer(ANSWER) })))
  const lost = answers.filter(({ answer }) => !answer.whole)
  if (queued.length === 0) return inconclusive('no connection could be made while the process stood still')
  if (lost.length === 0) return passed(`${queued.length} connections waited in the queue, and all were answered`)
  return failed(`${lost.length} of ${queued.length} connections that waited in the queue were lost, the first: ${lost[0]!.answer.text}`, server, [lost[0]!.wire])
}

async function crossing (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const pool = await server.pool(POOLED)
  server.freeze()
  for (const wire of pool) wire.send(request('GET', subject.settings.path))
  server.terminate()
  server.thaw()
  const answers = await Promise.all(pool.map(async (wire) => ({ wire, answer: await wire.answer(ANSWER) })))
  const lost = answers.filter(({ answer }) => !answer.whole)
  if (lost.length === 0) return passed(`${pool.length} requests met the signal, and all were answered`)
  return failed(`${lost.length} of ${pool.length} requests that met the signal were lost, the first: ${lost[0]!.answer.text}`, server, [lost[0]!.wire])
}

async function afterClose (subject: Subject): Promise<Outcome> {
  const { path } = subject.settings
  const server = await subject.start()
  const [wire] = await server.pool(1)
  server.terminate()
  await server.noticed()
  wire!.send(request('GET', path))
  const first = await wire!.answer(ANSWER)
  if (!first.whole || !/\bclose\b/i.test(first.headers.connection ?? '')) return notApplicable('no answer said Connection: close, see D9')

  wire!.send(request('GET', path))
  const second = await wire!.answer(PATIENCE)
  if (second.whole) return passed('it was answered all the same')
  if (second.status !== undefined || second.length > 0) return failed(`half an answer: ${second.text}`, server, [wire!])
  if (wire!.ending === undefined) return failed(`neither answered nor closed for ${PATIENCE / 1_000} s`, server, [wire!])
  return passed('it was not begun: the connection was closed')
}

async function fromWithin (subject: Subject): Promise<Outcome> {
  const { signalPath } = subject.settings
  const server = await subject.start()
  const wire = await server.connect()
  server.countdown()
  wire.send(request('GET', signalPath))
  const answer = await wire.answer(ANSWER)
  if (answer.status === 404 && await server.health() === 200) {
    return notApplicable(`${signalPath} is not there: have it send its own process SIGTERM and then answer, or name another path with --signal-path`)
  }
  if (answer.whole && answer.status! < 500) return passed(`answered ${answer.status}`)
  return failed(`the request that had sent the signal was not answered: ${answer.text}`, server, [wire])
}

async function twice (subject: Subject): Promise<Outcome> {
  const { path, lameDuck } = subject.settings
  const { drain, statuses } = subject.survey
  const server = await subject.start()
  const [idle] = await server.pool(1)
  const slow = subject.survey.offers.has('slow') ? await server.connect() : undefined
  server.terminate()
  slow?.send(request('GET', subject.settings.slowPath))
  await server.noticed()
  await server.pause(STEP)
  if (server.hasExited || !await server.listening()) return inconclusive('it had closed its listener before a second signal could be sent')

  server.terminate()
  await server.pause(STEP)
  const { wire, answer } = await server.ask(path)
  const slowly = await slow?.answer(ANSWER * 2)
  if (!answer.whole || answer.status !== statuses.path) return failed(`after it, a request was not answered as before: ${answer.text}`, server, [wire])
  if (slowly && slowly.status !== statuses.slow) return failed(`a request in flight was lost: ${slowly.text}`, server, [slow!])
  const closedEarly = idle!.endedAt !== undefined && idle!.endedAt < Math.min(lameDuck * 1_000, drain.listenerClosed ?? 0) * 0.9
  if (closedEarly) return failed('after it, an idle connection was closed before its time', server, [idle!])
  return passed('requests were answered, and the drain went on')
}

async function pipelined (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const [wire] = await server.pool(1)
  server.freeze()
  wire!.send(request('GET', subject.settings.path).repeat(3))
  server.terminate()
  server.thaw()

  const answers: Answer[] = []
  while (answers.length < 3) {
    const answer = await wire!.answer(ANSWER)
    if (!answer.whole) return fewer(answers, answer, () => failed(`${answers.length} of 3 were answered, none of them saying that it was the last; then ${answer.text}`, server, [wire!]))
    answers.push(answer)
  }
  return passed('all three were answered')
}

/** Fewer answers than requests are right if the last of them says `close` and nothing was begun after it. */
function fewer (answers: readonly Answer[], rest: Answer, otherwise: () => Outcome): Outcome {
  const saidClose = /\bclose\b/i.test(answers.at(-1)?.headers.connection ?? '')
  return saidClose && rest.status === undefined ? passed(`${answers.length} of 3 were answered, the last saying close, and nothing was begun after it`) : otherwise()
}

async function halfHeader (subject: Subject): Promise<Outcome> {
  const { path } = subject.settings
  const whole = request('GET', path, { 'x-filler': 'x'.repeat(40) })
  const server = await subject.start()
  const wires = [...await server.pool(1), await server.connect()]
  for (const wire of wires) wire.send(whole.slice(0, 30))
  await server.health() // by then it has read the halves that came before
  server.terminate()
  await server.pause(2 * STEP)
  for (const wire of wires) wire.send(whole.slice(30))

  const answers = await Promise.all(wires.map(async (wire: Wire) => ({ wire, answer: await wire.answer(ANSWER) })))
  const lost = answers.find(({ answer }) => !answer.whole || answer.status !== subject.survey.statuses.path)
  if (!lost) return passed('both were answered, on a new connection and on a pooled one')
  return failed(`a request whose header the signal had torn in two was not answered: ${lost.answer.text}`, server, [lost.wire])
}

export const signal: readonly Clause[] = [
  {
    id: 'D7',
    level: 'MUST',
    title: 'accept queue is served',
    reason: 'For the balancer a connection is made when the kernel says so: a listener that closes over the queue resets it, a 502 for each (AWS: ALB, HTTP 502).',
    forced: `the process stands still (SIGSTOP) while ${QUEUED} connections are made and ask; it finds them together with SIGTERM`,
    needs: ['http1'],
    test: acceptQueue
  },
  {
    id: 'D8',
    level: 'MUST',
    title: 'a request on an idle connection that meets the signal is answered',
    reason: 'Connections look idle until the request is read; a FIN or reset over it is a 502 (RFC 9112, 9.5).',
    forced: 'the process stands still while requests are written on idle connections; it finds them together with SIGTERM',
    needs: ['http1'],
    test: crossing
  },
  {
    id: 'D10',
    level: 'MUST',
    title: 'a request after a close answer is answered or not begun, and is not left waiting',
    reason: 'A pool may use a connection before it has read the answer; half an answer is a 502, silence a 504 (RFC 9112, 9.6).',
    forced: 'a second request is written as soon as an answer that says close has been read, whatever the server has done meanwhile',
    needs: ['http1'],
    test: afterClose
  },
  {
    id: 'D11',
    level: 'MUST',
    title: 'a request whose own handler sends the signal is answered',
    reason: 'The tightest of all requests in flight: cut, it is a 502 (AWS: ALB, HTTP 502).',
    forced: 'the handler sends its own process SIGTERM before it answers',
    needs: ['http1', 'signal'],
    test: fromWithin
  },
  {
    id: 'D12',
    level: 'MUST',
    title: 'second SIGTERM changes nothing',
    reason: 'The agent may repeat itself, as may a wrapper that passes on what its group gets too: who exits on it cuts what is in flight.',
    forced: 'a second SIGTERM once the first has been handled, while the listener is open and a request is in flight',
    needs: ['http1'],
    uses: ['slow'],
    test: twice
  },
  {
    id: 'D14',
    level: 'SHOULD',
    title: 'pipelined requests are answered in order, up to an answer that says close',
    reason: 'A client must be able to tell which requests were not begun (RFC 9112, 9.3.2 and 9.6); an ALB does not pipeline.',
    forced: 'the process stands still while three requests are written at once; it finds them together with SIGTERM',
    needs: ['http1'],
    test: pipelined
  },
  {
    id: 'D15',
    level: 'MUST',
    title: 'a request whose header is half sent at the signal is answered',
    reason: 'It has been sent, and the connection looks idle or new: closing it is a 502 (RFC 9112, 9.5).',
    forced: 'half a header has been read before the signal; the rest is written 300 ms after it',
    needs: ['http1'],
    test: halfHeader
  }
]
