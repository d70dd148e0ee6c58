'use strict'

const underPressure = require('@fastify/under-pressure')

// The limits of its README, but for the heap and the event loop, which a load that fills a core would reach.
const limits = { maxEventLoopDelay: 1_000, maxHeapUsedBytes: 1_000_000_000, maxRssBytes: 1_000_000_000 }

module.exports = {
  package: '@fastify/under-pressure',
  setups: {
    installed: { says: 'limits that are never reached', health: 'its own', start: (app) => { app.register(underPressure, { ...limits, exposeStatusRoute: '/health' }) } }
  }
}
