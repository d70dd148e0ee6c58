// Builds what is published into dist, or into the folder that is given: one file for each door, and for each program that runs by itself.
// Names are kept, and lines short, so that a stack trace can be read. Types are checked by `npm run typecheck`.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const DOORS = ['index', 'cdk/index', 'sqs/index', 'rehearsal/index', 'conformance/index']
const PROGRAMS = ['cli/main', 'cli/check', 'rehearsal/alb/process', 'rehearsal/load/process', 'rehearsal/controls/server', 'rehearsal/sample/server']

const dist = resolve(process.argv[2] ?? 'dist')
rmSync(dist, { recursive: true, force: true })

const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', dist], { stdio: 'inherit', shell: process.platform === 'win32' })
if (status !== 0) process.exit(1)
forgetTypes()

await build({
  entryPoints: [...DOORS, ...PROGRAMS].map((name) => `lib/${name}.ts`),
  outbase: 'lib',
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  // The sample is a service like any other; the command line opens the doors of others, and `check` must not take itself for it.
  external: ['fastify-ecs-graceful', '../rehearsal/index', '../conformance/index', './check'],
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  logLevel: 'warning'
})

/** Declarations that no door leads to are of no use to anybody. */
function forgetTypes () {
  const reached = new Set()
  const reach = (file) => {
    if (reached.has(file) || !existsSync(file)) return
    reached.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]*)['"]/g)) reach(join(dirname(file), `${path}.d.ts`))
  }
  for (const door of DOORS) reach(join(dist, `${door}.d.ts`))
  for (const file of readdirSync(dist, { recursive: true }).map((file) => join(dist, file))) {
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
  }
}
