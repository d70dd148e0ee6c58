import type { ControlResult, RehearsalOptions, Route, RunResult } from '../../../types/rehearsal'
import { isLost } from '../ledger/index'
import { nodeArguments, program } from '../own-programs'

/** Something that is known to come out one way. */
export interface Control {
  readonly name: string
  readonly expected: ControlResult['expected']
  /** In what it differs from a fleet of one task that is deployed once, and signalled while it has traffic. */
  readonly options: RehearsalOptions
}

const SERVER = program('controls/server')

const fast: Route = { name: 'fast', path: '/', weight: 9 }
const slow: Route = { name: 'slow', path: '/slow' }

const broken = (name: string, options: RehearsalOptions = {}): Control => ({
  name,
  expected: 'loss',
  options: {
    command: [process.execPath, ...nodeArguments(SERVER), SERVER, name],
    routes: [fast, slow],
    order: 'signal-first',
    tasks: 1,
    rate: 40,
    ...options
  }
})

/**
 * What shows that a rehearsal can see: servers that must lose, each for another reason, and a fleet that nobody stops,
 * which must not.
 */
export const controls: readonly Control[] = [
  broken('exit at the signal'),
  broken('close at the signal'),
  broken('listener closed in the handler'),
  broken('idle connections closed at the signal'),
  // Nodes must still use the task when its connections run out: they learn late, and check rarely.
  broken('connections kept for 5 s only', { lag: [8, 10], healthCheck: '10/2/2' }),
  broken('health stays 200', { order: 'health-only' }),
  broken('a request longer than the stop timeout', { stopTimeout: 3, routes: [fast, { ...slow, weight: 9 }] }),
  { ...broken('close at the signal', { deployments: 0 }), name: 'no stop', expected: 'clean' }
]

/** Whether a control came out as it must. Pure. */
export function controlResult ({ name, expected }: Control, { requests, tasks }: Pick<RunResult, 'requests' | 'tasks'>): ControlResult {
  const lost = requests.filter(isLost).length
  const killed = tasks.some(({ stop }) => stop?.exitSignal === 'SIGKILL')
  const asExpected = expected === 'loss' ? lost > 0 : lost === 0 && requests.length > 0 && !killed
  const sentence = `${name}: lost ${lost} of ${requests.length} requests, and ${expected === 'loss' ? 'must lose some' : 'must lose none'}`
  return { name, expected, asExpected, requests: requests.length, lost, sentence }
}
