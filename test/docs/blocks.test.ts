import t from 'tap'

import { readSettings } from '../../lib/rehearsal/settings'
import { awsMistake } from './aws-cli'
import { blocks, isOfCdk, isProgram, pages, read, type Block } from './blocks'
import { commandsOf, commandsOfSteps, mistake } from './command-lines'
import { deadLinks } from './links'
import { complaints } from './type-check'

const all = pages.flatMap(blocks)
const of = (...languages: readonly string[]): Block[] => all.filter(({ language }) => languages.includes(language))
const place = ({ page, line }: Block): string => `${page}:${line}`

/** Programs that nobody here can hold against anything, with what holds them instead. */
const OTHER_COMMANDS: Readonly<Record<string, string>> = {
  autocannon: 'run by load.test.ts',
  cd: 'a shell\'s own',
  cp: 'a program of every system',
  done: 'a shell\'s own',
  export: 'a shell\'s own',
  for: 'a shell\'s own; what it repeats is on lines of its own',
  hey: 'run by load.test.ts, where it is installed',
  'npx cdk': 'the CDK\'s command line is not installed here; test/cdk/examples.test.ts synthesises without it',
  terraform: 'not installed here; test/lint/terraform.test.ts reads what it writes'
}

/** Blocks that are neither programs nor data: what is printed or drawn. With what holds them to the truth, if anything does. */
const PRINTED: Readonly<Record<string, string>> = {
  'docs/cdk.md': 'an annotation of the CDK: test/cdk/refusals.test.ts reads those',
  'docs/conformance.md': 'evidence: test/conformance/documents.test.ts',
  'docs/lint.md': 'a finding: test/lint/documents.test.ts',
  'docs/rehearsal.md': 'tables of a run: figures of one machine',
  'docs/timeline.md': 'the picture of a stop'
}

t.test('every program in TypeScript and JavaScript compiles', async (t) => {
  const programs = all.filter((block) => isProgram(block) && !isOfCdk(block))

  t.ok(programs.length > 20)
  t.strictSame(complaints(programs), [])
})

t.test('every command line is one that its program takes', async (t) => {
  const commands = [
    ...of('sh').flatMap((block) => commandsOf(block.text).map((words) => ({ block, words }))),
    ...of('yaml').flatMap((block) => commandsOfSteps(block).map((words) => ({ block, words })))
  ]
  const wrong = commands.flatMap(({ block, words }) => {
    const found = words[0] === 'aws' ? awsMistake(words.slice(1)) : mistake(words)
    const isListed = words[0]! in OTHER_COMMANDS || words.slice(0, 2).join(' ') in OTHER_COMMANDS
    return found === undefined || (found === null && isListed) ? [] : [`${place(block)}: ${words.join(' ')}: ${found ?? 'nobody knows this command'}`]
  })

  t.ok(commands.length > 30)
  t.strictSame(wrong, [])
})

t.test('every block of JSON can be read, and options of the rehearsal are taken', async (t) => {
  const wrong = of('json').flatMap((block) => {
    try {
      const value = JSON.parse(block.text) as { command?: unknown }
      if (value.command !== undefined) readSettings(value as Parameters<typeof readSettings>[0])
      return []
    } catch (error) {
      return [`${place(block)}: ${(error as Error).message}`]
    }
  })

  t.strictSame(wrong, [])
})

t.test('every other block is of a kind that is held elsewhere, or is listed with a reason', async (t) => {
  const held = ['js', 'json', 'log', 'query', 'sh', 'ts', 'yaml'] // log: troubleshooting.test.ts; query: queries.test.ts
  const others = all.filter(({ language }) => !held.includes(language))
  const isList = ({ page, language }: Block): boolean => page === 'CONTRIBUTING.md' && language === 'md' // a line for somebody else's list

  t.strictSame(others.filter((block) => !isList(block) && !(block.language === '' && block.page in PRINTED)).map(place), [])
  t.strictSame(Object.keys(PRINTED).filter((page) => !others.some((block) => block.page === page)), [])
})

t.test('every link inside the repository leads to a file that is there, and to a heading that it has', async (t) => {
  t.strictSame(deadLinks(), [])
  t.ok(pages.join().includes('docs/timeline.md') && read('README.md').includes('](docs/timeline.md#http2)'))
})
