import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'

const root = path.join(__dirname, '../..')

export interface SourceFile {
  /** The path below `lib`, without extension: `core/drain`. */
  readonly name: string
  readonly text: string
  /** What it imports, by the same names; `types`, `node:…` and packages as they are. */
  readonly imports: readonly Import[]
}

export interface Import {
  readonly of: string
  /** Gone in the built package: `import type`. */
  readonly typeOnly: boolean
  /** By a call, when it is needed. */
  readonly later: boolean
}

/** Every file of lib. */
export function sources (): SourceFile[] {
  const files = readdirSync(path.join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return files.map((file) => {
    const text = readFileSync(path.join(root, 'lib', file), 'utf8')
    return { name: file.slice(0, -'.ts'.length), text, imports: importsOf(file, text) }
  })
}

/** Static imports, re-exports, `require` and `import()` alike. */
function importsOf (file: string, text: string): Import[] {
  const found = text.matchAll(/^(?:import|export)\s(type\s)?(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\b(?:import|require)\s?\(['"]([^'"]+)['"]\)/gm)
  return [...found].map(([, type, imported, loaded]) => {
    return { of: resolve(file, imported ?? loaded!), typeOnly: type !== undefined, later: loaded !== undefined }
  })
}

function resolve (file: string, imported: string): string {
  if (!imported.startsWith('.')) return isBuiltin(imported) ? `node:${imported.replace(/^node:/, '')}` : imported
  const target = path.join('lib', path.dirname(file), imported)
  return target.startsWith('types') ? 'types' : path.relative('lib', target)
}
