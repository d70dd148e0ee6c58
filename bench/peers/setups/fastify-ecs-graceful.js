'use strict'

const ecsGraceful = require('../../../dist/index.js')

module.exports = {
  package: 'fastify-ecs-graceful',
  setups: {
    installed: { says: 'registered', health: 'its own', start: async (app) => { await app.register(ecsGraceful) } }
  }
}
