import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(__dirname, '../..')

/** Every page that a user is meant to read. */
export const pages: readonly string[] = [
  'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'examples/telemetry/README.md',
  ...readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)
]

export const read = (page: string): string => readFileSync(join(root, page), 'utf8')

export interface Block {
  readonly page: string
  /** Of the fence, counted from 1. */
  readonly line: number
  /** Empty if none is named. */
  readonly language: string
  readonly text: string
}

/** The fenced blocks of a page. Throws if one is not closed: everything after it would be taken for the opposite of what it is. */
export function blocks (page: string): Block[] {
  const found: Block[] = []
  let open: { line: number, language: string, lines: string[] } | undefined
  for (const [index, line] of read(page).split('\n').entries()) {
    const fence = /^```(\S*)$/.exec(line)
    if (open && fence?.[1] === '') {
      found.push({ page, line: open.line, language: open.language, text: `${open.lines.join('\n')}\n` })
      open = undefined
    } else if (open) {
      open.lines.push(line)
    } else if (fence) {
      open = { line: index + 1, language: fence[1]!, lines: [] }
    } else if (line.trimStart().startsWith('```')) {
      throw new Error(`${page}:${index + 1}: a fence stands alone at the beginning of its line`)
    }
  }
  if (open) throw new Error(`${page}:${open.line}: the block is not closed`)
  return found
}

/** A page without its blocks, line by line, so that lines keep their numbers. */
export function prose (page: string): string[] {
  const lines = read(page).split('\n')
  for (const { line, text } of blocks(page)) lines.fill('', line - 1, line + text.split('\n').length)
  return lines
}

/** Programs that need the CDK: they are compiled, and synthesised, against the package as it is packed (test/package.test.ts). */
export function isOfCdk ({ text }: Block): boolean {
  return text.includes('fastify-ecs-graceful/cdk')
}

export function isProgram ({ language }: Block): boolean {
  return language === 'ts' || language === 'js'
}
