// Preloaded into what tap runs (see tap.mjs): loads TypeScript in place of tap's own loader, which has the compiler compile everything
// anew in each process, in two threads. What was compiled once is kept under .tap, by its contents.
const { createHash, randomUUID } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { register, registerHooks } = require('node:module')
const { join } = require('node:path')
const { fileURLToPath } = require('node:url')
const { version } = require('esbuild/package.json')

const KEPT = join(__dirname, '../.tap/compiled')

process.env.TAP_TYPE_STRIP_ONLY = '1' // tap's own loader then does nothing
require.extensions['.ts'] = (module, file) => { // eslint-disable-line n/no-deprecated-api -- frozen, and what every loader of this kind uses
  module._compile(compiled(file), file)
}

// An entry goes through the loader of ES modules once anything has been imported before it, and that knows nothing of what is registered above.
const isTypeScript = (url) => /^file:.*\.ts$/.test(url)
if (Number(process.versions.node.split('.')[0]) >= 24) { // as tap does from there on; the two kinds do not go together
  registerHooks({
    load: (url, context, next) => isTypeScript(url) ? { format: 'commonjs', source: compiled(fileURLToPath(url)), shortCircuit: true } : next(url, context)
  })
} else {
  const load = `export const load = (url, context, next) => (${isTypeScript})(url) ? { format: 'commonjs', shortCircuit: true } : next(url, context)`
  register(`data:text/javascript,${encodeURIComponent(load)}`)
}

function compiled (file) {
  process.env.TAP_TYPE_STRIP_ONLY = '0' // all preloads are through: children of this process need not know
  const source = readFileSync(file, 'utf8')
  const kept = join(KEPT, `${createHash('sha1').update([version, file, source].join('\0')).digest('hex')}.js`)
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    const { code } = require('esbuild').transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      sourcefile: file,
      sourcemap: 'inline'
    })
    const own = `${kept}.${randomUUID()}` // others may be at the same file
    mkdirSync(KEPT, { recursive: true })
    writeFileSync(own, code)
    renameSync(own, kept)
    return code
  }
}
