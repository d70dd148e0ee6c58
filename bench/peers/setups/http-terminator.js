'use strict'

const timers = require('node:timers/promises')

const { createHttpTerminator } = require('http-terminator')

module.exports = {
  package: 'http-terminator',
  setups: {
    installed: {
      says: 'terminate() and close() at SIGTERM',
      start: (app) => {
        const terminator = createHttpTerminator({ server: app.server })
        process.once('SIGTERM', async () => {
          await terminator.terminate()
          await app.close()
        })
      }
    },
    advised: {
      says: 'the same after 5 s by hand, health 503 meanwhile; gracefulTerminationTimeout 20 s',
      start: (app, state) => {
        const terminator = createHttpTerminator({ server: app.server, gracefulTerminationTimeout: 20_000 })
        process.once('SIGTERM', async () => {
          state.stopping = true
          await timers.setTimeout(5_000)
          await terminator.terminate()
          await app.close()
        })
      }
    }
  }
}
