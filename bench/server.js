'use strict'

/**
 * One server of the bench, in plain JavaScript so that no loader runs beside it. `node server.js bare|plugin|hooks [http2]` says
 * `{ ready: { port, startup } }` over IPC once it listens, and from then on answers `{ cpu }` with the CPU time it has used and
 * `{ memory }` with what is left after garbage collection (needs `--expose-gc`). It ends with its parent.
 */
const started = performance.now()
const startedUsing = cpu()

const { setImmediate: turn } = require('node:timers/promises')

const fastify = require('fastify')

const modes = {
  bare () {},
  plugin (app) {
    app.register(require('../dist/index.js'), { stopTimeout: 30_000 })
  },
  hooks (app) {
    app.addHook('onRequest', (request, reply, done) => done())
    app.addHook('onResponse', (request, reply, done) => done())
  }
}

/** Microseconds of CPU used since the process began. */
function cpu () {
  const { user, system } = process.cpuUsage()
  return user + system
}

const answers = {
  cpu,
  async memory () {
    // Some objects go only one collection after what held them.
    for (let pass = 0; pass < 4; pass++) {
      globalThis.gc()
      await turn()
    }
    const { heapUsed, rss } = process.memoryUsage()
    return { heap: heapUsed, rss }
  }
}

async function main (mode, protocol) {
  const app = fastify({ http2: protocol === 'http2' })
  modes[mode](app)
  app.get('/', (request, reply) => reply.send({ hello: 'world' }))
  await app.ready()
  const startup = { elapsed: performance.now() - started, cpu: (cpu() - startedUsing) / 1_000 }

  await app.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', async ({ question }) => process.send({ [question]: await answers[question]() }))
  process.on('disconnect', () => process.exit())
  process.send({ ready: { port: app.server.address().port, startup } })
}

main(...process.argv.slice(2))
