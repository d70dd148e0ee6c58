import { buildSync } from 'esbuild'
import { join } from 'node:path'

/** Inside the repository, so that the services find the packages that they need, this one among them. */
const BUILT = join(__dirname, '../../.build/examples')

/** Compiles a service, as one is compiled before it is deployed: tasks that first compile themselves disturb whoever measures them. */
export function builtServer (name: 'checkout' | 'worker'): string {
  const outfile = join(BUILT, name, 'server.js')
  buildSync({ entryPoints: [join(__dirname, '..', name, 'server.ts')], outfile, bundle: true, platform: 'node', target: 'node20', packages: 'external' })
  return outfile
}
