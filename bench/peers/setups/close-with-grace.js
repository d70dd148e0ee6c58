'use strict'

const timers = require('node:timers/promises')

const closeWithGrace = require('close-with-grace')

const delayed = (delay, limit) => (app, state) => {
  closeWithGrace({ delay: limit }, async ({ err }) => {
    state.stopping = true // health answers 503 from here on
    if (!err) await timers.setTimeout(delay)
    await app.close()
  })
}

module.exports = {
  package: 'close-with-grace',
  setups: {
    installed: { says: 'its README\'s example with Fastify', start: (app) => { closeWithGrace(() => app.close()) } },
    advised: { says: 'a delay of 5 s by hand, health 503 meanwhile, limit 25 s', start: delayed(5_000, 25_000) },
    patient: { says: 'the same with a delay of 15 s, limit 27 s', start: delayed(15_000, 27_000) }
  }
}
