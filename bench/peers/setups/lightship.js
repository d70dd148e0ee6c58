'use strict'

// Its own health server is on another port; the balancer of the bench asks the port of the service, so a route there passes its word on.
const start = (options) => async (app) => {
  const { createLightship } = await import('lightship')
  const lightship = await createLightship(options)
  lightship.registerShutdownHandler(() => app.close())
  app.get('/health', async (request, reply) => await reply.code(lightship.isServerShuttingDown() ? 503 : 200).send('health'))
  return () => lightship.signalReady()
}

module.exports = {
  package: 'lightship',
  setups: {
    installed: { says: 'its README\'s usage', health: 'its own', start: start({}) },
    advised: {
      says: 'the same, with detectKubernetes off, and so its shutdownDelay of 5 s; shutdownHandlerTimeout 20 s',
      health: 'its own',
      start: start({ detectKubernetes: false, port: 0, shutdownHandlerTimeout: 20_000 })
    }
  }
}
