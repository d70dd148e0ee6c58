'use strict'

const timers = require('node:timers/promises')

const { createTerminus } = require('@godaddy/terminus')

const healthChecks = { '/health': async () => {} }

module.exports = {
  package: '@godaddy/terminus',
  setups: {
    installed: {
      says: 'health check and cleanup',
      health: 'its own',
      start: (app) => { createTerminus(app.server, { healthChecks, onSignal: () => app.close() }) }
    },
    advised: {
      says: 'the same, with the beforeShutdown of 5 s and the useExit0 of its README, timeout 20 s',
      health: 'its own',
      start: (app) => {
        createTerminus(app.server, {
          healthChecks, onSignal: () => app.close(), beforeShutdown: () => timers.setTimeout(5_000), useExit0: true, timeout: 20_000
        })
      }
    }
  }
}
