import { promisify } from 'node:util'
import t from 'tap'

import { instants, type Ending, type InstantName } from './instants'
import { kinds, type Kind, type KindName } from './kinds'
import { due, said } from './report'
import { outcomes, table } from './table'

t.jobs = 10

for (const [name, row] of Object.entries(table)) {
  for (const [instant, word] of Object.entries(row)) {
    t.test(`${name}, ${instant}: ${word}`, { buffered: true, timeout: 30_000 }, async (t) => {
      const kind: Kind = kinds[name as KindName]
      const outcome = outcomes[word]

      const ending = await instants[instant as InstantName](t, kind)

      t.strictSame(await Promise.all(ending.clients.map(({ outcome }) => outcome)), ending.clients.map(() => outcome.seen))
      t.strictSame(said(ending.report), due(outcome, kind, ending))
      t.strictSame(await open(ending), { phase: 'closed', listening: false, connections: 0 })
    })
  }
}

/** What is left of a service. */
async function open ({ service: { app } }: Ending): Promise<object> {
  const { server, ecsGraceful } = app
  return { phase: ecsGraceful.phase, listening: server.listening, connections: await promisify(server.getConnections.bind(server))() }
}
