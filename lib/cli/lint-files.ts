import { readFileSync } from 'node:fs'
import { text as readStream } from 'node:stream/consumers'

import type { Source } from '../lint/index'
import { brokenAt } from './json-error'

export const STDIN = 'stdin'

/** Reads a file, or stdin for `-`; it must be JSON. */
export async function readSource (given: string, stdin: NodeJS.ReadableStream): Promise<Source> {
  const file = given === '-' ? STDIN : given
  const text = (given === '-' ? await readStream(stdin) : read(given)).replace(/^\uFEFF/, '')
  return { file, text, document: parse(file, text) }
}

function read (file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function parse (file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    if (isYaml(file, text)) throw new Error(`${file}: this is YAML, and only JSON is read: convert it, such as with \`cdk synth --json\` or \`rain fmt --json\``)
    const { line, column } = brokenAt(text, message)
    throw new Error(`${file}:${line}:${column}: this is no JSON: ${message}`)
  }
}

/** Enough for a few lines of comment. */
const BEGINNING = 10_000

/** By its name, or by how its first line that says something begins. */
function isYaml (file: string, text: string): boolean {
  return /\.ya?ml$/i.test(file) || /^(?:[ \t]*(?:#.*)?\r?\n)*(?:---|["']?[A-Za-z][\w-]*["']?:(?:\s|$))/.test(text.slice(0, BEGINNING))
}
