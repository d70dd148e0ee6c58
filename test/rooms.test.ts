import t from 'tap'

import { sources, type Import } from './helpers/sources'

const files = sources()

/** The imports of the files in `from` that fit none of `allowed`, written as `file → import`. */
function strangers (from: RegExp, allowed: RegExp[], counts: (imported: Import) => boolean = () => true) {
  return files.filter(({ name }) => from.test(name)).flatMap(({ name, imports }) => imports
    .filter((imported) => counts(imported) && !allowed.some((pattern) => pattern.test(imported.of)))
    .map(({ of }) => `${name} → ${of}`))
}

const inCore = /^core\//
const types = /^types$/
const node = /^node:/
const table = /^errors$/
const aws = /^@(aws-sdk|smithy)\//

t.test('core imports only core and types: nothing of Node, of Fastify or of AWS', async (t) => {
  t.strictSame(strangers(/^core\//, [inCore, types]), [])
})

for (const room of ['connections', 'ecs', 'resources', 'telemetry']) {
  t.test(`${room} knows core, types and Node, and no other room`, async (t) => {
    const isOfFastifysTypes = ({ of, typeOnly }: Import) => of === 'fastify' && typeOnly
    const counts = (imported: Import) => !isOfFastifysTypes(imported) && !aws.test(imported.of)

    t.strictSame(strangers(new RegExp(`^${room}/`), [new RegExp(`^${room}/`), inCore, types, node, table], counts), [])
  })
}

t.test('the SDK of AWS is known in ecs, by its types, and loaded only when an option asks for it; and in sqs, which is a door of its own', async (t) => {
  const isAws = ({ of }: Import) => aws.test(of)

  t.strictSame(strangers(/^(?!(ecs|sqs)\/)/, [], isAws), [])
  t.strictSame(strangers(/^ecs\//, [], (imported) => isAws(imported) && !imported.typeOnly && !imported.later), [])
  t.strictSame([...new Set(files.flatMap(({ imports }) => imports.filter(isAws).filter(({ later }) => later)).map(({ of }) => of))].sort(), [
    '@aws-sdk/client-ecs', '@aws-sdk/client-elastic-load-balancing-v2'
  ])
})

t.test('rehearsal knows the timing plan, Node and picocolors: the server under rehearsal is a stranger', async (t) => {
  const own = [/^rehearsal\//, /^core\/timing-plan$/, node, types, /^picocolors$/, table, /^option-checks$/]

  t.strictSame(strangers(/^rehearsal\/(?!sample\/server)/, own), [])
})

t.test('cdk knows core and its peers: the CDK is loaded by nobody else', async (t) => {
  const peers = /^(aws-cdk-lib(\/.*)?|constructs)$/

  t.strictSame(strangers(/^cdk\//, [/^cdk\//, inCore, types, table, /^option-checks$/, peers]), [])
  t.strictSame(files.filter(({ name, imports }) => !name.startsWith('cdk/') && imports.some(({ of }) => peers.test(of) || /^cdk\//.test(of))), [])
})

t.test('the sample is a service like any other: it knows Fastify and this package by their names', async (t) => {
  t.strictSame(strangers(/^rehearsal\/sample\/server$/, [/^fastify$/, /^fastify-ecs-graceful$/, node, /^rehearsal\/sample\/ledger$/]), [])
})

t.test('sqs knows core, its peers and the clock, and the drain by what the application offers only', async (t) => {
  const peers = /^(sqs-consumer|@aws-sdk\/client-sqs|fastify-plugin)$/
  const own = [/^sqs\//, inCore, types, node, table, /^(clock|option-checks|options\/protect)$/, peers]
  const isOfFastifysTypes = ({ of, typeOnly }: Import) => of === 'fastify' && typeOnly

  t.strictSame(strangers(/^sqs\//, own, (imported) => !isOfFastifysTypes(imported)), [])
})

t.test('nobody imports sqs, nor sqs-consumer', async (t) => {
  t.strictSame(strangers(/^(?!sqs\/)/, [/^(?!sqs(\/|-))/]), [])
})

t.test('conformance knows the rehearsal by the parts it is built on, and Node: the server under test is a stranger', async (t) => {
  const parts = ['aborted', 'monotonic', 'platform', 'report/(lines|words)', 'route-shape', 'start-failure', 'task/index', 'version']
  const own = [/^conformance\//, new RegExp(`^rehearsal/(${parts.join('|')})$`), node, types, /^picocolors$/, table, /^option-checks$/]

  t.strictSame(strangers(/^conformance\//, own), [])
})

t.test('lint knows core, types, Node and picocolors: the command line reads the files', async (t) => {
  t.strictSame(strangers(/^lint\//, [/^lint\//, inCore, types, /^node:util$/, /^picocolors$/]), [])
})

t.test('the command line knows the doors of the rooms that it opens', async (t) => {
  t.strictSame(strangers(/^cli\//, [/^cli\//, /^(rehearsal|conformance|lint)\/index$/, types, node, /^picocolors$/]), [])
})

t.test('nothing imports cli', async (t) => {
  t.strictSame(strangers(/^(?!cli\/)/, [/^(?!cli(\/|$))/]), [])
})

t.test('nothing of lib imports what is not published', async (t) => {
  t.strictSame(strangers(/^/, [/^(?!\.\.)/]), [])
})

t.test('the process is left by the signals and by the command line, and by nobody else but programs of their own', async (t) => {
  const leavers = ['signals', 'cli/main', 'rehearsal/controls/server']
  const leaving = files.filter(({ text }) => /\bprocess\.(exit|reallyExit|abort)\b|\bexit\b.*from 'node:process'/.test(text)).map(({ name }) => name)

  t.strictSame(leaving.filter((name) => !leavers.includes(name)), [])
})

t.test('imports of every kind are seen', async (t) => {
  const plugin = files.find(({ name }) => name === 'plugin')
  const drain = files.find(({ name }) => name === 'core/drain')
  const door = files.find(({ name }) => name === 'connections/index')

  t.match(plugin?.imports.map(({ of }) => of), ['fastify', 'node:http', 'node:https', 'types', 'avvio', 'before-listening', 'bindings', 'cause', 'clock', 'connections/index'])
  t.match(drain?.imports, [{ of: 'types', typeOnly: true }, { of: 'core/checkers' }])
  t.strictSame(door?.imports, [
    { of: 'connections/connections', typeOnly: false, later: false },
    { of: 'connections/sessions', typeOnly: false, later: false },
    { of: 'connections/traffic', typeOnly: true, later: false }
  ])
})
