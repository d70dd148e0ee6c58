// Compiles what tests run as children, and what that needs, into .build, file by file, so that a child starts in a fraction of a second.
// Types are `npm run typecheck`'s part.
import { build } from 'esbuild'
import { readdirSync } from 'node:fs'

const files = ['lib', 'test/fixtures', 'examples'].flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => `${folder}/${file}`))

await build({
  entryPoints: files.filter((file) => file.endsWith('.ts') && !file.includes('node_modules')),
  outbase: '.',
  outdir: '.build',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning'
})
