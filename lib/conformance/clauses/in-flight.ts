import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { ANSWER } from '../limits'
import type { Subject } from '../subject'
import { request } from '../wire/http1'

const REQUESTS = 3

async function finishes (subject: Subject): Promise<Outcome> {
  const { slowPath } = subject.settings
  const server = await subject.start()
  const wires = await server.pool(REQUESTS)
  for (const wire of wires) wire.send(request('GET', slowPath))
  await server.health() // by then it has read what came before
  if (wires.some(({ received }) => received.length > 0)) return inconclusive(`${slowPath} had answered before the signal: have it take half a second or more`)
  server.terminate()

  const answers = await Promise.all(wires.map(async (wire) => ({ wire, answer: await wire.answer(ANSWER * 2) })))
  const lost = answers.filter(({ answer }) => !answer.whole || answer.status !== subject.survey.statuses.slow)
  if (lost.length === 0) return passed(`${REQUESTS} requests in flight were answered on their connections`)
  return failed(`${lost.length} of ${REQUESTS} requests in flight were lost, the first: ${lost[0]!.answer.text}`, server, [lost[0]!.wire])
}

export const inFlight: readonly Clause[] = [
  {
    id: 'D13',
    level: 'MUST',
    title: 'a request in flight at the signal is answered on its connection',
    reason: 'Cut before its header it is a 502, after it half an answer (AWS: ALB, HTTP 502).',
    forced: 'the signal is sent once slow requests have been read and before they are answered',
    needs: ['http1', 'slow'],
    test: finishes
  }
]
