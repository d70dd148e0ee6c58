import { parseArgs } from 'node:util'

import { kinds, type Kind } from './plan'

export const USAGE = `npm run soak -- [options]
  --minutes N       how long deployments follow one another (30), 120 at most
  --deployments N   or how many
  --seed N          everything that is drawn (1)
  --rate N          requests a second (50)
  --tasks N         of each fleet (2)
  --web-sockets N   clients that stay connected (20)
  --fault KIND      may be repeated (all): ${kinds.join(', ')}
  --naive           the same services without the plugin: they must be found out
  --json            the result on stdout; everything else goes to stderr
Exit code 0 for PASS, 1 for FAIL, 2 for INVALID, for wrong usage and for a service that does not run.`

export interface SoakSettings {
  readonly minutes: number
  /** Whichever is over first. */
  readonly deployments: number
  readonly seed: number
  readonly rate: number
  readonly tasks: number
  readonly webSockets: number
  readonly faults: readonly Kind[]
  readonly naive: boolean
  /** Whether two tasks are never replaced, and plugins registered and closed again and again, to see what grows. */
  readonly memory: boolean
  /** SIGTERM to SIGKILL, in seconds. */
  readonly stopTimeout: number
  /** In seconds. */
  readonly deregistrationDelay: number
}

export const defaults: SoakSettings = {
  minutes: 30,
  deployments: Infinity,
  seed: 1,
  rate: 50,
  tasks: 2,
  webSockets: 20,
  faults: kinds,
  naive: false,
  memory: true,
  stopTimeout: 30,
  deregistrationDelay: 10
}

/** What is kept in memory of a soak lasts for so long, in minutes. */
const LONGEST = 120

/** Throws, with the usage, for what it does not know. */
export function readArguments (args: readonly string[]): { settings: SoakSettings, json: boolean, help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      deployments: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string' },
      tasks: { type: 'string' },
      'web-sockets': { type: 'string' },
      fault: { type: 'string', multiple: true, default: [...kinds] },
      naive: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  })
  const unknown = values.fault.find((kind) => !kinds.includes(kind as Kind))
  if (unknown !== undefined) throw new Error(`--fault must be one of ${kinds.join(', ')}, but is ${unknown}\n${USAGE}`)
  const number = (name: 'minutes' | 'deployments' | 'seed' | 'rate' | 'tasks' | 'web-sockets', fallback: number, least: number, most: number): number => {
    const given = values[name]
    if (given === undefined) return fallback
    if (/^\d{1,9}$/.test(given) && Number(given) >= least && Number(given) <= most) return Number(given)
    throw new Error(`--${name} must be a whole number from ${least} to ${most}, but is ${given}\n${USAGE}`)
  }
  return {
    settings: {
      ...defaults,
      minutes: number('minutes', defaults.minutes, 1, LONGEST),
      deployments: number('deployments', defaults.deployments, 1, 10_000),
      seed: number('seed', defaults.seed, 0, 999_999_999),
      rate: number('rate', defaults.rate, 1, 500),
      tasks: number('tasks', defaults.tasks, 1, 6),
      webSockets: number('web-sockets', defaults.webSockets, 0, 500),
      faults: values.fault as Kind[],
      naive: values.naive
    },
    json: values.json,
    help: values.help
  }
}
