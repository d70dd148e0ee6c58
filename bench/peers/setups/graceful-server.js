'use strict'

const GracefulServer = require('@gquittet/graceful-server')

const start = (options) => (app) => {
  const server = GracefulServer(app.server, { readinessEndpoint: '/health', closePromises: [() => app.close()], ...options })
  return () => server.setReady()
}

module.exports = {
  package: '@gquittet/graceful-server',
  setups: {
    installed: { says: 'with a cleanup', health: 'its own', start: start({}) },
    advised: { says: 'the same in the kubernetes mode of its guide, with a timeout of 5 s', health: 'its own', start: start({ kubernetes: true, timeout: 5_000 }) }
  }
}
