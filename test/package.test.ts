import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

import { blocks, isOfCdk, isProgram, pages, type Block } from './docs/blocks'
import { Consumer, wouldPack } from './helpers/consumer'

t.jobs = 4
t.setTimeout(240_000) // a dozen compilers

/** Bytes, unpacked. */
const LARGEST = 800_000

/** Registers `plugin`, asks for its health and stops; by then all has been loaded that ever will be. */
const serve = `
  const app = Fastify()
  app.register(plugin, { signals: false })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(address + '/health')
  const health = [response.status, await response.json()]
  await app.close()
`

/** Which packages, and which of our own files, are in the module cache. */
const loaded = `
  const files = Object.keys(require.cache)
  const packages = [...new Set(files.map((file) => /.*node_modules.((?:@[^\\\\/]+.)?[^\\\\/]+)/.exec(file)?.[1]).filter(Boolean))].sort()
  const own = files.filter((file) => file.includes('fastify-ecs-graceful')).map((file) => file.replace(/.*fastify-ecs-graceful./, ''))
`

/** Uses the plugin as \`plugin\`, right and wrong. */
const use = `
  const options: EcsGracefulOptions = { stopTimeout: 60_000, health: { details: true } }
  const app: FastifyInstance = Fastify()
  void app.register(plugin, options)
  void app.register(plugin)
  // @ts-expect-error seconds as a string
  void app.register(plugin, { stopTimeout: '60' })
  export const phase: Phase = app.ecsGraceful.phase
  export const report: Promise<DrainReport> = app.ecsGraceful.shutdown()
  // @ts-expect-error there is no such phase
  export const wrong: 'running' = app.ecsGraceful.phase
`
/** Uses the rehearsal's types. */
const rehearsal = `
  export const verdict: Promise<VerdictName> = rehearse({ command: ['node', 'server.js'], order: 'together', lag: [1, 5] }).then((result) => result.verdict)
  // @ts-expect-error there is no such order
  void rehearse({ order: 'sideways' })
`
/** Uses the conformance suite's types. */
const conformance = `
  export const held: Promise<ConformanceVerdict> = conform({ command: ['node', 'server.js'], level: 'MUST' }).then((result) => result.verdict)
  // @ts-expect-error there is no such level
  void conform({ command: ['node', 'server.js'], level: 'WILL' })
`
/** Uses the types of the consumer of SQS. */
const consume = `
  const orders: SqsOptions = { name: 'orders', queueUrl: 'https://sqs', handler: async (message, { signal }) => { console.log(message.Body, signal.aborted) } }
  void Fastify().register(sqs, orders)
  // @ts-expect-error there is no handler
  void Fastify().register(sqs, { name: 'orders', queueUrl: 'https://sqs' })
  export const held: number | undefined = Fastify().sqs.orders?.inFlight
`
const cts = `
  import Fastify, { type FastifyInstance } from 'fastify'
  import plugin = require('fastify-ecs-graceful')
  import byDefault, { ecsGraceful, type EcsGracefulOptions, type Phase } from 'fastify-ecs-graceful'
  import { conform, type ConformanceVerdict } from 'fastify-ecs-graceful/conformance'
  import { rehearse, type VerdictName } from 'fastify-ecs-graceful/rehearsal'
  type DrainReport = plugin.DrainReport
  void Fastify().register(byDefault, { drainDelay: 100 })
  ${rehearsal}
  ${conformance}
  void Fastify().register(ecsGraceful, { drainDelay: 100 })
  ${use}`
const mts = `
  import Fastify, { type FastifyInstance } from 'fastify'
  import { conform, type ConformanceVerdict } from 'fastify-ecs-graceful/conformance'
  import { rehearse, type VerdictName } from 'fastify-ecs-graceful/rehearsal'
  import plugin, { ecsGraceful, type DrainReport, type EcsGracefulOptions, type Phase } from 'fastify-ecs-graceful'
  void Fastify().register(ecsGraceful, { drainDelay: 100 })
  ${rehearsal}
  ${conformance}
  ${use}`
const sqsCts = `
  import Fastify from 'fastify'
  import sqs = require('fastify-ecs-graceful/sqs')
  import byDefault, { sqs as named } from 'fastify-ecs-graceful/sqs'
  type SqsOptions = sqs.SqsOptions
  ${consume}
  void Fastify().register(byDefault, orders).register(named, orders)`
const sqsMts = `
  import Fastify from 'fastify'
  import sqs, { sqs as named, type SqsOptions } from 'fastify-ecs-graceful/sqs'
  ${consume}
  void Fastify().register(named, orders)`
/** An app of the CDK: says which ECS resources it makes, and that a wrong prop does not compile. */
const cdk = `
  class ShopStack extends Stack {
    constructor (scope: Construct, id: string, props?: StackProps) {
      super(scope, id, props)
      const checkout = new GracefulShutdownService(this, 'Checkout', {
        image: ContainerImage.fromRegistry('shop'), stopTimeout: Duration.seconds(90), application: { drainDelay: Duration.seconds(6) }
      })
      new GracefulWorkerService(this, 'Worker', { image: ContainerImage.fromRegistry('worker'), cluster: checkout.cluster, spot: { weight: 2 } })
      const arn: string = checkout.service.serviceArn + checkout.taskDefinition.taskDefinitionArn + checkout.targetGroup.targetGroupArn
      new CfnOutput(this, 'Arns', { value: arn + checkout.loadBalancer.loadBalancerArn + checkout.listener.listenerArn })
    }
  }
  // @ts-expect-error seconds as a number
  export const wrong: GracefulShutdownServiceProps = { image: ContainerImage.fromRegistry('shop'), stopTimeout: 90 }
  const app = new App({ analyticsReporting: false })
  new ShopStack(app, 'Shop')
  const { Resources, Outputs } = app.synth().getStackByName('Shop').template
  const types = Object.values(Resources as Record<string, { Type: string }>).map(({ Type }) => Type).filter((type) => type.startsWith('AWS::ECS::'))
  console.log(JSON.stringify([types.sort(), Object.keys(Outputs)]))`
const cdkImports = `
  import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
  import { ContainerImage } from 'aws-cdk-lib/aws-ecs'
  import type { Construct } from 'constructs'
  import { GracefulShutdownService, GracefulWorkerService, type GracefulShutdownServiceProps } from 'fastify-ecs-graceful/cdk'`
const read = (file: string): string => readFileSync(path.join(__dirname, '..', file), 'utf8')
/** What a page shows, as a module. The README shows what stands in a constructor, without its other imports, and an image to be built: that is compiled only. */
const shownModule = ({ page, text }: Block): string => page !== 'README.md'
  ? text
  : text.replace('\nnew ', "\nimport { ContainerImage } from 'aws-cdk-lib/aws-ecs'\nimport type { Construct } from 'constructs'\nexport const readme = { add (this: Construct) { new ") + '} }'
const strict = { strict: true, skipLibCheck: false, target: 'es2023' }

let consumer: Consumer

t.before(async () => { consumer = await Consumer.install(t) })

t.test('the package is the code, its types, and papers', { buffered: true }, async (t) => {
  const schemas = ['docs/conformance.schema.json', 'docs/lint.schema.json', 'docs/rehearsal.schema.json']
  const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', ...schemas, 'package.json']
  const doors = [
    'dist/cdk/index.d.ts', 'dist/cdk/index.js', 'dist/cli/main.js', 'dist/conformance/index.d.ts', 'dist/conformance/index.js', 'dist/index.d.ts', 'dist/index.js',
    'dist/rehearsal/index.d.ts', 'dist/rehearsal/index.js', 'dist/sqs/index.d.ts', 'dist/sqs/index.js',
    'types/conformance.d.ts', 'types/index.d.ts', 'types/rehearsal.d.ts', 'types/sqs.d.ts'
  ]
  const programs = [
    'dist/cli/check.js', 'dist/rehearsal/alb/process.js', 'dist/rehearsal/controls/server.js', 'dist/rehearsal/load/process.js', 'dist/rehearsal/sample/server.js'
  ]
  const declared = /^dist\/(cdk|conformance|rehearsal)\/.*\.d\.ts$|^types\/simulation\.d\.ts$/
  const named = [...papers, ...doors, ...programs]

  t.strictSame(consumer.packed.filter((file) => !named.includes(file) && !declared.test(file)), [])
  t.strictSame(named.filter((file) => !consumer.packed.includes(file)), [])
  t.strictSame((await wouldPack()).filter((file) => !consumer.packed.includes(file)), [], 'nothing else from the repository')
  t.ok(consumer.size < LARGEST, `${consumer.size} bytes`)
})

t.test('at most four packages are installed with it, and a CLI of its own TypeScript builds it', { buffered: true }, async (t) => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const { version } = JSON.parse(read('node_modules/typescript/package.json')) as { version: string }

  t.strictSame(Object.keys(dependencies!), ['@fastify/error', 'close-with-grace', 'fastify-plugin', 'picocolors'])
  // Other versions of TypeScript are there to be tested with, and have a `tsc`, too.
  t.ok(devDependencies!.typescript!.startsWith('~6.0'))
  t.match((await promisify(execFile)('env', ['-u', 'NODE_OPTIONS', process.execPath, 'node_modules/.bin/tsc', '--version'])).stdout, version)
})

t.test('CI runs on every version of Node that is promised, and a release carries its provenance', { buffered: true }, async (t) => {
  const [ci, publish] = [read('.github/workflows/ci.yml'), read('.github/workflows/publish.yml')]

  t.match(ci, /node: \[20, 22, 24, 26\]/)
  t.match(ci, /npm audit --omit=dev/)
  t.match(publish, /id-token: write/)
  t.match(publish, /npm publish --provenance/)
  t.notMatch(publish, /TOKEN|secrets\./)
  // A tag can be moved to other code, a commit cannot.
  for (const [, action] of (ci + publish).matchAll(/uses: (.*)/g)) t.match(action, /^actions\/[a-z-]+@[0-9a-f]{40} # v\d/)
})

t.test('the rehearsal is a library, for require() and import alike', { buffered: true }, async (t) => {
  const program = `
    const said = [typeof rehearse, await rehearse({ command: ['no-such-command'] }).catch(({ code }) => code)]
    console.log(JSON.stringify(said))`

  const [required, imported] = await Promise.all([
    consumer.node('rehearsal.cjs', `const { rehearse } = require('fastify-ecs-graceful/rehearsal'); (async () => { ${program} })()`),
    consumer.node('rehearsal.mjs', `import { rehearse } from 'fastify-ecs-graceful/rehearsal'; ${program}`)
  ])

  t.strictSame(required, ['function', 'FST_ECS_REHEARSAL_IMPOSSIBLE'])
  t.strictSame(imported, ['function', 'FST_ECS_REHEARSAL_IMPOSSIBLE'])
})

t.test('the conformance suite is a library, for require() and import alike', { buffered: true }, async (t) => {
  const program = `
    const said = [typeof conform, clauses.length > 0, await conform({ command: ['no-such-command'] }).catch(({ code }) => code)]
    console.log(JSON.stringify(said))`

  const [required, imported] = await Promise.all([
    consumer.node('conformance.cjs', `const { clauses, conform } = require('fastify-ecs-graceful/conformance'); (async () => { ${program} })()`),
    consumer.node('conformance.mjs', `import { clauses, conform } from 'fastify-ecs-graceful/conformance'; ${program}`)
  ])

  t.strictSame(required, ['function', true, 'FST_ECS_CONFORMANCE_IMPOSSIBLE'])
  t.strictSame(imported, ['function', true, 'FST_ECS_CONFORMANCE_IMPOSSIBLE'])
})

t.test('the consumer of SQS is a plugin, for require() and import alike, by default and by name', { buffered: true }, async (t) => {
  const program = `
    const app = Fastify()
    await app.register(plugin)
    await app.register(sqs, { name: 'orders', queueUrl: 'http://127.0.0.1:1/0/orders', handler () {} })
    await app.close()
    console.log(JSON.stringify([sqs === named, app.sqs.orders.state]))`

  const [required, imported] = await Promise.all([
    consumer.node('sqs.cjs', `
      const Fastify = require('fastify')
      const plugin = require('fastify-ecs-graceful')
      const sqs = require('fastify-ecs-graceful/sqs')
      const { sqs: named } = sqs
      ;(async () => { ${program} })()`),
    consumer.node('sqs.mjs', `
      import Fastify from 'fastify'
      import plugin from 'fastify-ecs-graceful'
      import sqs, { sqs as named } from 'fastify-ecs-graceful/sqs'
      ${program}`)
  ])

  t.strictSame(required, [true, 'stopped'])
  t.strictSame(imported, [true, 'stopped'])
})

t.test('the command line runs from the package', { buffered: true }, async (t) => {
  const said = await consumer.node('cli.cjs', `
    const { bin } = require('fastify-ecs-graceful/package.json')
    const main = require('node:path').join(require.resolve('fastify-ecs-graceful/package.json'), '..', bin['fastify-ecs-graceful'])
    const run = (args, input) => JSON.parse(require('node:child_process').spawnSync(process.execPath, [main, ...args, '--json'], { encoding: 'utf8', input }).stdout)
    const { overall: { stops } } = run(['rehearse', '--simulate', '--tasks', '3'])
    const { counts } = run(['lint', '-'], '{"containerDefinitions":[{"name":"app","command":["npm","start"]}]}')
    console.log(JSON.stringify({ shebang: require('node:fs').readFileSync(main, 'utf8').split('\\n')[0], stops, counts }))
  `)

  t.strictSame(said, { shebang: '#!/usr/bin/env node', stops: 9, counts: { error: 1, warning: 0, info: 0 } })
})

t.test('require() gives the plugin, which is its own default and name', { buffered: true }, async (t) => {
  const said = await consumer.node('require.cjs', `
    const plugin = require('fastify-ecs-graceful')
    const Fastify = require('fastify')
    async function main () {
      ${serve}
      console.log(JSON.stringify({ type: typeof plugin, same: [plugin.default === plugin, plugin.ecsGraceful === plugin], health }))
    }
    main()
  `)

  t.strictSame(said, { type: 'function', same: [true, true], health: [200, { status: 'ok' }] })
})

t.test('import gives the same plugin by default and by name', { buffered: true }, async (t) => {
  const said = await consumer.node('import.mjs', `
    import plugin, { ecsGraceful } from 'fastify-ecs-graceful'
    import Fastify from 'fastify'
    import { createRequire } from 'node:module'
    const required = createRequire(import.meta.url)('fastify-ecs-graceful')
    ${serve}
    console.log(JSON.stringify({ type: typeof plugin, same: [plugin === ecsGraceful, plugin === required], health }))
  `)

  t.strictSame(said, { type: 'function', same: [true, true], health: [200, { status: 'ok' }] })
})

t.test('one file is loaded, and two packages: nothing of the rehearsal, the conformance suite, AWS, pg or Redis', { buffered: true }, async (t) => {
  const said = await consumer.node('loaded.cjs', `
    const plugin = require('fastify-ecs-graceful')
    ${loaded}
    console.log(JSON.stringify({ packages, own }))
  `)

  t.strictSame(said, { packages: ['@fastify/error', 'fastify-ecs-graceful', 'fastify-plugin'], own: ['dist/index.js'] })
})

t.test('an option whose client of AWS is not installed is refused, with what to install', { buffered: true }, async (t) => {
  const said = await consumer.node('peers.cjs', `
    const Fastify = require('fastify')
    const plugin = require('fastify-ecs-graceful')
    const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'
    async function refusal (ecs) {
      const { code, message } = await Fastify().register(plugin, { ecs }).then(() => 'accepted', (error) => error)
      return [code, message.split('npm install ')[1]]
    }
    async function main () {
      console.log(JSON.stringify([await refusal({ describe: true }), await refusal({ deregister: { targetGroupArn } })]))
    }
    main()
  `)

  t.strictSame(said, [
    ['FST_ECS_PEER_MISSING', '@aws-sdk/client-ecs'], ['FST_ECS_PEER_MISSING', '@aws-sdk/client-elastic-load-balancing-v2']
  ])
})

t.test('what a signal needs is loaded once the task listens, so that a stop looks for nothing on a disk', { buffered: true }, async (t) => {
  const said = await consumer.node('listening.cjs', `
    const Fastify = require('fastify')
    const plugin = require('fastify-ecs-graceful')
    const loaded = () => Object.keys(require.cache).filter((file) => file.includes('close-with-grace')).length > 0
    async function main () {
      const app = Fastify()
      app.register(plugin)
      await app.ready()
      const before = loaded()
      await app.listen({ host: '127.0.0.1', port: 0 })
      console.log(JSON.stringify({ before, after: loaded() }))
      await app.close()
    }
    main()
  `)

  t.strictSame(said, { before: false, after: true })
})

t.test('nothing more is loaded by serving', { buffered: true }, async (t) => {
  const said = await consumer.node('serving.cjs', `
    const Fastify = require('fastify')
    async function main () {
      const bare = Fastify()
      await bare.listen({ host: '127.0.0.1', port: 0 })
      await bare.close()
      const before = Object.keys(require.cache)
      const plugin = require('fastify-ecs-graceful')
      const after = Object.keys(require.cache)
      ${serve}
      console.log(JSON.stringify({ health, late: Object.keys(require.cache).filter((file) => !before.includes(file) && !after.includes(file)) }))
    }
    main()
  `)

  t.strictSame(said, { health: [200, { status: 'ok' }], late: [] })
})

/** Which version of TypeScript is tried with which resolutions: all that differ in either, the slow compilers once or twice. */
const compilers: Readonly<Record<string, readonly string[]>> = {
  'typescript-5.6': ['node10', 'nodenext'],
  'typescript-5.9': ['bundler'],
  typescript: ['nodenext'],
  'typescript-7': ['node16', 'nodenext', 'bundler']
}
/** Programs, and what else a resolution needs; CommonJS and ESM wherever there are both. */
const resolutions: Readonly<Record<string, readonly [sources: Record<string, string>, options: object]>> = {
  node10: [{ 'cjs.ts': cts, 'sqs.ts': sqsCts }, { module: 'commonjs', moduleResolution: 'node10' }],
  node16: [{ 'cjs.cts': cts, 'esm.mts': mts, 'sqs.cts': sqsCts, 'sqs.mts': sqsMts }, { module: 'node16' }],
  nodenext: [{ 'cjs.cts': cts, 'esm.mts': mts, 'sqs.cts': sqsCts, 'sqs.mts': sqsMts }, { module: 'nodenext' }],
  bundler: [{ 'esm.ts': mts, 'sqs.ts': sqsMts }, { module: 'esnext', moduleResolution: 'bundler' }]
}

for (const [compiler, known] of Object.entries(compilers)) {
  const { version } = JSON.parse(readFileSync(path.join(__dirname, '../node_modules', compiler, 'package.json'), 'utf8')) as { version: string }
  for (const resolution of known) {
    t.test(`TypeScript ${version.replace(/\.\d+$/, '')} compiles programs with moduleResolution ${resolution}`, { buffered: true, timeout: 110_000 }, async (t) => {
      const [sources, options] = resolutions[resolution]!
      const named = Object.fromEntries(Object.entries(sources).map(([file, text]) => [`${compiler}-${resolution}-${file}`, text]))
      const checked = { ...strict, skipLibCheck: resolution !== 'nodenext' || compiler !== 'typescript', ...options }

      t.equal(await consumer.tsc(named, checked, compiler), '')
    })
  }
}

t.test('a CDK app compiles and synthesises, in CommonJS as cdk init makes it, and in ESM, and so does what the docs show', {
  buffered: true, timeout: 110_000
}, async (t) => {
  const shown = pages.flatMap(blocks).filter((block) => isProgram(block) && isOfCdk(block)).map((block, index) => [`shown-${index}.ts`, shownModule(block)] as const)
  const apps = { 'cdk-app.ts': cdkImports + cdk, 'cdk-app-esm.mts': cdkImports + cdk }
  const complaints = await consumer.tsc({ ...apps, ...Object.fromEntries(shown) }, {
    ...strict, target: 'es2022', skipLibCheck: true, module: 'nodenext', noEmit: false
  })

  const unchecked = "process.env.CDK_VALIDATION = 'false'"
  const [required, imported, synthesised] = await Promise.all([
    consumer.node('cdk-run.cjs', `${unchecked}; require('./cdk-app.js')`),
    consumer.node('cdk-run.mjs', `${unchecked}; await import('./cdk-app-esm.mjs')`),
    consumer.node('shown.cjs', `${unchecked}
      const { App, Stack } = require('aws-cdk-lib')
      const app = new App({ analyticsReporting: false })
      const shown = ${JSON.stringify(shown.map(([file]) => `./${file.replace('.ts', '')}`))}.flatMap((file) => Object.values(require(file)))
      const constructs = shown.filter((value) => typeof value === 'function')
      constructs.forEach((add, index) => add(new Stack(app, 'Shown' + index)))
      console.log(JSON.stringify(app.synth().stacks.length))
    `)
  ])

  t.equal(complaints, '')
  const made = [
    ['AWS::ECS::Cluster', 'AWS::ECS::ClusterCapacityProviderAssociations', 'AWS::ECS::Service', 'AWS::ECS::Service', 'AWS::ECS::TaskDefinition', 'AWS::ECS::TaskDefinition'],
    ['ServiceUrl', 'Arns']
  ]
  t.strictSame([required, imported], [made, made])
  t.equal(synthesised, 6)
})
