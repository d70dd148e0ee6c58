import t from 'tap'

import { preflight, rules, type Facts, type RuleId } from '../../../lib/core/preflight/index'
import { planTimings } from '../../../lib/core/timing-plan'
import type { Timings } from '../../../types/index'

function plan (options: Partial<Timings>): Timings {
  const planned = planTimings({ options })
  if ('finding' in planned) throw new Error(planned.finding.message)
  return planned.plan
}

const usual = plan({ stopTimeout: 60_000 })
const fast = { path: '/health', interval: 5_000, timeout: 2_000, unhealthyThreshold: 2 }
const slow = { path: '/health', interval: 30_000, timeout: 5_000, unhealthyThreshold: 2 }
const network = { kind: 'network', healthCheck: fast, unhealthyTermination: true } as const

/** For each rule a case that trips it, what it then says, and cases that do not. */
const cases: Record<RuleId, { trips: Facts, says: string, not: readonly Facts[] }> = {
  budget: {
    trips: { stopTimeout: 1_000 },
    says: 'drainDelay 166 + gracePeriod 0 + closeTimeout 166 + safetyMargin 1000 = 1332 ms, but SIGKILL comes after stopTimeout 1000 ms. ' +
      'Either raise stopTimeout to 1332 or more, in the task definition too (Fargate allows 120 s), or take 332 ms off the others',
    not: [{ stopTimeout: 2_000 }, { plan: usual, stopTimeout: 1_000 }]
  },
  'stop-timeout': {
    trips: { plan: usual, stopTimeout: 30_000 },
    says: 'the stop timeout that the application plans with (60 s) must be at most the task definition\'s stopTimeout (30 s)',
    not: [{ plan: usual, stopTimeout: 60_000 }, { plan: usual }]
  },
  'fargate-stop-timeout': {
    trips: { capacity: 'fargate', stopTimeout: 121_000 },
    says: 'stopTimeout (121 s) must be at most Fargate\'s most (120 s)',
    not: [
      { capacity: 'mixed', stopTimeout: 120_000 }, { capacity: 'fargate-spot', stopTimeout: 2_000 },
      { capacity: 'ec2', stopTimeout: 600_000 }, { stopTimeout: 600_000 }
    ]
  },
  'ec2-stop-timeout': {
    trips: { capacity: 'ec2', stopTimeout: 600_000 },
    says: 'stopTimeout (600 s) must be at most the portable most (120 s)',
    not: [{ capacity: 'ec2', stopTimeout: 120_000 }, { capacity: 'fargate', stopTimeout: 600_000 }]
  },
  'longest-request': {
    trips: { plan: usual, longestRequest: 15_001 },
    says: 'gracePeriod (15 s) must be at least longestRequest (15.001 s)',
    not: [{ plan: usual, longestRequest: 15_000 }, { plan: usual }]
  },
  buffer: {
    trips: { plan: plan({ stopTimeout: 30_000 }), longestRequest: 10_001 },
    says: 'stopTimeout (30 s) must be at least drainDelay (5 s) + longestRequest (10.001 s) + closeTimeout (5 s) + 10 s = 30.001 s',
    not: [{ plan: plan({ stopTimeout: 30_000 }), longestRequest: 10_000 }, { plan: plan({ stopTimeout: 30_000 }) }]
  },
  'keep-alive': {
    trips: { server: { keepAliveTimeout: 72_000 }, loadBalancer: { idleTimeout: 70_000 } },
    says: 'the server\'s keepAliveTimeout (72 s) must be at least the load balancer\'s idle timeout (70 s) + 5 s = 75 s',
    not: [
      { server: { keepAliveTimeout: 65_000 }, loadBalancer: { idleTimeout: 60_000 } },
      { server: { keepAliveTimeout: 0 }, loadBalancer: { idleTimeout: 60_000 } },
      { server: { keepAliveTimeout: 5_000 }, loadBalancer: { idleTimeout: 350_000, kind: 'network' } },
      { server: { keepAliveTimeout: 5_000 } }
    ]
  },
  'headers-timeout': {
    trips: { server: { keepAliveTimeout: 72_000, headersTimeout: 72_000 } },
    says: 'the server\'s headersTimeout (72 s) must be more than keepAliveTimeout (72 s)',
    not: [
      { server: { keepAliveTimeout: 72_000, headersTimeout: 73_000 } },
      { server: { keepAliveTimeout: 72_000, headersTimeout: 0 } },
      { server: { keepAliveTimeout: 0, headersTimeout: 60_000 } }
    ]
  },
  'told-in-time': {
    trips: { plan: plan({ stopTimeout: 30_000 }), loadBalancer: { healthCheck: slow } },
    says: 'maxDrainDelay (14.5 s) must be at least 2 × health check interval (30 s) + health check timeout (5 s) + 1 s = 66 s',
    not: [
      { plan: plan({ stopTimeout: 30_000 }), loadBalancer: { healthCheck: fast } },
      { plan: plan({ stopTimeout: 30_000 }), loadBalancer: { healthCheck: slow, deregisters: true } },
      { plan: plan({ stopTimeout: 30_000 }), loadBalancer: { healthCheck: { interval: 30_000, timeout: 5_000 } } },
      { plan: plan({ stopTimeout: 30_000 }) }
    ]
  },
  'deregistration-delay': {
    trips: { longestRequest: 31_000, loadBalancer: { deregistrationDelay: 30_000 } },
    says: 'the deregistration delay (30 s) must be at least longestRequest (31 s)',
    not: [{ longestRequest: 30_000, loadBalancer: { deregistrationDelay: 30_000 } }, { loadBalancer: { deregistrationDelay: 30_000 } }]
  },
  'spot-notice': {
    trips: { capacity: 'mixed', stopTimeout: 91_000, loadBalancer: { deregistrationDelay: 30_000 } },
    says: 'the deregistration delay (30 s) + stopTimeout (91 s) = 121 s must be at most the Spot notice (120 s)',
    not: [
      { capacity: 'fargate-spot', stopTimeout: 90_000, loadBalancer: { deregistrationDelay: 30_000 } },
      { capacity: 'fargate', stopTimeout: 120_000, loadBalancer: { deregistrationDelay: 300_000 } },
      { capacity: 'fargate-spot', stopTimeout: 120_000 }
    ]
  },
  'probe-path': {
    trips: { server: { healthPath: '/health' }, loadBalancer: { healthCheck: { path: '/' } } },
    says: 'the load balancer checks /, but readiness is at /health',
    not: [
      { server: { healthPath: '/health' }, loadBalancer: { healthCheck: { path: '/health?from=alb' } } },
      { server: {}, loadBalancer: { healthCheck: { path: '/' } } },
      { server: { healthPath: '/health' }, loadBalancer: { healthCheck: {} } }
    ]
  },
  'health-check-times': {
    trips: { loadBalancer: { healthCheck: { interval: 5_000, timeout: 5_000 } } },
    says: 'the health check\'s interval (5 s) must be more than its timeout (5 s)',
    not: [
      { loadBalancer: { healthCheck: fast } },
      { loadBalancer: { healthCheck: { interval: 5_000 } } },
      { loadBalancer: { kind: 'network', healthCheck: { interval: 10_000, timeout: 10_000 } } }
    ]
  },
  'nlb-health': {
    trips: { server: { healthPath: '/health' }, loadBalancer: network },
    says: 'a Network Load Balancer checks readiness and cuts the connections of an unhealthy target',
    not: [
      { server: { healthPath: '/health' }, loadBalancer: { ...network, unhealthyTermination: false } },
      { server: { healthPath: '/health' }, loadBalancer: { ...network, kind: 'application' } },
      { server: { healthPath: '/ready' }, loadBalancer: network },
      { server: { healthPath: '/health' }, loadBalancer: { ...network, healthCheck: { interval: 5_000 } } }
    ]
  },
  'single-task': {
    trips: { desiredCount: 1, loadBalancer: {} },
    says: 'the service has one task behind a load balancer',
    not: [{ desiredCount: 2, loadBalancer: {} }, { desiredCount: 1 }, { loadBalancer: {} }]
  },
  loopback: {
    trips: { server: { address: '127.0.0.1' } },
    says: 'the server listens on 127.0.0.1, which nobody outside the task can reach',
    not: [{ server: { address: '0.0.0.0' } }, { server: { address: '::' } }, { server: {} }]
  },
  'signals-arrive': {
    trips: { container: { deafParent: 'npm start' } },
    says: 'the server is started by npm start, which passes no SIGTERM on',
    not: [{ container: {} }, {}]
  },
  'fastify-cli': {
    trips: { container: { closeGraceDelay: 500 }, plan: usual },
    says: 'fastify-cli\'s close grace delay (0.5 s) must be at least drainDelay (5 s) + closeTimeout (5 s) = 10 s',
    not: [{ container: { closeGraceDelay: 10_000 }, plan: usual }, { plan: usual }]
  },
  'container-health-check': {
    trips: { container: { healthCheckPath: '/health' }, server: { healthPath: '/health' } },
    says: 'the container\'s health check asks /health, which answers 503 while the task drains',
    not: [{ container: { healthCheckPath: '/health/live' }, server: { healthPath: '/health' } }, { server: { healthPath: '/health' } }]
  },
  'depends-on': {
    trips: { capacity: 'fargate-spot', container: { stopChain: [{ name: 'app', stopTimeout: 90_000 }, { name: 'proxy', stopTimeout: 40_000 }] } },
    says: 'stopTimeout of app (90 s) + stopTimeout of proxy (40 s) = 130 s must be at most the Spot notice (120 s)',
    not: [
      { capacity: 'fargate', container: { stopChain: [{ name: 'app', stopTimeout: 90_000 }, { name: 'proxy', stopTimeout: 40_000 }] } },
      { capacity: 'fargate-spot', container: { stopChain: [{ name: 'app', stopTimeout: 90_000 }, { name: 'proxy', stopTimeout: 30_000 }] } },
      { capacity: 'mixed', container: {} }
    ]
  }
}

/** What a rule says of facts, whatever the others say. */
const said = (id: RuleId, facts: Facts): readonly string[] => preflight(facts).filter(({ rule }) => rule === id).map(({ says }) => says)

for (const { id, severity, holds, costs } of rules) {
  t.test(`${id}: ${holds}`, async (t) => {
    const { trips, says, not } = cases[id]

    t.strictSame(said(id, trips), [says])
    t.strictSame(not.flatMap((facts) => said(id, facts)), [])
    t.match(preflight(trips).filter(({ rule }) => rule === id), [{ severity, costs, remedy: /^[^]{10,}$/ }])
    t.notMatch(preflight(trips).map(({ remedy }) => remedy).join(), /NaN|undefined/)
  })
}

t.test('both ends of Fargate\'s range are held', async (t) => {
  t.strictSame(said('fargate-stop-timeout', { capacity: 'fargate', stopTimeout: 1_000 }), ['stopTimeout (1 s) must be at least Fargate\'s least (2 s)'])
  t.strictSame(said('fargate-stop-timeout', { capacity: 'fargate', plan: plan({ stopTimeout: 180_000 }) }), ['stopTimeout (180 s) must be at most Fargate\'s most (120 s)'])
})

t.test('a check with a query asks for readiness all the same', async (t) => {
  const healthCheck = { ...fast, path: '/health?from=nlb' }

  t.strictSame(said('nlb-health', { server: { healthPath: '/health' }, loadBalancer: { ...network, healthCheck } }),
    ['a Network Load Balancer checks readiness and cuts the connections of an unhealthy target'])
})

t.test('a balancer is told in time with the stop timeout that the remedy names', async (t) => {
  const loadBalancer = { healthCheck: slow }
  const remedies = (timings: Partial<Timings>, healthCheck = slow): string =>
    preflight({ plan: plan(timings), loadBalancer: { healthCheck } }).find(({ rule }) => rule === 'told-in-time')!.remedy

  t.match(remedies({ stopTimeout: 60_000 }), 'raise stopTimeout to 102 s, in the task definition too, or set')
  t.strictSame(said('told-in-time', { plan: plan({ stopTimeout: 102_000 }), loadBalancer }), [])
  t.not(said('told-in-time', { plan: plan({ stopTimeout: 101_000 }), loadBalancer }).length, 0)
  t.match(remedies({ stopTimeout: 120_000, maxDrainDelay: 10_000 }), 'raise maxDrainDelay to 66000, or set')
  t.match(remedies({ stopTimeout: 120_000 }, { ...slow, interval: 60_000 }), 'setting), or set')
})

t.test('every loopback address is one', async (t) => {
  const addresses = ['127.0.0.1', '127.1.2.3', '::1', 'localhost', '::ffff:127.0.0.1']

  t.strictSame(addresses.filter((address) => said('loopback', { server: { address } }).length === 0), [])
})

t.test('nothing is known, nothing is said', async (t) => {
  t.strictSame(preflight({}), [])
})

t.test('findings come with the gravest first', async (t) => {
  const findings = preflight({
    plan: plan({ stopTimeout: 30_000 }), longestRequest: 12_000, loadBalancer: { idleTimeout: 70_000 }, server: { keepAliveTimeout: 72_000 }
  })

  t.strictSame(findings.map(({ rule, severity }) => [rule, severity]), [['keep-alive', 'error'], ['longest-request', 'warning'], ['buffer', 'info']])
})

t.test('a rule is as grave as it is chosen to be, and silent when it is off', async (t) => {
  const facts = { container: { deafParent: 'sh' }, desiredCount: 1, loadBalancer: {} }

  const findings = preflight(facts, new Map([['signals-arrive', 'warning'], ['single-task', 'off']]))

  t.match(findings, [{ rule: 'signals-arrive', severity: 'warning' }])
  t.equal(findings.length, 1)
})
