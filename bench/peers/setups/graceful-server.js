'use strict'

const GracefulServer = require('@gquittet/graceful-server')

const start = (options) => (app) => {
  const server = GracefulServer(app.server, { readinessEndpoint: '/health', ...options(app) })
  return () => server.setReady()
}

module.exports = {
  package: '@gquittet/graceful-server',
  setups: {
    installed: { says: 'its README\'s example', health: 'its own', start: start(() => ({})) },
    advised: {
      says: 'the kubernetes mode of its guide, close() in closePromises, timeout (its wait) 5 s',
      health: 'its own',
      start: start((app) => ({ kubernetes: true, closePromises: [() => app.close()], timeout: 5_000 }))
    }
  }
}
