import { failed, inconclusive, passed, type Clause, type Outcome } from '../clause'
import { TRIES } from '../limits'
import type { Server } from '../server'
import type { Subject } from '../subject'

/** At these shares of the time that a start takes; the last is close to the instant at which it listens. */
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9]

/** A process that is signalled before it listens; undefined if it was too late for that. */
async function duringStart (subject: Subject, share: number): Promise<Server | undefined> {
  const server = await subject.spawn()
  await server.pause(subject.survey.startTime * share)
  server.freeze() // or it could begin to listen between the look and the signal
  const listens = await server.listening()
  if (!listens) server.terminate()
  server.thaw()
  if (listens) return undefined
  await server.exited()
  return server
}

async function endsDuringStart (subject: Subject): Promise<Outcome> {
  let servers: Server[] = []
  for (let attempt = 1; attempt <= TRIES && servers.length === 0; attempt++) { // the first start may have been a slow one
    servers = (await Promise.all(SHARES.map(async (share) => await duringStart(subject, share / attempt)))).filter((server) => server !== undefined)
  }
  if (servers.length === 0) return inconclusive('it listened before a signal could be sent, every time')
  const killed = servers.find((server) => server.killed)
  if (!killed) return passed(`gone by itself in ${servers.length} of ${servers.length} starts that were broken off`)
  return failed(`signalled before it listened, it was still there after ${subject.settings.stopTimeout} s and had to be killed`, killed)
}

export const start: readonly Clause[] = [
  {
    id: 'D30',
    level: 'SHOULD',
    title: 'a signal during the start ends it',
    reason: 'A deployment that is rolled back stops tasks that are still starting; who forgets the signal holds it up for the stop timeout (AWS: ECS, stopTimeout).',
    forced: 'at 10, 25, 50, 75 and 90 % of the time of a start the process stands still; if it does not listen yet, it is signalled and goes on',
    needs: [],
    long: true,
    test: endsDuringStart
  }
]
