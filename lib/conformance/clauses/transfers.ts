import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { ANSWER, STEP } from '../limits'
import type { Subject } from '../subject'
import { LARGE } from '../survey'
import { request } from '../wire/http1'

/** How many steps something takes that goes on over the signal and fits; and one that does not. */
const STEPS = 10
/** What is taken of a large answer in each step, in bytes. */
const PIECE = LARGE / STEPS / 2
const HUGE = 1_000_000_000
const MEDIA = 'application/octet-stream'

async function uploadThatFits (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const wire = await server.connect()
  wire.send(request('POST', subject.settings.uploadPath, { 'content-type': MEDIA, 'content-length': STEPS * 100 }))
  for (let step = 0; step < STEPS; step++) {
    wire.send('x'.repeat(100))
    if (step === 1) server.terminate()
    await server.pause(STEP)
  }
  const answer = await wire.answer(ANSWER)
  if (answer.whole && answer.status === subject.survey.statuses.upload) return passed(`answered ${answer.status}`)
  return failed(`an upload that ended ${(STEPS - 2) * STEP} ms after the signal was not answered: ${answer.text}`, server, [wire])
}

async function uploadThatDoesNot (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const wire = await server.connect()
  wire.send(request('POST', subject.settings.uploadPath, { 'content-type': MEDIA, 'content-length': HUGE }))
  server.terminate()
  while (!server.hasExited && wire.ending === undefined && wire.received.length === 0) {
    wire.send('x')
    await server.pause(STEP)
  }
  const answer = await wire.answer(ANSWER)
  if (answer.whole && answer.status! >= 400) return passed(`answered ${answer.status} while it was still being sent`)
  return failed(`an upload without an end was cut without an answer: ${answer.text}`, server, [wire])
}

async function slowReader (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const wire = await server.connect()
  wire.send(request('GET', subject.settings.largePath))
  await wire.until(() => wire.size > 0 || undefined, ANSWER)
  wire.pause()
  const before = wire.size
  if (before >= LARGE) return inconclusive('all of it had been received before the signal: have it answer with more')
  server.terminate()
  for (let step = 1; step <= STEPS; step++) {
    await server.pause(STEP)
    wire.resume()
    await wire.until(() => wire.size >= before + step * PIECE || wire.ending || undefined, STEP) // by size: on a busy machine all is there at once
    wire.pause()
  }
  wire.resume()
  const answer = await wire.answer(ANSWER)
  if (answer.whole && answer.body.length >= LARGE) return passed(`${answer.body.length} bytes, ${before} of them before the signal`)
  return failed(`a client that read slowly did not get all of it: ${answer.text}`, server, [wire])
}

async function eventStream (subject: Subject): Promise<Outcome> {
  const server = await subject.start()
  const wire = await server.connect()
  wire.send(request('GET', subject.settings.eventsPath))
  await wire.until(() => wire.received.includes('\r\n\r\n') || undefined, ANSWER)
  server.terminate()
  await Promise.race([wire.ended((subject.settings.stopTimeout + 1) * 1_000), wire.until(() => wire.received.includes('\r\n0\r\n') || undefined, (subject.settings.stopTimeout + 1) * 1_000)])
  const answer = await wire.answer(STEP)
  if (answer.whole) return passed(answer.marked ? 'ended by its last chunk' : 'ended by a FIN, which is the end of a body without chunks')
  return failed(`the event stream was cut: ${answer.text}`, server, [wire])
}

export const transfers: readonly Clause[] = [
  {
    id: 'D16',
    level: 'MUST',
    title: 'an upload that trickles over the signal and fits is answered',
    reason: 'Cut, it is a 502, and the user does not know whether it was done (AWS: ALB, HTTP 502).',
    forced: `a body is written in ${STEPS} pieces ${STEP} ms apart; the signal comes after the second`,
    needs: ['http1', 'upload'],
    test: uploadThatFits
  },
  {
    id: 'D17',
    level: 'SHOULD',
    title: 'an upload that cannot fit is answered before it is cut',
    reason: 'It is lost either way; an answer tells the client to send it again, where a reset leaves it guessing (RFC 9110, 15.6.4; RFC 9112, 9.6).',
    forced: 'a body that has no end trickles until the server does something about it',
    needs: ['http1', 'upload'],
    long: true,
    test: uploadThatDoesNot
  },
  {
    id: 'D18',
    level: 'MUST',
    title: 'a slow reader of a large answer gets all of it',
    reason: 'Handed to the kernel is not sent: who exits or resets then truncates an answer that said 200 (RFC 9112, 8).',
    forced: `the client stops reading before the signal, takes some of the rest in ${STEPS} steps ${STEP} ms apart, and then all of it`,
    needs: ['http1', 'large'],
    test: slowReader
  },
  {
    id: 'D19',
    level: 'SHOULD',
    title: 'an event stream is ended, and not cut',
    reason: 'A chunked answer without its last chunk is incomplete (RFC 9112, 8); an EventSource connects again after either, but a proxy logs an error.',
    forced: 'an event stream is open at the signal and watched to its end',
    needs: ['http1', 'events'],
    long: true,
    test: eventStream
  }
]
