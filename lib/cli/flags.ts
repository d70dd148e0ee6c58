import { defaults } from '../rehearsal/index'
import { Wrong } from './wrong'

/** How the text of a flag becomes the value of the option of the same name. */
type Kind = 'number' | 'text' | 'texts' | 'switch' | 'lag'

interface Flag {
  readonly kind: Kind
  /** What stands for the value in the usage. */
  readonly value?: string
  readonly meaning: string
}

/** The flags of `rehearse`, in the order in which the usage shows them. In camelCase they are the options of the file and of the API. */
export const flags: Readonly<Record<string, Flag>> = {
  order: { kind: 'texts', value: 'ORDER', meaning: 'deregister-first, together, signal-first, health-only or kill; may be repeated' },
  lag: { kind: 'lag', value: 'LAG', meaning: 'ideal (0 s), normal (1 to 5 s), harsh (4 to 12 s) or a range such as 2-8: from deregistration to looking away' },
  tasks: { kind: 'number', value: 'N', meaning: 'tasks that run' },
  nodes: { kind: 'number', value: 'N', meaning: 'nodes of the balancer' },
  rate: { kind: 'number', value: 'N', meaning: 'requests a second, an open load' },
  deployments: { kind: 'number', value: 'N', meaning: 'how often all tasks are replaced in each order' },
  seed: { kind: 'number', value: 'N', meaning: 'everything that is drawn' },
  seeds: { kind: 'number', value: 'N', meaning: 'as many runs, with seeds from --seed on' },
  'stop-timeout': { kind: 'number', value: 'S', meaning: 'SIGTERM to SIGKILL, in seconds' },
  'deregistration-delay': { kind: 'number', value: 'S', meaning: 'how long a deregistered target may finish, in seconds' },
  'minimum-healthy-percent': { kind: 'number', value: 'N', meaning: 'of a deployment' },
  'maximum-percent': { kind: 'number', value: 'N', meaning: 'of a deployment' },
  path: { kind: 'text', value: 'PATH', meaning: 'what users ask for by GET, where there are no routes in the file (/)' },
  'health-path': { kind: 'text', value: 'PATH', meaning: 'where the balancer asks' },
  'health-check': { kind: 'text', value: 'I/T/U', meaning: 'interval and timeout in seconds, unhealthy threshold' },
  'start-timeout': { kind: 'number', value: 'S', meaning: 'in which a task must be healthy, in seconds' },
  'second-sigterm': { kind: 'switch', meaning: 'the agent says SIGTERM twice' },
  pid1: { kind: 'switch', meaning: 'the command is PID 1 of a namespace of its own, as in a container (Linux)' },
  controls: { kind: 'switch', meaning: 'also servers that must lose, and a fleet that must not' },
  simulate: { kind: 'switch', meaning: 'on paper: the same rollouts on a virtual clock, up to 10,000 tasks and 1,000,000 requests a second' },
  config: { kind: 'text', value: 'FILE', meaning: 'options in JSON (ecs-rehearsal.json, if it is there)' },
  report: { kind: 'text', value: 'FILE', meaning: 'writes a page in HTML' },
  json: { kind: 'switch', meaning: 'writes the whole result to stdout' },
  help: { kind: 'switch', meaning: 'this' }
}

export const usage = `fastify-ecs-graceful rehearse [options] [-- command]

Runs a command that listens on $PORT as an ECS service behind an ALB, deploys it under load, and says what users saw.
Without a command, a sample server.

${Object.entries(flags).map(([name, flag]) => line(name, flag)).join('\n')}

Exit codes: 0 pass, 1 fail, 2 wrong usage or a command that does not run, 3 a run that proves nothing.
`

function line (name: string, { value, meaning }: Flag): string {
  const standard = (defaults as Record<string, unknown>)[camelCase(name)]
  const shown = standard === undefined || standard === false ? '' : ` (${[standard].flat().join(', ')})`
  return `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(30)}${meaning}${shown}`
}

export function camelCase (name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** The value of a flag. Whether it may be had is for the option to say, but for what is no number at all. */
export function valueOf (name: string, given: string | boolean | readonly (string | boolean)[]): unknown {
  const { kind } = flags[name]!
  if (kind === 'number') {
    if (/^-?\d+(\.\d+)?$/.test(String(given))) return Number(given)
    throw new Wrong(`--${name} must be a number, but is '${String(given)}'`)
  }
  const range = kind === 'lag' && /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(String(given))
  return range ? [Number(range[1]), Number(range[2])] : given
}
