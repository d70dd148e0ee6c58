import t from 'tap'

import { closeGraceDelay } from '../../../lib/core/preflight/close-grace-delay'

const delay = (command: string, env = {}): number | undefined => closeGraceDelay(command.split(' '), env)

t.test('fastify-cli is known by its program and its command, however it was started', async (t) => {
  t.strictSame([
    'fastify start app.js', '/app/node_modules/.bin/fastify start app.js', 'node /app/node_modules/fastify-cli/cli.js start app.js', 'npx fastify start app.js'
  ].map((command) => delay(command)), [500, 500, 500, 500])
})

t.test('its limit is what it was given last', async (t) => {
  t.strictSame([
    'fastify start -g 30000 app.js', 'fastify start --close-grace-delay 30000 app.js', 'fastify start --close-grace-delay=30000 app.js',
    'fastify start -g30000 app.js', 'fastify start app.js -g 500 -g 30000'
  ].map((command) => delay(command)), Array(5).fill(30_000))
  t.equal(delay('fastify start app.js', { FASTIFY_CLOSE_GRACE_DELAY: '20000' }), 20_000)
  t.equal(delay('fastify start -g 30000 app.js', { FASTIFY_CLOSE_GRACE_DELAY: '20000' }), 30_000)
})

t.test('a configuration file may hold another one, which is not known here', async (t) => {
  t.strictSame(['fastify start -c fastify.json app.js', 'fastify start --config=fastify.json app.js'].map((command) => delay(command)), [undefined, undefined])
  t.equal(delay('fastify start app.js', { FASTIFY_CONFIG: 'fastify.json' }), undefined)
  t.equal(delay('fastify start -c fastify.json -g 30000 app.js'), 30_000)
})

t.test('what is no fastify-cli has no such limit, and what is no number is not known', async (t) => {
  t.strictSame(['node server.js', 'fastify print-routes app.js', 'node fastify.js start', 'fastify', 'fastify start -g soon'].map((command) => delay(command)),
    Array(5).fill(undefined))
})
