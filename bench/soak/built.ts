import { buildSync } from 'esbuild'
import { join } from 'node:path'

/** Inside the repository, so that the programs find the packages that they need, this one among them. */
const BUILT = join(__dirname, '../../.build/soak')

/** The command of a program in `servers`, compiled beforehand; its memory can be looked at after garbage collection. */
export function built (name: 'checkout' | 'worker' | 'cycles'): [string, ...string[]] {
  const outfile = join(BUILT, `${name}.js`)
  buildSync({ entryPoints: [join(__dirname, 'servers', `${name}.ts`)], outfile, bundle: true, platform: 'node', target: 'node20', packages: 'external' })
  return [process.execPath, '--expose-gc', outfile]
}
