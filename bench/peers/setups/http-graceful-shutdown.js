'use strict'

const timers = require('node:timers/promises')

const gracefulShutdown = require('http-graceful-shutdown')

module.exports = {
  package: 'http-graceful-shutdown',
  setups: {
    installed: { says: 'its README\'s basic usage', start: (app) => { gracefulShutdown(app.server) } },
    advised: {
      says: 'a preShutdown of 5 s, health 503 meanwhile; close() in onShutdown, timeout 20 s',
      start: (app, state) => {
        gracefulShutdown(app.server, {
          preShutdown: async () => {
            state.stopping = true
            await timers.setTimeout(5_000)
          },
          onShutdown: () => app.close(),
          timeout: 20_000
        })
      }
    }
  }
}
