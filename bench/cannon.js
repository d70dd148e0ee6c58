'use strict'

/**
 * autocannon in a process of its own, for machines without wrk. Answers `{ question: 'load', about: { port, seconds } }`
 * with the requests answered and the milliseconds they took. It ends with its parent.
 */
const autocannon = require('autocannon')

// Without pipelining the cannon, not the server, is the slower of the two, and a server that waits hides what it costs.
const CLOSED_LOOP = { connections: 32, pipelining: 4, sampleInt: 100 }

process.on('message', async ({ about: { port, seconds } }) => {
  const { requests, start, finish, errors, non2xx } = await autocannon({ url: `http://127.0.0.1:${port}/`, duration: seconds, ...CLOSED_LOOP })
  // Not its `duration`, which is rounded to hundredths of a second.
  process.send({ load: { requests: requests.total, elapsed: finish - start, failed: errors + non2xx } })
})
process.on('disconnect', () => process.exit())
