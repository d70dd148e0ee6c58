'use strict'

/**
 * The service of the orders bench, in plain JavaScript so that no loader starts with it. `node orders-server.js plugin|control`:
 * with the plugin as anybody would register it first, or without, closing on SIGTERM as most services do. It logs to
 * `LOGS/<port>.log`, and only how it stops.
 */
const { join } = require('node:path')
const timers = require('node:timers/promises')

const fastify = require('fastify')

const { PORT, LOGS } = process.env
/** A line for each request would be most of the log. */
const silent = { logLevel: 'silent' }

const modes = {
  plugin (app) {
    app.register(require('../dist/index.js'))
  },
  control (app) {
    app.get('/health', silent, async () => ({ status: 'ok' }))
    process.once('SIGTERM', async () => {
      await app.close()
      process.exit(0)
    })
  }
}

async function main (mode) {
  const app = fastify({ logger: { file: join(LOGS, `${PORT}.log`) } })
  modes[mode](app)
  app.get('/fast', silent, async () => ({ done: 'fast' }))
  app.get('/slow/:duration', silent, async ({ params }) => {
    await timers.setTimeout(Number(params.duration))
    return { done: 'slow' }
  })
  await app.listen({ host: '127.0.0.1', port: Number(PORT) })
}

main(process.argv[2])
