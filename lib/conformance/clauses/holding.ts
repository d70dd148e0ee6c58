import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { HOLDS } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'
import { request } from '../wire/http1'

const CONNECTIONS = 4

/** Whether a process goes about as soon as it did in the survey, although a client holds on to connections. */
async function goesWith (subject: Subject, what: string, open: (server: Server) => Promise<unknown>): Promise<Outcome> {
  const without = subject.survey.drain.exited
  if (without === undefined) return inconclusive('without it, too, it had to be killed, see D23')
  const server = await subject.start()
  await open(server)
  await server.health() // by then it has read what came before
  server.terminate()
  const limit = without + HOLDS
  if (await server.exited(limit)) return passed(`gone ${((server.exitedAt ?? 0) / 1_000).toFixed(2)} s after the signal, and ${(without / 1_000).toFixed(2)} s without`)
  return failed(`${what} held it: without, it was gone ${(without / 1_000).toFixed(2)} s after the signal, and with it not after ${(limit / 1_000).toFixed(2)} s`, server)
}

export const holding: readonly Clause[] = [
  {
    id: 'D25',
    level: 'SHOULD',
    title: 'idle connections do not hold the process',
    reason: 'Pools keep connections for a minute and more: who waits for them makes every deployment wait (AWS: ALB, idle timeout).',
    forced: `${CONNECTIONS} connections have had an answer and are held open by the client`,
    needs: ['http1'],
    long: true,
    test: async (subject) => await goesWith(subject, 'an idle connection', async (server) => await server.pool(CONNECTIONS))
  },
  {
    id: 'D26',
    level: 'SHOULD',
    title: 'a connection that has said nothing does not hold the process',
    reason: 'Balancers and browsers connect ahead of need; such connections look neither idle nor busy to many servers.',
    forced: `${CONNECTIONS} connections are made before the signal, and nothing is ever written on them`,
    needs: ['http1'],
    long: true,
    test: async (subject) => await goesWith(subject, 'a silent connection', async (server) => {
      await Promise.all(Array.from({ length: CONNECTIONS }, async () => await server.connect()))
    })
  },
  {
    id: 'D27',
    level: 'SHOULD',
    title: 'half a header that never ends does not hold the process',
    reason: 'One slow or hostile client must not decide how long a deployment takes (RFC 9110, 15.5.9).',
    forced: 'half a header has been read before the signal, on a new connection and on a pooled one, and its rest never comes',
    needs: ['http1'],
    long: true,
    test: async (subject) => await goesWith(subject, 'half a header', async (server) => {
      const wires = [...await server.pool(1), await server.connect()]
      for (const wire of wires) wire.send(request('GET', subject.settings.path).slice(0, 20))
    })
  }
]
