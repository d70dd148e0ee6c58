import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { ANSWER, PATIENCE, TRIES } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { CLOSE, firstPart, goodbye, lastPart, messages, shakeHands, upgrade, wholeText, type Message } from '../wire/websocket'
import type { Wire } from '../wire/wire'
import { overClosing, type Closing } from './closing'

/** 1001: going away; 1012: the service restarts. Both tell a client to come back. */
const CODES = [1001, 1012]

interface Socket {
  readonly server: Server
  readonly wire: Wire
}

/** A WebSocket that has sent back one message; undefined if it did not. */
async function open (subject: Subject): Promise<Socket | undefined> {
  const server = await subject.start()
  const wire = await server.connect()
  if (!await shakeHands(wire, subject.settings.websocketPath)) return undefined
  wire.send(wholeText('ping'))
  const echoed = await wire.until(() => find(wire, ({ payload }) => payload.toString() === 'ping'), ANSWER)
  return echoed && { server, wire }
}

function find (wire: Wire, fits: (message: Message) => boolean): Message | undefined {
  return messages(wire.received).find(fits)
}

const isClose = ({ opcode }: Message): boolean => opcode === CLOSE
const NO_ECHO = inconclusive('the WebSocket did not send back what it got before the signal')

async function midMessage (subject: Subject): Promise<Outcome> {
  const socket = await open(subject)
  if (!socket) return NO_ECHO
  const { server, wire } = socket
  wire.send(firstPart('half '))
  await server.health() // by then it has read what came before
  server.terminate()
  await server.noticed()
  wire.send(lastPart('and half'))

  const answer = await wire.until(() => find(wire, (message) => isClose(message) || message.payload.toString() === 'half and half') ?? (wire.ending ? null : undefined), ANSWER)
  if (!answer) return failed(`a message that the signal had torn in two was lost: ${wire.ending ?? `nothing for ${ANSWER / 1_000} s`}`, server, [wire])
  return passed(isClose(answer) ? 'a close frame came before the message was whole' : 'the message was answered')
}

/** An idle WebSocket that is watched to its end; a close frame is answered. */
async function farewell (subject: Subject): Promise<(Socket & { readonly close: Message | undefined }) | undefined> {
  const socket = await open(subject)
  if (!socket) return undefined
  const { server, wire } = socket
  server.terminate()
  await wire.until(() => find(wire, isClose) ?? (wire.ending ? null : undefined), (subject.settings.stopTimeout + 1) * 1_000)
  const close = find(wire, isClose)
  if (close) wire.send(goodbye(close.payload.subarray(0, 2)))
  return { server, wire, close }
}

async function closeFrame (subject: Subject): Promise<Outcome> {
  const seen = await subject.once('farewell', async () => await farewell(subject))
  if (!seen) return NO_ECHO
  return seen.close ? passed('a close frame came first') : failed(`a WebSocket was cut without a close frame (${seen.wire.ending})`, seen.server, [seen.wire])
}

async function closeCode (subject: Subject): Promise<Outcome> {
  const seen = await subject.once('farewell', async () => await farewell(subject))
  if (!seen) return NO_ECHO
  if (!seen.close) return inconclusive('there was no close frame, see D36')
  const code = seen.close.payload.length >= 2 ? seen.close.payload.readUInt16BE() : undefined
  if (code !== undefined && CODES.includes(code)) return passed(`closed with ${code}`)
  return failed(`closed with ${code ?? 'no code'} instead of ${CODES.join(' or ')}`, seen.server, [seen.wire])
}

async function lateUpgrade (subject: Subject): Promise<Outcome> {
  const { listenerClosed } = subject.survey.drain
  if (listenerClosed === undefined) return inconclusive('undisturbed, the listener never closed before SIGKILL, see D23')
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const outcome = await upgradeAtClosing(subject, { expected: listenerClosed, attempt })
    if (outcome) return outcome
  }
  return inconclusive('the listener had closed before an upgrade could be written')
}

async function upgradeAtClosing (subject: Subject, closing: Closing): Promise<Outcome | undefined> {
  const server = await subject.start()
  const [wire] = await server.pool(1)
  const asked = await overClosing(server, closing, async () => {
    const wires = [wire!, await server.connect()].filter(({ connected, ending }) => connected && ending === undefined)
    for (const each of wires) each.send(upgrade(subject.settings.websocketPath))
    return wires
  })
  if (!asked || asked.length === 0) return undefined
  const answers = await Promise.all(asked.map(async (each) => ({ each, answer: await each.answer(PATIENCE) })))
  const hanging = answers.find(({ each, answer }) => !answer.whole && each.ending === undefined)
  if (hanging) return failed(`an upgrade at the closing of the listener was left without an answer: ${hanging.answer.text}`, server, [hanging.each])
  return passed(answers.map(({ answer }) => answer.text).join(', '))
}

export const websocket: readonly Clause[] = [
  {
    id: 'D35',
    level: 'MUST',
    title: 'WebSocket: in mid-message the connection lasts until a close frame',
    reason: 'A message that is cut is lost without a word: neither side knows whether the other has it (RFC 6455, 7.1.5).',
    forced: 'the first fragment of a message has been read before the signal; the last is written once the signal has been handled',
    needs: ['http1', 'websocket'],
    test: midMessage
  },
  {
    id: 'D36',
    level: 'MUST',
    title: 'WebSocket: it ends by a close frame',
    reason: 'A bare FIN or reset is what a user sees as a lost connection, code 1006 (RFC 6455, 7.1.5 and 7.1.7).',
    forced: 'an idle WebSocket is watched to its end',
    needs: ['http1', 'websocket'],
    long: true,
    test: closeFrame
  },
  {
    id: 'D37',
    level: 'SHOULD',
    title: 'WebSocket: the close code is 1001 or 1012',
    reason: 'They tell a client to come back; 1000 tells it that all is done, and no code nothing (RFC 6455, 7.4.1; IANA registry for 1012).',
    forced: 'an idle WebSocket is watched to its end',
    needs: ['http1', 'websocket'],
    long: true,
    test: closeCode
  },
  {
    id: 'D38',
    level: 'SHOULD',
    title: 'WebSocket: an upgrade that comes while the listener closes is not left hanging',
    reason: 'A refused connection or a 503 sends the client to another task at once; silence costs it its own timeout (RFC 6455, 4.1).',
    forced: 'the process stands still when its listener closes, while an upgrade is written on an idle and on a new connection',
    needs: ['http1', 'websocket'],
    test: lateUpgrade
  }
]
