import { readArguments } from '../../lib/cli/arguments'
import { readConformArguments } from '../../lib/cli/conform-flags'
import { readLintArguments } from '../../lib/cli/lint-flags'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { root, type Block } from './blocks'

interface Manifest {
  readonly name: string
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: object
  readonly devDependencies: object
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const installable = [manifest.name, ...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]

/** The commands that a block has a shell run, each in words. Comments, redirections and what expands are left as they stand. */
export function commandsOf (text: string): string[][] {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n')
  return lines.flatMap((line) => split(words(line))).filter((command) => command.length > 0)
}

/** Of single and double quotes and of comments as much as the pages use. */
function words (line: string): string[] {
  const found = [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word)
  const comment = found.findIndex((word) => word.startsWith('#'))
  return (comment < 0 ? found : found.slice(0, comment)).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''))
}

function split (words: readonly string[]): string[][] {
  const commands: string[][] = [[]]
  let isTarget = false
  for (const word of words) {
    if (isTarget) isTarget = false
    else if (['|', '&&', ';'].includes(word)) commands.push([])
    else if (word === '>' || word === '>>') isTarget = true
    else commands.at(-1)!.push(word)
  }
  return commands
}

/** Why a command line cannot be right; undefined if it can, and null if nobody here knows such a command. */
export function mistake ([program, ...args]: readonly string[]): string | undefined | null {
  if (program === 'npm') return npm(args)
  if (program === 'npx' && args[0] === manifest.name) return ownMistake(args.slice(1))
  return null
}

function ownMistake ([name, ...args]: readonly string[]): string | undefined {
  try {
    if (name === 'rehearse') readArguments(args)
    else if (name === 'conform') readConformArguments(args)
    else if (name === 'lint') readLintArguments(args)
    else if (name !== 'check' || args.length > 1) return `there is no command ${name}`
  } catch (error) {
    return (error as Error).message
  }
}

function npm ([command, ...args]: readonly string[]): string | undefined {
  switch (command) {
    case 'ci': return
    case 'test': return
    case 'run': return args[0]! in manifest.scripts ? undefined : `there is no script ${args[0]}`
    case 'install': {
      const strange = args.filter((name) => !name.startsWith('-') && !installable.includes(name))
      return strange.length > 0 ? `${strange.join(', ')}: not what this package or its tests use` : undefined
    }
    default: return `npm ${command} is not known`
  }
}

/** The commands of a workflow's steps. */
export function commandsOfSteps ({ text }: Block): string[][] {
  return text.split('\n').flatMap((line) => {
    const command = /^\s*- run: (.+)$/.exec(line)?.[1]
    return command === undefined ? [] : commandsOf(command)
  })
}
