'use strict'

/**
 * The service that every peer stops: `node server.js PEER SETUP`, for instance `node server.js terminus advised`. The same routes for all; in plain
 * JavaScript, so that no loader runs beside it. It listens on PORT, or on any that is free, and says so over IPC, where there is a channel, and
 * on the descriptor in PEERS_EVENTS, together with what happens inside. With DATABASE_URL it has a pool. Where a rehearsal asks for a ledger, it keeps one.
 */
const { writeSync } = require('node:fs')
const timers = require('node:timers/promises')

const Fastify = require('fastify')

const { DATABASE_URL, ECS_REHEARSAL_LEDGER_FD, PEERS_EVENTS, PORT = '0' } = process.env

function tell (event) {
  if (PEERS_EVENTS) writeSync(Number(PEERS_EVENTS), `${JSON.stringify(event)}\n`)
}

function note (id, event) {
  if (id) writeSync(Number(ECS_REHEARSAL_LEDGER_FD), `${JSON.stringify({ id, event })}\n`)
}

function addRoutes (app) {
  app.get('/', (request, reply) => reply.send({ hello: 'world' }))
  app.get('/slow/:ms', async ({ params: { ms } }) => {
    tell({ handling: 'slow' })
    await timers.setTimeout(Number(ms))
    return { took: Number(ms) }
  })
  app.post('/orders', async ({ headers, body: { id } }, reply) => {
    await timers.setTimeout(50)
    if (ECS_REHEARSAL_LEDGER_FD) note(headers['x-rehearsal-id'], 'effect')
    return await reply.code(201).send({ id })
  })
  app.put('/uploads', async ({ body }) => ({ bytes: body.length }))
  app.get('/hang', async () => {
    tell({ handling: 'hang' })
    await new Promise(() => {})
  })
  app.get('/leak', async () => {
    await (await app.pg.connect()).query('SELECT 1') // never released, as by a handler that forgot to
    return { leaked: 1 }
  })
  app.get('/throw', async () => {
    setImmediate(() => { throw new Error('nobody catches this') })
    return { thrown: 1 }
  })
}

function keepLedger (app) {
  app.addHook('onRequest', async ({ headers }) => note(headers['x-rehearsal-id'], 'start'))
  app.addHook('onResponse', async ({ headers }) => note(headers['x-rehearsal-id'], 'end'))
}

function answerIpc (app) {
  const answers = {
    cpu () {
      const { user, system } = process.cpuUsage()
      return user + system
    }
  }
  process.on('message', ({ question }) => process.send({ [question]: answers[question]() }))
  process.on('disconnect', () => process.exit())
  process.send({ ready: { port: app.server.address().port } })
}

async function main (peer, name) {
  const setup = require(`./setups/${peer}.js`).setups[name]
  const app = Fastify({ bodyLimit: 8 * 1024 * 1024, ...setup.fastify })
  const state = { stopping: false }

  app.addHook('onClose', async () => tell({ hook: 'onClose' }))
  const listening = await setup.start(app, state)
  if (ECS_REHEARSAL_LEDGER_FD) keepLedger(app)
  if (DATABASE_URL) await app.register(require('@fastify/postgres'), { connectionString: DATABASE_URL })
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, async (request, body) => body)
  if (setup.health === undefined) app.get('/health', async (request, reply) => await reply.code(state.stopping ? 503 : 200).send({ stopping: state.stopping }))
  addRoutes(app)

  await app.listen({ host: '127.0.0.1', port: Number(PORT) })
  await listening?.()
  tell({ ready: app.server.address().port })
  if (process.send) answerIpc(app)
}

main(...process.argv.slice(2))
