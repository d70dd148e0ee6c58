import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'

import { preflight, sentence, type Facts } from '../../lib/core/preflight/index'
import { planTimings } from '../../lib/core/timing-plan'
import { errors } from '../../lib/errors'
import ecsGraceful from '../../lib/index'
import { Incidents } from '../../lib/incidents'
import type { DrainReport, EcsGracefulOptions, TimingPlan } from '../../types/index'
import { sources } from '../helpers/sources'
import { blocks } from './blocks'

const PAGE = 'docs/troubleshooting.md'
const shown = blocks(PAGE).filter(({ language }) => language === 'log').flatMap(({ text }) => text.trimEnd().split('\n'))
const plan = (stopTimeout: number): TimingPlan => (planTimings({ options: { stopTimeout } }) as { plan: TimingPlan }).plan

/** What a start, and one question for health, leave in the log; or what refuses it. */
async function said (t: Test, options: EcsGracefulOptions, before: (app: FastifyInstance) => unknown = () => {}): Promise<string[]> {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => { lines.push((JSON.parse(line) as { msg: string }).msg) } } } })
  t.teardown(() => app.close())
  try {
    before(app)
    await app.register(ecsGraceful, { signals: false, ...options })
    await app.ready()
    await app.inject('/health')
  } catch (error) {
    lines.push((error as Error).message)
  }
  return lines
}

/** A finding where the start knows what no test can be started by. */
const finding = (facts: Facts): string => preflight(facts).map(sentence).join('; ')
/** The same where it refuses the start. */
const refusal = (facts: Facts): string => new errors.Preflight(finding(facts), preflight(facts)[0]!.rule).message

t.test('each message that the page quotes is what the code says, and nothing else is quoted', async (t) => {
  const made = [
    ...await said(t, { loadBalancer: { idleTimeoutSeconds: 120 } }),
    ...await said(t, { loadBalancer: { healthCheck: { intervalSeconds: 30, timeoutSeconds: 5, unhealthyThreshold: 2 } } }),
    ...await said(t, { maxDrainDelay: 20_000, gracePeriod: 10_000 }),
    ...await said(t, {}, (app) => app.get('/health', async () => 'ok')),
    ...await said(t, { health: { checks: { pg: () => { throw new Error('the database is down') } } } }),
    finding({ plan: plan(60_000), stopTimeout: 20_000 }),
    finding({ container: { healthCheckPath: '/health' }, server: { healthPath: '/health' } }),
    refusal({ container: { deafParent: 'npm' } }),
    refusal({ plan: plan(30_000), container: { closeGraceDelay: 500 } }),
    `preflight: ${finding({ server: { healthPath: '/health' }, loadBalancer: { healthCheck: { path: '/status' } } })}`,
    `preflight: ${finding({ server: { address: '127.0.0.1' } })}`,
    ...sources().flatMap(({ text }) => /log\.fatal\('([^']+)'/.exec(text)?.[1] ?? [])
  ]

  t.strictSame(shown.filter((line) => !made.includes(line)), [])
  t.strictSame(made.filter((line) => !shown.includes(line)), [])
})

t.test('each excerpt of a report has the names and words that reports have', async (t) => {
  const incidents = new Incidents({} as ConstructorParameters<typeof Incidents>[0])
  incidents.hookTimedOut(5_000)
  const reports: Array<Partial<DrainReport>> = [
    { outcome: 'timed-out', exitCode: 1, clients: [{ name: 'pg', outcome: 'forced', duration: 3_002 }], errors: incidents.errors },
    {
      left: 'limit',
      cause: { ecs: true, spot: null, order: 'signal-first', evidence: { probesStopped: false, quietBefore: null, lastRequest: 14_496, lastProbe: 12_804 } }
    },
    { outcome: 'cut', cut: { requests: [], unnamed: 0, upgraded: 0, work: ['sqs orders: 3 messages'] } }
  ]

  const excerpts = blocks(PAGE).filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text) as object)
  t.strictSame(excerpts, reports.map((report) => ({ event: 'ecs-graceful-report', ...report })))
})
