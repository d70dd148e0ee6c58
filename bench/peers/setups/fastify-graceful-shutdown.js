'use strict'

const timers = require('node:timers/promises')

const gracefulShutdown = require('fastify-graceful-shutdown')

module.exports = {
  package: 'fastify-graceful-shutdown',
  setups: {
    installed: { says: 'registered', start: (app) => { app.register(gracefulShutdown) } },
    advised: {
      says: 'a handler that waits 5 s, health 503 meanwhile, limit 25 s',
      start: (app, state) => {
        app.register(gracefulShutdown, { timeout: 25_000 })
        app.after(() => app.gracefulShutdown(async () => {
          state.stopping = true
          await timers.setTimeout(5_000)
        }))
      }
    }
  }
}
