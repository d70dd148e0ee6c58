import { buildSync } from 'esbuild'
import { join } from 'node:path'

/** Inside the repository, so that the service finds the packages that it needs, this one among them. */
const BUILT = join(__dirname, '../../.build/checkout/server.js')

/** Compiles the service, as one is compiled before it is deployed: tasks that first compile themselves disturb whoever measures them. */
export function builtServer (): string {
  buildSync({ entryPoints: [join(__dirname, 'server.ts')], outfile: BUILT, bundle: true, platform: 'node', target: 'node20', packages: 'external' })
  return BUILT
}
