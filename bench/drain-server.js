'use strict'

/**
 * The service of the drain bench, in plain JavaScript. `node drain-server.js plugin|usual` writes its log line by line to stdout, at once.
 *   OPTIONS   plugin: its options, as JSON
 *   LIMIT     usual: milliseconds after which close-with-grace gives up, or `false`
 *   BLOCK_AT  a phase; when it is logged the event loop stands still until a byte comes on standard input
 */
const { readSync, writeSync } = require('node:fs')
const timers = require('node:timers/promises')

const closeWithGrace = require('close-with-grace')
const fastify = require('fastify')

const { OPTIONS = '{}', LIMIT = 'false', BLOCK_AT } = process.env

const modes = {
  plugin (app) {
    app.register(require('../dist/index.js'), JSON.parse(OPTIONS))
  },
  /** What many services do: wait until the balancer may have looked away, then close. */
  usual (app) {
    closeWithGrace({ delay: JSON.parse(LIMIT), logger: false }, async () => {
      await timers.setTimeout(5_000)
      await app.close()
    })
  }
}

const stream = {
  write (line) {
    writeSync(1, line)
    if (BLOCK_AT && line.includes(`"phase":"${BLOCK_AT}"`)) readSync(0, Buffer.alloc(1))
  }
}

async function main (mode) {
  const app = fastify({ logger: { stream }, bodyLimit: 64 * 1024 * 1024 })
  modes[mode](app)
  app.get('/fast', { logLevel: 'silent' }, async () => ({ ok: true }))
  app.get('/slow/:duration', async ({ params }) => {
    await timers.setTimeout(Number(params.duration))
    return { ok: true }
  })
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
    payload.on('end', () => done(null)).on('error', done).resume()
  })
  app.post('/guarded', {
    logLevel: 'silent',
    onRequest: async (_request, reply) => { await reply.code(401).send({ error: 'no' }) }
  }, async () => ({ ok: true }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  writeSync(1, JSON.stringify({ ready: app.server.address().port }) + '\n')
}

main(process.argv[2])
