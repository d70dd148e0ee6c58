import { UNKNOWN, type Maybe } from '../values'
import { hasSeveral, isRedirected, lastCommand, withoutVariables, words } from './shell'

type Words = ReadonlyArray<Maybe<string>>

/** What a container runs, as far as its task definition says: what the image says is not known. */
export interface Command {
  /** What stands between PID 1 and the server and passes no SIGTERM on. */
  readonly deafParent?: string
  /** The words of what is run in the end; those that are not known are left out. */
  readonly words: readonly string[]
}

/** The whole of a container's command, in exec form; undefined where the image decides. */
export function commandLine (entryPoint: Maybe<Words>, command: Maybe<Words>): Words | undefined {
  if (entryPoint === UNKNOWN || command === UNKNOWN) return
  const all = [...entryPoint ?? [], ...command ?? []]
  return all.length === 0 ? undefined : all
}

const SHELLS = new Set(['sh', 'ash', 'dash', 'bash'])
/** They run a shell that runs the server, and leave without waiting for it (measured, npm 11). */
const PACKAGE_MANAGERS = new Set(['npm', 'npx', 'yarn', 'yarnpkg', 'pnpm', 'pnpx'])
/** It ends the server by SIGINT, which skips the lame duck, and kills it 1.6 s later (pm2, PM2_KILL_SIGNAL and PM2_KILL_TIMEOUT). */
const PROCESS_MANAGERS = new Set(['pm2-runtime', 'pm2-docker'])
/** A file of pm2's own may say otherwise. */
const PM2_FILE = /\.(json|ya?ml|config\.[cm]?js)$/
/** They are told of signals, and tell one child. */
const INITS = new Set(['tini', 'docker-init', 'dumb-init', 'catatonit'])

/** They become what they are given: so many words of their own come before it. */
const REPLACED = new Map([['exec', 0], ['corepack', 0], ['gosu', 1], ['su-exec', 1]])
/** Commands within commands, at most. */
const DEEP = 10

/** Follows a command from PID 1 on. `tini -g` and `dumb-init` tell all of their descendants: behind those nobody is deaf. */
export function follow (line: Words, depth = 0): Command {
  const [first, ...rest] = line
  if (typeof first !== 'string' || depth > DEEP) return { words: texts(line) }
  const name = first.slice(first.lastIndexOf('/') + 1)
  if (INITS.has(name)) return behindInit(name, rest, depth)
  if (REPLACED.has(name)) return follow(rest.slice(REPLACED.get(name)), depth + 1)
  if (name === 'env') return follow(withoutVariables(texts(rest)), depth + 1)
  if (SHELLS.has(name)) return inShell(name, rest, depth)
  if (PROCESS_MANAGERS.has(name) && !texts(rest).some((word) => PM2_FILE.test(word))) return { deafParent: name, words: texts(line) }
  return PACKAGE_MANAGERS.has(name) ? { deafParent: texts([name, ...rest]).slice(0, 2).join(' '), words: texts(line) } : { words: texts(line) }
}

function behindInit (name: string, args: Words, depth: number): Command {
  const start = args.findIndex((arg) => typeof arg !== 'string' || !arg.startsWith('-'))
  const flags = texts(args.slice(0, Math.max(0, start)))
  const inner = follow(args.slice(Math.max(0, start)), depth + 1)
  const tellsAll = name === 'dumb-init' ? !flags.some((flag) => flag === '-c' || flag === '--single-child') : flags.some((flag) => /^-\w*g/.test(flag))
  return tellsAll ? { words: inner.words } : inner
}

/**
 * A shell is deaf unless it is replaced by what it runs. `exec` does that everywhere. Without it, bash does it for a last command that
 * is nothing but words; busybox's sh does too, Debian's does not (measured), and which of them `sh` is, only the image knows.
 */
function inShell (name: string, args: Words, depth: number): Command {
  const flag = args.findIndex((arg) => typeof arg === 'string' && /^-[a-z]*c$/.test(arg))
  const script = args[flag + 1]
  if (flag < 0 || typeof script !== 'string') return { words: texts([name, ...args]) } // a file: what is in it is not known
  const last = lastCommand(script)
  const run = withoutVariables(words(last))
  const isReplaced = !hasSeveral(last) && (run[0] === 'exec' || (name === 'bash' && !isRedirected(last) && !script.includes('||')))
  const inner = follow(run, depth + 1)
  return isReplaced ? inner : { deafParent: `${name} -c without exec`, words: inner.words }
}

function texts (line: Words): readonly string[] {
  return line.filter((word) => typeof word === 'string')
}
