import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const root = join(__dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const lines = (file: string): string[] => read(file).split('\n')
const run = promisify(execFile)

const folder = mkdtempSync(join(tmpdir(), 'ecs-graceful-image-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

/** A command of the Dockerfile, with this machine's folders and Node in the place of the image's. */
const here = (text: string): string => text
  .replaceAll('/app', folder).replaceAll('/nodejs/bin/node', process.execPath).replace(/\$\{SERVICE\}/g, 'checkout').replace(/\$\{NODE\}/g, '20')

t.test('what the Dockerfile copies, the build is given', async (t) => {
  const allowed = lines('.dockerignore').filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  const copied = lines('examples/Dockerfile').filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(' ').slice(1, -1))

  t.strictSame(copied.filter((name) => !allowed.includes(name)), [])
  t.ok(copied.includes('lib'))
})

t.test('its commands make a service and a health check that need no packages', async (t) => {
  const [, bundle = ''] = /^RUN npx (esbuild .*)$/m.exec(read('examples/Dockerfile')) ?? []
  const [, warm = ''] = /^RUN (\["\/nodejs.*\])$/m.exec(read('examples/Dockerfile')) ?? []
  const [node, ...args] = JSON.parse(here(warm)) as [string, ...string[]]
  const [esbuild, ...options] = here(bundle).split(' ')

  await run(join(root, 'node_modules/.bin', esbuild!), [...options, '--log-level=error'], { cwd: root })
  const env = { DATABASE_URL: 'postgres://127.0.0.1:9/none', REDIS_URL: 'redis://127.0.0.1:9', PORT: '0' }
  const { stderr } = await run(node, args, { cwd: folder, env })

  t.equal(stderr, '', 'a start without databases goes on until it is ended')
  await t.rejects(run(process.execPath, [join(folder, 'server.js')], { env: {} }), { code: 1, stderr: /The service cannot start: PORT is not set/ })
  await t.rejects(run(process.execPath, [join(folder, 'check.js'), 'no-url'], { env: {} }), { code: 2, stderr: /is no http URL/ })
})
