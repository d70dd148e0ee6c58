import { availableParallelism } from 'node:os'

import type { ClauseResult, ConformanceOptions, ConformanceResult, ConformanceSettings } from '../../types/conformance'
import { errors } from '../errors'
import { aborted } from '../rehearsal/aborted'
import { monotonic } from '../rehearsal/monotonic'
import { unfit } from '../rehearsal/platform'
import { freePorts } from '../rehearsal/task/index'
import { packageVersion } from '../rehearsal/version'
import { inconclusive, notApplicable, type Clause, type Outcome } from './clause'
import { clauses } from './clauses/index'
import { judge } from './judge'
import { missing } from './missing'
import { described } from './report/index'
import { Server } from './server'
import { readSettings } from './settings'
import { sideBySide } from './side-by-side'
import { Subject, type Shared, type Survey } from './subject'
import { survey } from './survey'

/** Beyond the stop timeout and the start, in milliseconds: no clause takes so long. */
const LONGEST = 60_000

/**
 * Holds a server against the clauses of draining: each starts fresh processes of the command, forces its instant, and
 * judges by what came over the wire.
 *
 * The server is a stranger: it is started by its command and met by HTTP and signals. A clause that fails is a result;
 * what cannot be tested rejects, with `FST_ECS_OPTION_INVALID`, `FST_ECS_OPTION_UNKNOWN` or
 * `FST_ECS_CONFORMANCE_IMPOSSIBLE`, or with the reason of an aborted `signal`. No process or port is left in any case.
 */
export async function conform (options: ConformanceOptions): Promise<ConformanceResult> {
  const obstacle = unfit()
  if (obstacle !== undefined) throw new errors.ConformanceImpossible(obstacle)
  const settings = readSettings(options, clauses.map(({ id }) => id))
  const { env = {}, signal = new AbortController().signal, onEvent = () => {} } = options
  const shared: Shared = { settings, env, nextPort: await freePorts(), plays: new Map() }
  const ends = new Set<() => Promise<void>>()
  const over = new AbortController()
  const wanted = chosen(settings)

  try {
    const work = async (): Promise<ConformanceResult> => {
      const known = await survey(async () => {
        const server = await Server.spawn({ settings, env, port: await shared.nextPort() })
        ends.add(async () => await server.end())
        return server
      }, { settings, wanted: new Set(wanted.flatMap(({ needs, uses = [] }) => [...needs, ...uses])) })
      onEvent({ type: 'contract', text: described(known) })
      const results = await perform(wanted, { shared, known, ends, signal, onEvent })
      return resultOf(settings, known, results)
    }
    return await Promise.race([work(), aborted(signal, over.signal)])
  } finally {
    over.abort()
    await Promise.all([...ends].map(async (end) => await end()))
  }
}

function chosen ({ clause, level }: ConformanceSettings): Clause[] {
  return clauses.filter(({ id, level: own }) => (clause.length === 0 || clause.includes(id)) && level.includes(own))
}

interface Stage extends Required<Pick<ConformanceOptions, 'signal' | 'onEvent'>> {
  readonly shared: Shared
  readonly known: Survey
  readonly ends: Set<() => Promise<void>>
}

/** The long ones are begun first; results come in the order of the table. */
async function perform (wanted: readonly Clause[], { shared, known, ends, signal, onEvent }: Stage): Promise<ClauseResult[]> {
  const order = [...wanted].sort((a, b) => Number(b.long ?? false) - Number(a.long ?? false))
  let done = 0
  const results = await sideBySide(shared.settings.atOnce, order.map((clause) => async () => {
    signal.throwIfAborted()
    const subject = new Subject(shared, known)
    const end = async (): Promise<void> => await subject.end()
    ends.add(end)
    const began = monotonic()
    const outcome = await outcomeOf(clause, subject)
    await end()
    ends.delete(end)
    const result = { ...describe(clause), evidence: [], output: '', ...outcome, duration: Math.round(monotonic() - began) }
    onEvent({ type: 'clause', result, done: ++done, of: wanted.length })
    return result
  }))
  return wanted.map((clause) => results[order.indexOf(clause)]!)
}

function describe ({ id, level, title }: Clause): Pick<ClauseResult, 'id' | 'level' | 'title'> {
  return { id, level, title }
}

/** A clause that breaks, or never comes to an end, has shown nothing. */
async function outcomeOf (clause: Clause, subject: Subject): Promise<Outcome> {
  const lacking = clause.needs.find((need) => !subject.survey.offers.has(need))
  if (lacking) return notApplicable(missing(lacking, subject.settings))

  const { stopTimeout, startTimeout } = subject.settings
  const limit = (stopTimeout + startTimeout) * 1_000 + LONGEST
  const controller = new AbortController()
  const tooLong = new Promise<Outcome>((resolve) => {
    const timer = setTimeout(() => resolve(inconclusive(`it had not come to an end after ${limit / 1_000} s`)), limit)
    controller.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  const tested = clause.test(subject).catch((error: Error) => inconclusive(`it could not be tested: ${error.message}`))
  const outcome = await Promise.race([tested, tooLong])
  controller.abort()
  return outcome
}

function resultOf (settings: ConformanceSettings, { drain }: Survey, results: readonly ClauseResult[]): ConformanceResult {
  const { unhealthy = null, listenerClosed = null, exited = null } = drain
  const environment = { package: packageVersion(), node: process.version, platform: `${process.platform} ${process.arch}`, cores: availableParallelism() }
  return { version: 1, ...judge(results, settings.strict), settings, clauses: results, drain: { unhealthy, listenerClosed, exited }, environment }
}
