'use strict'

const timers = require('node:timers/promises')

const gracefulShutdown = require('http-graceful-shutdown')

module.exports = {
  package: 'http-graceful-shutdown',
  setups: {
    installed: { says: 'with a cleanup', start: (app) => { gracefulShutdown(app.server, { onShutdown: () => app.close() }) } },
    advised: {
      says: 'the same, with a preShutdown of 5 s, health 503 meanwhile',
      start: (app, state) => {
        gracefulShutdown(app.server, {
          preShutdown: async () => {
            state.stopping = true
            await timers.setTimeout(5_000)
          },
          onShutdown: () => app.close()
        })
      }
    }
  }
}
