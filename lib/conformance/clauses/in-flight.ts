import { monotonic } from '../../rehearsal/monotonic'
import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { ANSWER, SOON, TRIES } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { request } from '../wire/http1'

const REQUESTS = 3

/**
 * Sends the signal once what `begin` has written on slow paths has been read, and before it is answered. A busy machine may
 * be too late for that, so it is tried again with another process. Resolves to undefined if it was too late every time.
 */
export async function signalInFlight<T extends { readonly server: Server }> (
  subject: Subject, begin: () => Promise<T>, answered: (begun: T) => boolean
): Promise<T | undefined> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const begun = await begin()
    const written = monotonic()
    await begun.server.health(subject.survey.protocol) // by then it has read what came before
    const late = monotonic() - written > SOON && attempt < TRIES // a path may be slower than it has to be
    if (late || answered(begun)) continue
    begun.server.terminate()
    return begun
  }
  return undefined
}

export function tooFast (slowPath: string): Outcome {
  return inconclusive(`${slowPath} had answered before the signal: have it take half a second or more`)
}

async function finishes (subject: Subject): Promise<Outcome> {
  const { slowPath } = subject.settings
  const begun = await signalInFlight(subject, async () => {
    const server = await subject.start()
    const wires = await server.pool(REQUESTS)
    for (const wire of wires) wire.send(request('GET', slowPath))
    return { server, wires }
  }, ({ wires }) => wires.some(({ size }) => size > 0))
  if (!begun) return tooFast(slowPath)

  const { server, wires } = begun
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
