import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const root = path.join(__dirname, '../..')
const { name, dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  name: string, dependencies: Record<string, string>
}

/** What else consumers of the package would have installed: the peers that they use, and the types of Node. */
const BESIDES = ['fastify', '@types/node', 'sqs-consumer', '@aws-sdk/client-sqs', 'aws-cdk-lib', 'constructs']

interface Tarball {
  readonly files: readonly string[]
  /** Bytes, unpacked. */
  readonly size: number
}

/** A folder in which somebody has installed the package: its tarball, and what it says that it needs, but nothing else. */
export class Consumer {
  readonly #folder: string
  /** The files of the tarball. */
  readonly packed: readonly string[]
  /** Their bytes. */
  readonly size: number

  private constructor (folder: string, { files, size }: Tarball) {
    this.#folder = folder
    this.packed = files
    this.size = size
  }

  /** Builds, packs and unpacks. Nothing is written into the repository, nothing is fetched. */
  static async install (t: Test): Promise<Consumer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'ecs-graceful-consumer-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    const [staged, installed] = [path.join(folder, 'staged'), path.join(folder, 'node_modules', name)]
    mkdirSync(staged)
    mkdirSync(installed, { recursive: true })

    for (const file of ['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md', 'types', 'docs', 'lib', 'test']) {
      if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(staged, file), { recursive: true })
    }
    await run(root, process.execPath, '.ci/build.mjs', path.join(staged, 'dist'))
    const packed = await pack(staged, folder)
    await run(folder, 'tar', '-xzf', packed.tarball, '-C', installed, '--strip-components=1')
    for (const needed of [...Object.keys(dependencies), ...BESIDES]) link(needed, folder)
    return new Consumer(folder, packed)
  }

  /** Runs a program of the consumer's, in a process that tap does not touch. Resolves to what it printed, which must be JSON. */
  async node (file: string, source: string): Promise<unknown> {
    this.#write(file, source)
    return JSON.parse(await run(this.#folder, process.execPath, file))
  }

  /** Compiles the consumer's programs, with the repository's TypeScript or another of its versions. Resolves to its complaints. */
  async tsc (sources: Readonly<Record<string, string>>, compilerOptions: object, compiler = 'typescript'): Promise<string> {
    for (const [file, source] of Object.entries(sources)) this.#write(file, source)
    const config = `tsconfig.${Object.keys(sources).join('.')}.${Object.values(compilerOptions).join('.')}.json`
    this.#write(config, JSON.stringify({ compilerOptions: { noEmit: true, types: ['node'], ...compilerOptions }, files: Object.keys(sources) }))
    return await run(this.#folder, process.execPath, path.join(root, 'node_modules', compiler, 'bin/tsc'), '-p', config).catch(({ stdout }) => String(stdout))
  }

  #write (file: string, text: string): void {
    writeFileSync(path.join(this.#folder, file), text)
  }
}

/** What `npm pack` would put into a tarball of the repository as it stands. */
export async function wouldPack (): Promise<readonly string[]> {
  return (await pack(root, tmpdir(), '--dry-run')).files
}

async function pack (folder: string, destination: string, ...more: string[]): Promise<Tarball & { readonly tarball: string }> {
  const said = await run(folder, 'npm', 'pack', '--json', '--ignore-scripts', `--pack-destination=${destination}`, ...more)
  const [{ filename, files, unpackedSize }] = JSON.parse(said) as [{ filename: string, files: Array<{ path: string }>, unpackedSize: number }]
  return { tarball: path.join(destination, filename), files: files.map(({ path }) => path), size: unpackedSize }
}

function link (needed: string, folder: string): void {
  const place = path.join(folder, 'node_modules', needed)
  mkdirSync(path.dirname(place), { recursive: true })
  symlinkSync(path.join(root, 'node_modules', needed), place, 'dir')
}

/** By way of `env`, because tap gives every child NODE_OPTIONS, which would load its own modules into it. */
async function run (cwd: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('env', ['-u', 'NODE_OPTIONS', 'npm_config_offline=true', command, ...args], { cwd })
  return stdout
}
