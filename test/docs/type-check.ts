import { join } from 'node:path'
import ts from 'typescript'

import { root, type Block } from './blocks'

/** Where blocks stand for the compiler: beside the tests, so that they find what the repository has installed. */
const PLACE = join(root, 'test/docs/.blocks')
/** What blocks may use without having declared it. */
const NAMES = join(root, 'test/docs/names.d.ts')

/** Said of JavaScript only because it is checked as TypeScript: an implied any, and what may be undefined. */
const OF_TYPESCRIPT_ONLY = [7005, 7006, 7031, 2531, 2532, 2533, 18046, 18047, 18048, 18049]

/** Checks blocks as modules of one program, against the sources of this package. Complaints begin with page and line. */
export function complaints (blocks: readonly Block[]): string[] {
  const files = new Map(blocks.map((block) => [join(PLACE, `${block.page.replaceAll('/', '-')}-${block.line}${extension(block)}`), block]))
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: { paths: object } } }
  const { options } = ts.convertCompilerOptionsFromJson({
    ...config.compilerOptions,
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: { ...config.compilerOptions.paths, lightship: ['./test/docs/lightship.d.ts'] }
  }, root)

  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  const textOf = (file: string): string | undefined => {
    const block = files.get(file)
    return block && `${block.text}\nexport {}\n` // each a module, whether it imports anything or not
  }
  host.fileExists = (file) => files.has(file) || fileExists.call(host, file)
  host.readFile = (file) => textOf(file) ?? readFile.call(host, file)
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const text = textOf(file)
    return text === undefined ? getSourceFile.call(host, file, languageVersion, ...rest) : ts.createSourceFile(file, text, languageVersion, true)
  }

  const program = ts.createProgram([NAMES, ...files.keys()], options, host)
  const own = [NAMES, ...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  })
  return own.flatMap((diagnostic) => {
    const { file, start = 0, messageText, code } = diagnostic
    const block = files.get(file!.fileName)
    if (block?.language === 'js' && isOfTypeScriptOnly(diagnostic)) return []
    const line = file!.getLineAndCharacterOfPosition(start).line + 1
    return [`${block?.page ?? file!.fileName}:${(block?.line ?? 0) + line}: TS${code} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`]
  })
}

function isOfTypeScriptOnly ({ code, messageText }: ts.Diagnostic): boolean {
  return OF_TYPESCRIPT_ONLY.includes(code) || /Type '(?:unknown|(?:\w+ \| )*undefined)'|Argument of type '\w+ \| undefined'/.test(ts.flattenDiagnosticMessageText(messageText, '\n'))
}

/** A program that uses `require` is a CommonJS module; all others may await. */
function extension ({ text }: Block): string {
  return /\brequire\(/.test(text) ? '.cts' : '.mts'
}
