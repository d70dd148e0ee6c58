// npm run bench:fast-start: what an image of examples/checkout would hold, and how long a process of it takes until its first 200, with and
// without a compile cache, in one file and in many. The figures of docs/fast-start.md.
import { buildSync } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { startDatabases } from '../../examples/checkout/databases'
import { columns } from '../columns'
import { machine } from '../machine'
import { summarise } from '../statistics'
import { installed, sizeOf, type Size } from './contents'
import { CpuShare } from './cpu-share'
import { startOnce, type Start } from './start'

const USAGE = `npm run bench:fast-start -- [options]
  --rounds N   starts of each kind (15)
  --node PATH  another Node, beside the one at hand; may be repeated
  --units N    also with so many CPU units, 1024 to a vCPU, on the last Node; may be repeated; needs root and Linux
  --json FILE  writes the results`

const root = join(__dirname, '../..')
const built = join(root, '.build/fast-start')
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const NEEDED = ['fastify', '@fastify/postgres', 'pg', '@fastify/redis', 'ioredis', ...Object.keys(dependencies)]

/** The service as it would be deployed: one file with its packages apart, one with all of them, and that one minified. */
const programs = {
  apart: build('apart', { packages: 'external' }),
  bundled: build('bundled', {}),
  minified: build('minified', { minify: true })
}
type ProgramName = keyof typeof programs

interface Kind {
  readonly node: string
  readonly version: string
  readonly program: ProgramName
  /** `none`; `cut` was written by a start that found no database, as in the build of an image; `whole` by one that served. */
  readonly cache: 'none' | 'cut' | 'whole'
  /** CPU units; undefined for as many as there are. */
  readonly units?: number
}

function build (name: string, more: object): string {
  const outfile = join(built, name, 'server.js')
  buildSync({ entryPoints: [join(root, 'examples/checkout/server.ts')], outfile, bundle: true, platform: 'node', target: 'node20', logLevel: 'error', ...more })
  return outfile
}

async function main (): Promise<void> {
  const { values: { rounds, node = [], units = [], json } } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' }, node: { type: 'string', multiple: true }, units: { type: 'string', multiple: true }, json: { type: 'string' }
    }
  })
  const databases = await startDatabases()
  try {
    const env = { PATH: process.env.PATH, DATABASE_URL: databases.databaseUrl, REDIS_URL: databases.redisUrl }
    const whole = [process.execPath, ...node].flatMap(kindsOf)
    const kinds = [...whole, ...units.flatMap((units) => small(whole, Number(units)))]
    for (const kind of whole) await fill(kind, env)
    const starts = await measure(kinds, Number(rounds), env)
    const sizes = contents(kinds)

    const { cpu, cores } = machine()
    console.log(`${cpu}, ${cores} cores, ${rounds} starts of each kind\n`)
    console.log(columns([['what an image holds', 'files', 'MB'], ...sizes.map(({ name, files, bytes }) => [name, `${files}`, (bytes / 1e6).toFixed(1)])]).join('\n'))
    console.log('\n' + columns([
      ['node', 'program', 'compile cache', 'units', 'CPU, ms', 'middle half', 'clock, ms', 'middle half'],
      ...kinds.map((kind, index) => [kind.version, kind.program, kind.cache, `${kind.units ?? 'all'}`, ...figures(starts[index]!, 'cpu'), ...figures(starts[index]!, 'elapsed')])
    ]).join('\n'))
    if (json !== undefined) writeFileSync(json, JSON.stringify({ cpu, cores, sizes, kinds, starts }) + '\n')
  } finally {
    await databases.stop()
  }
}

/** Node has a compile cache from 22.1 on. */
function kindsOf (node: string): Kind[] {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const caches = Number(version.slice(1).split('.')[0]) >= 22 ? ['none', 'cut', 'whole'] as const : ['none'] as const
  return (Object.keys(programs) as ProgramName[]).flatMap((program) => caches.map((cache) => ({ node, version, program, cache })))
}

/** What it is worth where CPU is scarce: the worst and the best that a build can do. */
function small (whole: readonly Kind[], units: number): Kind[] {
  const last = whole.filter(({ node }) => node === whole.at(-1)!.node)
  return last.filter(({ program, cache }) => (program === 'apart' && cache === 'none') || (program === 'bundled' && cache !== 'whole')).map((kind) => ({ ...kind, units }))
}

function cacheOf ({ version, program, cache }: Kind): NodeJS.ProcessEnv {
  return cache === 'none' ? {} : { NODE_COMPILE_CACHE: join(built, 'cache', version, program, cache) }
}

/** Lets a first start write the cache, as examples/Dockerfile does it (`cut`), or as a disk that outlives tasks would have it (`whole`). */
async function fill (kind: Kind, env: NodeJS.ProcessEnv): Promise<void> {
  if (kind.cache === 'none') return
  rmSync(cacheOf(kind).NODE_COMPILE_CACHE!, { recursive: true, force: true })
  if (kind.cache === 'whole') return void await start(kind, env)
  spawnSync(kind.node, [programs[kind.program]], {
    env: { ...env, ...cacheOf(kind), DATABASE_URL: 'postgres://127.0.0.1:9/none', REDIS_URL: 'redis://127.0.0.1:9', PORT: '0' }
  })
}

/** In turns, so that what else the machine does falls on all alike. */
async function measure (kinds: readonly Kind[], rounds: number, env: NodeJS.ProcessEnv): Promise<Start[][]> {
  const starts: Start[][] = kinds.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, kind] of kinds.entries()) starts[index]!.push(await start(kind, env))
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
  }
  return starts
}

async function start (kind: Kind, env: NodeJS.ProcessEnv): Promise<Start> {
  const share = kind.units === undefined ? undefined : new CpuShare(kind.units)
  const command = [kind.node, programs[kind.program]]
  try {
    return await startOnce(share?.command(command) ?? command, { ...env, ...cacheOf(kind) })
  } finally {
    share?.remove()
  }
}

function figures (starts: readonly Start[], which: keyof Start): string[] {
  const { median, quartiles } = summarise(starts.map((start) => start[which]))
  return [median.toFixed(0), quartiles.map((value) => value.toFixed(0)).join(' to ')]
}

/** The files that a Dockerfile would copy, without the base image; for scale the Node that all of them need. */
function contents (kinds: readonly Kind[]): Array<Size & { name: string }> {
  const cached = kinds.find(({ program, cache }) => program === 'bundled' && cache === 'cut')
  return [
    { name: 'all that is installed, and the sources', ...sizeOf(...['node_modules/' /* it may be a link */, 'lib', 'examples', 'types', 'test', 'bench'].map((name) => join(root, name))) },
    { name: 'packages that it needs to run, and one file', ...sizeOf(...installed(NEEDED, root), programs.apart) },
    { name: 'one file with its packages', ...sizeOf(programs.bundled) },
    { name: 'the same, minified', ...sizeOf(programs.minified) },
    ...cached ? [{ name: 'a compile cache for it', ...sizeOf(cacheOf(cached).NODE_COMPILE_CACHE!) }] : [],
    ...[...new Map(kinds.map(({ node, version }) => [version, node]))].map(([version, node]) => ({ name: `Node ${version}, its executable`, ...sizeOf(node) }))
  ]
}

main().catch((error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
