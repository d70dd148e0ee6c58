import t from 'tap'

import { linted, task } from './documents'

const facts = (container: object): { deafParent?: string, closeGraceDelay?: number, healthCheckPath?: string, address?: string } => {
  const { facts } = linted([task(container)]).containers[0]!
  return { ...facts.container, address: facts.server?.address }
}
const deaf = (...command: readonly unknown[]): string | undefined => facts({ command }).deafParent
const inShell = (script: string, shell = 'sh'): string | undefined => deaf(shell, '-c', script)
const delay = (command: readonly string[], variables: Readonly<Record<string, string>> = {}): number | undefined =>
  facts({ command, environment: Object.entries(variables).map(([name, value]) => ({ name, value })) }).closeGraceDelay

t.test('package managers pass no SIGTERM on', async (t) => {
  t.equal(deaf('npm', 'start'), 'npm start')
  t.equal(deaf('/usr/local/bin/npm', 'run', 'serve'), 'npm run')
  t.equal(deaf('npx', 'fastify', 'start', 'app.js'), 'npx fastify')
  t.equal(deaf('yarn'), 'yarn')
  t.equal(deaf('pnpm', 'start'), 'pnpm start')
  t.equal(deaf('corepack', 'pnpm', 'start'), 'pnpm start')
  t.equal(deaf('env', 'NODE_ENV=production', 'npm', 'start'), 'npm start')
  t.equal(deaf('gosu', 'node', 'npm', 'start'), 'npm start')
  t.equal(deaf('node', 'npm'), undefined)
  t.equal(deaf('node', 'server.js'), undefined)
})

t.test('pm2 ends the server by SIGINT, unless a file or a variable of its own says otherwise', async (t) => {
  t.equal(deaf('pm2-runtime', 'server.js'), 'pm2-runtime')
  t.equal(deaf('tini', '--', 'pm2-docker', 'start', 'server.js'), 'pm2-docker')
  t.equal(deaf('pm2-runtime', 'start', 'ecosystem.config.cjs'), undefined)
  const told = (command: readonly string[], signal: string, ...timeout: readonly string[]): string | undefined => facts({
    command, environment: [{ name: 'PM2_KILL_SIGNAL', value: signal }, ...timeout.map((value) => ({ name: 'PM2_KILL_TIMEOUT', value }))]
  }).deafParent
  t.equal(told(['pm2-runtime', 'server.js'], 'SIGTERM', '60000'), undefined)
  t.equal(told(['pm2-runtime', '--kill-timeout', '60000', 'server.js'], 'SIGTERM'), undefined)
  t.equal(told(['pm2-runtime', 'server.js'], 'SIGTERM'), 'pm2-runtime', 'killed after 1.6 s')
  t.equal(told(['pm2-runtime', 'server.js'], 'SIGINT', '60000'), 'pm2-runtime')
})

t.test('a shell passes nothing on unless it execs', async (t) => {
  t.equal(inShell('node server.js'), 'sh -c without exec')
  t.equal(inShell('node migrate.js && node server.js', '/bin/sh'), 'sh -c without exec')
  t.equal(deaf('sh', '-ec', 'node server.js'), 'sh -c without exec')
  t.equal(inShell('exec node server.js'), undefined)
  t.equal(inShell('node migrate.js && exec node server.js;'), undefined)
  t.equal(inShell('cd app\nNODE_ENV=production exec node server.js > /dev/stdout 2>&1'), undefined)
  t.equal(inShell('exec env NODE_ENV=production node server.js'), undefined)
  t.equal(inShell('exec npm start'), 'npm start')
  t.equal(inShell('exec node -e "a(); b()"'), undefined, 'what is quoted ends no command')
  t.equal(inShell("exec node -e 'a || b'"), undefined)
  t.equal(inShell('exec node server.js | pino-pretty'), 'sh -c without exec', 'in a pipe it is the shell\'s child that is replaced')
  t.equal(inShell('exec node server.js &'), 'sh -c without exec')
  t.equal(inShell('echo exec; node server.js'), 'sh -c without exec')
})

t.test('bash replaces itself with a last command that is nothing but words', async (t) => {
  t.equal(inShell('node server.js', 'bash'), undefined)
  t.equal(inShell('node migrate.js && node server.js', 'bash'), undefined)
  t.equal(inShell('npm start', 'bash'), 'npm start')
  t.equal(inShell('node server.js > log', 'bash'), 'bash -c without exec')
  t.equal(inShell('node server.js | tee log', 'bash'), 'bash -c without exec')
  t.equal(inShell('node server.js || true', 'bash'), 'bash -c without exec')
})

t.test('an init tells one child, or all: tini with -g, dumb-init unless it is told otherwise', async (t) => {
  t.equal(deaf('tini', '--', 'npm', 'start'), 'npm start')
  t.equal(deaf('/sbin/tini', '-g', '--', 'npm', 'start'), undefined)
  t.equal(deaf('dumb-init', 'npm', 'start'), undefined)
  t.equal(deaf('dumb-init', '-c', '--', 'npm', 'start'), 'npm start')
  t.equal(deaf('dumb-init', '--single-child', 'npm', 'start'), 'npm start')
  t.equal(deaf('tini', '--', 'node', 'server.js'), undefined)
  t.equal(deaf('tini'), undefined)
  t.equal(facts({ command: ['npm', 'start'], linuxParameters: { initProcessEnabled: true } }).deafParent, 'npm start', 'that of ECS tells one')
})

t.test('the entry point comes before the command', async (t) => {
  t.equal(facts({ entryPoint: ['sh', '-c'], command: ['node server.js'] }).deafParent, 'sh -c without exec')
  t.equal(facts({ entryPoint: ['npm', 'start'] }).deafParent, 'npm start')
  t.equal(facts({ entryPoint: ['dumb-init', '--'], command: ['npm', 'start'] }).deafParent, undefined)
})

t.test('what the image or a script decides is not known', async (t) => {
  t.equal(facts({}).deafParent, undefined)
  t.equal(deaf(), undefined)
  t.equal(deaf('./start.sh'), undefined)
  t.equal(deaf('sh', 'start.sh'), undefined)
  t.equal(deaf({}, 'start'), undefined)
  t.equal(deaf('sh', '-c', {}), undefined)
  t.equal(deaf('sh', '-c'), undefined)
  t.equal(facts({ entryPoint: {}, command: ['npm', 'start'] }).deafParent, undefined)
  t.equal(facts({ command: 'npm start' }).deafParent, undefined)
  t.equal(deaf('npm', {}), 'npm')
  t.equal(deaf(...Array.from({ length: 1_000 }, () => 'exec'), 'npm'), undefined)
  t.equal(inShell(''), 'sh -c without exec')
  t.equal(deaf('env', 'A=b'), undefined)
})

t.test('fastify-cli has a limit of its own', async (t) => {
  t.equal(delay(['fastify', 'start', 'app.js']), 500)
  t.equal(delay(['node', 'node_modules/.bin/fastify', 'start', '-l', 'info', 'app.js']), 500)
  t.equal(delay(['node', 'node_modules/fastify-cli/cli.js', 'start', 'app.js']), 500)
  t.equal(delay(['fastify', 'start', '-g', '30000', 'app.js']), 30_000)
  t.equal(delay(['fastify', 'start', '-g30000', 'app.js']), 30_000)
  t.equal(delay(['fastify', 'start', '--close-grace-delay=30000', 'app.js']), 30_000)
  t.equal(delay(['fastify', 'start', '--closeGraceDelay', '30000', 'app.js']), 30_000)
  t.equal(delay(['npx', 'fastify', 'start', 'app.js', '-g', '30000']), 30_000)
  t.equal(delay(['sh', '-c', 'exec fastify start -g "30000" app.js']), 30_000)
  t.equal(delay(['fastify', 'start', 'app.js', '--', '-g', '30000']), 500, 'what is behind -- is the application\'s')
  t.equal(delay(['fastify', 'start', 'app.js'], { FASTIFY_CLOSE_GRACE_DELAY: '30000' }), 30_000)
  t.equal(delay(['fastify', 'start', '-g', '1000', 'app.js'], { FASTIFY_CLOSE_GRACE_DELAY: '30000' }), 1_000)
  t.equal(delay(['fastify', 'start', '-c', 'options.js', 'app.js']), undefined, 'what a file of options says is not known')
  t.equal(delay(['fastify', 'start', 'app.js'], { FASTIFY_CONFIG: 'options.js' }), undefined)
  t.equal(facts({ command: ['fastify', 'start', 'app.js'], environmentFiles: [{ value: 'arn', type: 's3' }] }).closeGraceDelay, undefined)
  t.equal(delay(['fastify', 'start', '-g', 'long', 'app.js']), undefined)
  t.equal(delay(['fastify', 'generate']), undefined)
  t.equal(delay(['node', 'server.js']), undefined)
})

t.test('the address is what fastify-cli is told, else HOST', async (t) => {
  const address = (command: readonly string[], name: string): string | undefined => facts({ command, environment: [{ name, value: 'localhost' }] }).address

  t.equal(address(['node', 'server.js'], 'HOST'), 'localhost')
  t.equal(address(['node', 'server.js'], 'FASTIFY_ADDRESS'), undefined)
  t.equal(address(['fastify', 'start', 'app.js'], 'HOST'), undefined)
  t.equal(address(['fastify', 'start', 'app.js'], 'FASTIFY_ADDRESS'), 'localhost')
  t.equal(address(['fastify', 'start', '-a', '0.0.0.0', 'app.js'], 'FASTIFY_ADDRESS'), '0.0.0.0')
})

t.test('the path of the container\'s own health check is that of the first URL in it', async (t) => {
  const path = (...command: readonly unknown[]): string | undefined => facts({ healthCheck: { command } }).healthCheckPath

  t.equal(path('CMD-SHELL', 'curl -f http://localhost:3000/health || exit 1'), '/health')
  t.equal(path('CMD-SHELL', 'curl -f http://localhost || exit 1'), '/')
  t.equal(path('CMD-SHELL', 'wget -qO- "http://127.0.0.1:$PORT/live?verbose" > /dev/null'), '/live')
  t.equal(path('CMD', 'curl', '-f', 'localhost:3000/ready'), '/ready')
  t.equal(path('CMD', 'node', '-e', "fetch('http://localhost:3000/health').then(({ ok }) => process.exit(ok ? 0 : 1))"), '/health')
  t.equal(path('CMD', 'node', 'node_modules/fastify-ecs-graceful/dist/cli/check.js'), '/health/live')
  t.equal(path('CMD', 'node', 'node_modules/fastify-ecs-graceful/dist/cli/check.js', 'http://127.0.0.1:3000/health'), '/health')
  t.equal(path('CMD', 'npx', 'fastify-ecs-graceful', 'check'), '/health/live')
  t.equal(path('CMD-SHELL', 'fastify-ecs-graceful check'), '/health/live')
  t.equal(path('CMD', 'pgrep', 'node'), undefined)
  t.equal(path('NONE'), undefined)
  t.equal(path('CMD', {}), undefined)
  t.equal(facts({ healthCheck: {} }).healthCheckPath, undefined)
  t.equal(facts({ healthCheck: { command: {} } }).healthCheckPath, undefined)
})
