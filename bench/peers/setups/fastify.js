'use strict'

const start = (app) => {
  process.once('SIGTERM', () => app.close())
}

module.exports = {
  package: 'fastify',
  setups: {
    installed: { says: 'close() at SIGTERM', start },
    advised: { says: 'the same, with return503OnClosing off', fastify: { return503OnClosing: false }, start }
  }
}
