import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { ANSWER } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { namesConnection } from '../wire/hpack'
import type { Http2Wire } from '../wire/http2'
import { signalInFlight, tooFast } from './in-flight'

interface Session {
  readonly server: Server
  readonly wire: Http2Wire
  /** Of a stream before the signal. */
  readonly own: number | undefined
}

/** A session that has answered one stream. */
async function session (subject: Subject): Promise<Session> {
  const server = await subject.start()
  const wire = await server.connectHttp2()
  wire.request(1, subject.settings.path)
  return { server, wire, own: await wire.status(1, ANSWER) }
}

const UNANSWERED = inconclusive('no stream was answered before the signal')

async function lateStream (subject: Subject): Promise<Outcome> {
  const { server, wire, own } = await session(subject)
  if (own === undefined) return UNANSWERED
  server.terminate()
  await server.noticed(subject.survey.protocol)
  wire.request(3, subject.settings.path)
  const status = await wire.status(3, ANSWER)
  if (status === own) return passed(`answered ${status}`)
  return failed(`a stream that was opened during the lame duck was ${status === undefined ? 'not answered' : `answered ${status} instead of ${own}`}`, server, [wire.wire])
}

async function streamInFlight (subject: Subject): Promise<Outcome> {
  const { slowPath } = subject.settings
  const begun = await signalInFlight(subject, async () => {
    const begun = await session(subject)
    if (begun.own !== undefined) begun.wire.request(3, slowPath)
    return begun
  }, ({ wire }) => wire.header(3) !== undefined)
  if (!begun) return tooFast(slowPath)

  const { server, wire, own } = begun
  if (own === undefined) return UNANSWERED
  const status = await wire.status(3, ANSWER * 2)
  if (status !== undefined && status < 400) return passed(`answered ${status}`)
  return failed(`a stream in flight was ${status === undefined ? 'not answered' : `answered ${status}`}`, server, [wire.wire])
}

async function goaway (subject: Subject): Promise<Outcome> {
  const { server, wire } = await session(subject)
  server.terminate()
  await wire.wire.until(() => wire.saidGoaway() || wire.wire.ending || undefined, (subject.settings.stopTimeout + 1) * 1_000)
  if (wire.saidGoaway()) return passed('said before the connection ended')
  return failed('the connection was closed without a GOAWAY', server, [wire.wire])
}

async function noConnectionHeader (subject: Subject): Promise<Outcome> {
  const { server, wire } = await session(subject)
  server.terminate()
  await server.noticed(subject.survey.protocol)
  wire.request(3, subject.settings.path)
  await wire.status(3, ANSWER)
  const block = wire.header(3)
  if (!block) return inconclusive('no stream was answered during the drain, see D31')
  if (!namesConnection(block)) return passed('the answer had none')
  return failed('an answer over HTTP/2 had a connection header', server, [wire.wire])
}

export const http2: readonly Clause[] = [
  {
    id: 'D31',
    level: 'MUST',
    title: 'HTTP/2: a stream that is opened during the lame duck is answered',
    reason: 'A balancer that has not looked away opens streams on the connection it has; a stream that is refused or ignored is a 502 or 504 (RFC 9113, 6.8).',
    forced: 'a stream on a session from before the signal, once the signal has been handled',
    needs: ['http2'],
    test: lateStream
  },
  {
    id: 'D32',
    level: 'MUST',
    title: 'HTTP/2: a stream in flight at the signal is answered',
    reason: 'GOAWAY lets streams finish that it names as begun; a connection that is closed over them is a 502 (RFC 9113, 6.8).',
    forced: 'the signal is sent once a slow stream has been read and before it is answered',
    needs: ['http2'],
    test: streamInFlight
  },
  {
    id: 'D33',
    level: 'SHOULD',
    title: 'HTTP/2: GOAWAY is said before a connection closes',
    reason: 'Without it a client cannot know which streams were begun and which may be sent again (RFC 9113, 6.8).',
    forced: 'an idle session from before the signal is watched to its end',
    needs: ['http2'],
    long: true,
    test: goaway
  },
  {
    id: 'D34',
    level: 'MUST',
    title: 'HTTP/2: no answer has a connection header',
    reason: 'It makes the answer malformed, and a client must treat it as an error of the stream (RFC 9113, 8.2.2).',
    forced: 'a stream once the signal has been handled: what is right in HTTP/1.1, see D9, is wrong here',
    needs: ['http2'],
    test: noConnectionHeader
  }
]
