import t from 'tap'

import { checkOptions, defaults, readOptions } from '../lib/options/index'

type Environment = Record<string, string>

const read = (options: unknown, env: Environment = {}) => readOptions(options, env)

/** How options are refused: the code and the sentence. */
function refusal (options: unknown, env: Environment = {}): string {
  try {
    readOptions(options, env)
    return 'accepted'
  } catch (error) {
    const { code, message } = error as { code: string, message: string }
    return `${code}: ${message}`
  }
}

const refusals = (given: readonly unknown[]) => given.map((options) => refusal(options))

const check = async () => {}
const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'
const close = () => {}
const invalid = (sentence: string) => `FST_ECS_OPTION_INVALID: ${sentence}`
const unknown = (sentence: string) => `FST_ECS_OPTION_UNKNOWN: there is no option ${sentence}`

t.test('without options everything has its default', async (t) => {
  const { plan, ...others } = read({})

  t.match(plan, { stopTimeout: 30_000, drainDelay: 5_000, sources: { stopTimeout: 'derived' } })
  t.strictSame(others, {
    habits: { intervalSeconds: undefined, unhealthyThreshold: 2 },
    health: { path: '/health', livePath: '/health/live', checks: [], cacheTime: 5_000, details: false },
    signals: ['SIGTERM', 'SIGINT'],
    onUncaughtException: 'close',
    resources: new Map(),
    longestRequest: undefined,
    loadBalancer: {
      healthCheck: { intervalSeconds: undefined, timeoutSeconds: undefined, unhealthyThreshold: undefined },
      idleTimeoutSeconds: undefined,
      deregistrationDelaySeconds: undefined
    },
    capacity: undefined,
    earlyExit: false,
    webSockets: { code: 1012, perSecond: undefined, goodbye: undefined },
    ecs: { metadata: true, describe: false, deregister: false, deregisters: false },
    telemetry: { emf: false },
    preflight: new Map()
  })
})

t.test('no options at all are the same as none set', async (t) => {
  t.strictSame(read(undefined), read({}))
  const unset = Object.fromEntries(['drainDelay', 'health', 'signals', 'resources', 'loadBalancer', 'webSockets'].map((name) => [name, undefined]))
  t.strictSame(read(unset), read({}))
})

t.test('every option that is accepted arrives where it belongs', async (t) => {
  const { plan, ...others } = read({
    stopTimeout: 60_000,
    drainDelay: 6_000,
    quietPeriod: 2_000,
    maxDrainDelay: 20_000,
    gracePeriod: 10_000,
    closeTimeout: 4_000,
    safetyMargin: 3_000,
    health: { path: '/ready', livePath: '/live', checks: { queue: check }, cacheTime: 1_000, timeout: 500, details: true },
    signals: ['SIGTERM'],
    onUncaughtException: 'drain',
    resources: { pg: false, queue: close },
    longestRequest: 8_000,
    loadBalancer: {
      healthCheck: { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 3 }, idleTimeoutSeconds: 60, deregistrationDelaySeconds: 30
    },
    earlyExit: true,
    webSockets: { code: 4000, perSecond: 50, goodbye: close },
    ecs: { metadata: true, describe: true, deregister: { targetGroupArn, port: 8_080 } },
    telemetry: { emf: { namespace: 'Shop/API' } },
    preflight: { buffer: 'off', 'keep-alive': 'warning' }
  }, { ECS_GRACEFUL_CAPACITY: 'mixed' })

  t.match(plan, {
    stopTimeout: 60_000, drainDelay: 6_000, quietPeriod: 2_000, maxDrainDelay: 20_000, gracePeriod: 10_000, closeTimeout: 4_000, safetyMargin: 3_000
  })
  t.strictSame([...new Set(Object.values(plan.sources))], ['option'])
  t.strictSame(others, {
    habits: { intervalSeconds: 5, unhealthyThreshold: 3 },
    health: {
      path: '/ready',
      livePath: '/live',
      checks: [{ name: 'queue', check, critical: false, timeout: 500 }],
      cacheTime: 1_000,
      details: true
    },
    signals: ['SIGTERM'],
    onUncaughtException: 'drain',
    resources: new Map<string, unknown>([['pg', false], ['queue', close]]),
    longestRequest: 8_000,
    loadBalancer: {
      healthCheck: { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 3 }, idleTimeoutSeconds: 60, deregistrationDelaySeconds: 30
    },
    capacity: 'mixed',
    earlyExit: true,
    webSockets: { code: 4000, perSecond: 50, goodbye: close },
    ecs: { metadata: true, describe: true, deregister: { targetGroupArn, port: 8_080 }, deregisters: true },
    telemetry: { emf: { namespace: 'Shop/API' } },
    preflight: new Map([['buffer', 'off'], ['keep-alive', 'warning']])
  })
})

t.test('false switches off: health, liveness, signals', async (t) => {
  t.equal(read({ health: false }).health, false)
  t.match(read({ health: { livePath: false } }).health, { path: '/health', livePath: false })
  t.strictSame(read({ signals: false }).signals, [])
})

t.test('the options themselves must be an object', async (t) => {
  t.strictSame(refusals([null, [], 'stopTimeout', 60_000, () => ({})]), [
    'null', '[]', "'stopTimeout'", '60000', '[Function (anonymous)]'
  ].map((given) => invalid(`the options must be an object, but is ${given}`)))
})

t.test('an unknown key is refused by its name, at every level, with those that are known', async (t) => {
  t.strictSame(refusals([
    { drainTimeout: 5_000 },
    { health: { paths: '/health' } },
    { health: { checks: { db: { check, timeOut: 500 } } } },
    { loadBalancer: { interval: 5 } },
    { loadBalancer: { healthCheck: { thresholdCount: 2 } } },
    { webSockets: { rate: 5 } },
    { ecs: { spot: true } },
    { ecs: { deregister: { targetGroup: targetGroupArn } } },
    { telemetry: { otel: true } },
    { telemetry: { emf: { name: 'Shop' } } }
  ]), [
    unknown('drainTimeout: known are stopTimeout, drainDelay, quietPeriod, maxDrainDelay, gracePeriod, closeTimeout, safetyMargin, ' +
      'health, signals, onUncaughtException, resources, longestRequest, loadBalancer, earlyExit, webSockets, ecs, telemetry, preflight'),
    unknown('health.paths: known are path, livePath, checks, cacheTime, timeout, details'),
    unknown('health.checks.db.timeOut: known are check, critical, timeout'),
    unknown('loadBalancer.interval: known are healthCheck, idleTimeoutSeconds, deregistrationDelaySeconds'),
    unknown('loadBalancer.healthCheck.thresholdCount: known are intervalSeconds, timeoutSeconds, unhealthyThreshold'),
    unknown('webSockets.rate: known are code, perSecond, goodbye'),
    unknown('ecs.spot: known are metadata, describe, deregister'),
    unknown('ecs.deregister.targetGroup: known are targetGroupArn, port'),
    unknown('telemetry.otel: known are emf'),
    unknown('telemetry.emf.name: known are namespace')
  ])
})

t.test('every known option is known', async (t) => {
  t.strictSame(Object.keys(defaults).filter((key) => refusal({ [key]: undefined }) !== 'accepted'), [])
})

// Timings

t.test('a timing is 0, or 100 and more, up to a day', async (t) => {
  const accepted = [
    ...['drainDelay', 'quietPeriod', 'gracePeriod'].flatMap((name) => [{ [name]: 0 }, { drainDelay: 1_000, [name]: 100 }]),
    { closeTimeout: 100 },
    { safetyMargin: 100 }
  ]

  t.strictSame(accepted.filter((options) => refusal(options) !== 'accepted'), [])
  t.equal(refusal({ stopTimeout: 86_400_000 }), 'accepted')
  t.equal(refusal({ drainDelay: 0, maxDrainDelay: 0 }), 'accepted')
})

t.test('a close timeout and a safety margin of nothing are refused: no hook would have time, and SIGKILL would come first', async (t) => {
  t.strictSame(refusals([{ closeTimeout: 0 }, { safetyMargin: 0 }]), [
    invalid('closeTimeout must be whole milliseconds, 100 to 86400000, but is 0'),
    invalid('safetyMargin must be whole milliseconds, 100 to 86400000, but is 0')
  ])
})

t.test('a timing that is no whole number of milliseconds is refused with the value', async (t) => {
  const values = [NaN, -1, -5_000, Infinity, 86_400_001, 1_000.5, '5000', null, true, [5_000], { ms: 5_000 }, 5_000n]

  t.strictSame(refusals(values.map((drainDelay) => ({ drainDelay }))), [
    'NaN', '-1', '-5000', 'Infinity', '86400001', '1000.5', "'5000'", 'null', 'true', '[ 5000 ]', '{ ms: 5000 }', '5000n'
  ].map((given) => invalid(`drainDelay must be whole milliseconds, 0 or 100 to 86400000, but is ${given}`)))
})

t.test('seconds given for milliseconds are refused with what was meant', async (t) => {
  t.strictSame(refusals([
    { stopTimeout: 60 },
    { drainDelay: 5 },
    { quietPeriod: 3 },
    { maxDrainDelay: 15 },
    { gracePeriod: 99 },
    { closeTimeout: 1 },
    { safetyMargin: 0.5 }
  ]), [
    invalid('stopTimeout must be whole milliseconds, 2000 to 86400000, but is 60; durations are milliseconds: did you mean 60000?'),
    ...[
      ['drainDelay', '0 or 100', '5', '5000'],
      ['quietPeriod', '0 or 100', '3', '3000'],
      ['maxDrainDelay', '0 or 100', '15', '15000'],
      ['gracePeriod', '0 or 100', '99', '99000'],
      ['closeTimeout', '100', '1', '1000'],
      ['safetyMargin', '100', '0.5', '500']
    ].map(([name, least, given, meant]) => invalid(
      `${name} must be whole milliseconds, ${least} to 86400000, but is ${given}; durations are milliseconds: did you mean ${meant}?`))
  ])
})

t.test('a stop timeout of nothing is refused', async (t) => {
  t.equal(refusal({ stopTimeout: 0 }), invalid('stopTimeout must be whole milliseconds, 2000 to 86400000, but is 0'))
})

t.test('timings that do not fit are refused with the sum written out and both ways to mend it', async (t) => {
  t.equal(refusal({ stopTimeout: 30_000, gracePeriod: 20_000 }), 'FST_ECS_BUDGET_EXCEEDED: the timings do not fit: ' +
    'drainDelay 5000 + gracePeriod 20000 + closeTimeout 5000 + safetyMargin 3000 = 33000 ms, but SIGKILL comes after stopTimeout 30000 ms. ' +
    'Either raise stopTimeout to 33000 or more, in the task definition too (Fargate allows 120 s), or take 3000 ms off the others')
})

t.test('timings out of order are refused with both', async (t) => {
  t.equal(refusal({ quietPeriod: 6_000 }), 'FST_ECS_BUDGET_EXCEEDED: the timings do not fit: ' +
    'quietPeriod 6000 ms is longer than drainDelay 5000 ms. Either lower quietPeriod or raise drainDelay')
})

// The environment

const stopTimeoutOf = (seconds: string) => ({ ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: seconds })

t.test('the stop timeout of the environment is seconds', async (t) => {
  t.match(read({}, stopTimeoutOf('60')).plan, { stopTimeout: 60_000, sources: { stopTimeout: 'environment' } })
})

t.test('an option stop timeout wins up to what the environment says', async (t) => {
  t.match(read({ stopTimeout: 40_000 }, stopTimeoutOf('60')).plan, { stopTimeout: 40_000, sources: { stopTimeout: 'option' } })
  t.match(read({ stopTimeout: 60_000 }, stopTimeoutOf('60')).plan, { stopTimeout: 60_000, sources: { stopTimeout: 'option' } })
})

t.test('an option stop timeout above the environment\'s is refused, because it would end in SIGKILL', async (t) => {
  t.equal(refusal({ stopTimeout: 60_001 }, stopTimeoutOf('60')), invalid(
    'stopTimeout must be 60000 at most, because ECS_GRACEFUL_STOP_TIMEOUT_SECONDS says that SIGKILL comes then, but is 60001'))
})

t.test('a variable that is no number is refused by name and value', async (t) => {
  const environments: Environment[] = [
    stopTimeoutOf('1m'), { ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS: '-5' }, { ECS_GRACEFUL_UNHEALTHY_THRESHOLD: 'two' }
  ]

  t.strictSame(environments.map((env) => refusal({}, env)), [
    invalid("ECS_GRACEFUL_STOP_TIMEOUT_SECONDS must be a number of seconds or a count, but is '1m'"),
    invalid("ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS must be a number of seconds or a count, but is '-5'"),
    invalid("ECS_GRACEFUL_UNHEALTHY_THRESHOLD must be a number of seconds or a count, but is 'two'")
  ])
})

t.test('a variable out of range is refused by name and value', async (t) => {
  t.match(refusal({}, stopTimeoutOf('1')), 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS')
  t.match(refusal({}, stopTimeoutOf('100000')), 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS')
  t.strictSame([refusal({}, { ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS: '301' }), refusal({}, { ECS_GRACEFUL_UNHEALTHY_THRESHOLD: '1' })], [
    invalid('ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS must be a whole number from 5 to 300, but is 301'),
    invalid('ECS_GRACEFUL_UNHEALTHY_THRESHOLD must be a whole number from 2 to 10, but is 1')
  ])
})

t.test('the balancer\'s habits come from the environment where no option says otherwise', async (t) => {
  const env = { ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS: '10', ECS_GRACEFUL_UNHEALTHY_THRESHOLD: '5' }

  t.strictSame(read({}, env).habits, { intervalSeconds: 10, unhealthyThreshold: 5 })
  t.strictSame(read({ loadBalancer: { healthCheck: { intervalSeconds: 20, unhealthyThreshold: 3 } } }, env).habits, {
    intervalSeconds: 20, unhealthyThreshold: 3
  })
})

t.test('an empty variable counts as not set', async (t) => {
  t.strictSame(read({}, { ...stopTimeoutOf(''), ECS_GRACEFUL_UNHEALTHY_THRESHOLD: ' ' }), read({}))
})

// The load balancer

t.test('the balancer\'s habits keep within AWS\'s own ranges', async (t) => {
  const healthChecks = [
    { intervalSeconds: 4 }, { intervalSeconds: 301 }, { intervalSeconds: 7.5 }, { intervalSeconds: '5' }, { intervalSeconds: null },
    { unhealthyThreshold: 1 }, { unhealthyThreshold: 11 }, { unhealthyThreshold: NaN }
  ]

  t.strictSame(refusals(healthChecks.map((healthCheck) => ({ loadBalancer: { healthCheck } }))), [
    ...['4', '301', '7.5', "'5'", 'null']
      .map((given) => invalid(`loadBalancer.healthCheck.intervalSeconds must be a whole number from 5 to 300, but is ${given}`)),
    ...['1', '11', 'NaN']
      .map((given) => invalid(`loadBalancer.healthCheck.unhealthyThreshold must be a whole number from 2 to 10, but is ${given}`))
  ])
})

t.test('the edges of AWS\'s ranges are accepted', async (t) => {
  const healthChecks = [{ intervalSeconds: 5, unhealthyThreshold: 10 }, { intervalSeconds: 300, unhealthyThreshold: 2 }]

  t.strictSame(healthChecks.map((healthCheck) => read({ loadBalancer: { healthCheck } }).habits), healthChecks)
})

t.test('what the preflight alone needs keeps within AWS\'s ranges too', async (t) => {
  t.strictSame(refusals([
    { loadBalancer: { healthCheck: { timeoutSeconds: 1 } } }, { loadBalancer: { idleTimeoutSeconds: 4_001 } },
    { loadBalancer: { deregistrationDelaySeconds: -1 } }
  ]), [
    invalid('loadBalancer.healthCheck.timeoutSeconds must be a whole number from 2 to 120, but is 1'),
    invalid('loadBalancer.idleTimeoutSeconds must be a whole number from 1 to 4000, but is 4001'),
    invalid('loadBalancer.deregistrationDelaySeconds must be a whole number from 0 to 3600, but is -1')
  ])
  t.match(read({}, { ECS_GRACEFUL_IDLE_TIMEOUT_SECONDS: '90', ECS_GRACEFUL_HEALTH_CHECK_TIMEOUT_SECONDS: '3', ECS_GRACEFUL_DEREGISTRATION_DELAY_SECONDS: '0' }), {
    loadBalancer: { healthCheck: { timeoutSeconds: 3 }, idleTimeoutSeconds: 90, deregistrationDelaySeconds: 0 }
  })
})

t.test('the longest request is milliseconds', async (t) => {
  t.equal(refusal({ longestRequest: 8 }), invalid(
    'longestRequest must be whole milliseconds, 100 to 86400000, but is 8; durations are milliseconds: did you mean 8000?'))
})

t.test('a group of options must be an object', async (t) => {
  t.strictSame(refusals([
    { health: true }, { health: null }, { health: { checks: [] } }, { resources: 'pg' }, { loadBalancer: 5 }, { loadBalancer: { healthCheck: false } }
  ]), [
    invalid('health must be an object, but is true'),
    invalid('health must be an object, but is null'),
    invalid('health.checks must be an object, but is []'),
    invalid("resources must be an object, but is 'pg'"),
    invalid('loadBalancer must be an object, but is 5'),
    invalid('loadBalancer.healthCheck must be an object, but is false')
  ])
})

// Health

t.test('a health path is a plain path', async (t) => {
  const paths = ['health', '', '/health?full', '/health#', '/:health', '/*', '/he alth', 7, true]

  t.strictSame(refusals(paths.map((path) => ({ health: { path } }))), [
    "'health'", "''", "'/health?full'", "'/health#'", "'/:health'", "'/*'", "'/he alth'", '7', 'true'
  ].map((given) => invalid(`health.path must be a path that begins with '/', without query, parameter or wildcard, but is ${given}`)))
})

t.test('the liveness path is one too, and another', async (t) => {
  t.strictSame(refusals([{ health: { livePath: 'live' } }, { health: { livePath: true } }, { health: { livePath: '/health' } }]), [
    invalid("health.livePath must be a path that begins with '/', without query, parameter or wildcard, but is 'live'"),
    invalid("health.livePath must be a path that begins with '/', without query, parameter or wildcard, but is true"),
    invalid("health.livePath must be another path than health.path, but is '/health'")
  ])
})

t.test('the times of health are milliseconds; a timeout of 0 would fail every check', async (t) => {
  t.match(read({ health: { cacheTime: 0 } }).health, { cacheTime: 0 })
  t.strictSame(refusals([{ health: { cacheTime: 5 } }, { health: { timeout: 2 } }, { health: { timeout: 0 } }, { health: { timeout: '2s' } }]), [
    invalid('health.cacheTime must be whole milliseconds, 0 or 100 to 86400000, but is 5; durations are milliseconds: did you mean 5000?'),
    invalid('health.timeout must be whole milliseconds, 100 to 86400000, but is 2; durations are milliseconds: did you mean 2000?'),
    invalid('health.timeout must be whole milliseconds, 100 to 86400000, but is 0'),
    invalid("health.timeout must be whole milliseconds, 100 to 86400000, but is '2s'")
  ])
})

t.test('details are true or false', async (t) => {
  t.equal(refusal({ health: { details: 'yes' } }), invalid("health.details must be true or false, but is 'yes'"))
})

t.test('a check is a function, the name of a built-in one, or an object that says more', async (t) => {
  const { health } = read({
    health: {
      timeout: 900,
      checks: { pg: true, redis: { critical: true }, queue: check, disk: { check, critical: true, timeout: 300 } }
    }
  })

  t.match(health, {
    checks: [
      { name: 'pg', check: true, critical: false, timeout: 900 },
      { name: 'redis', check: true, critical: true, timeout: 900 },
      { name: 'queue', check, critical: false, timeout: 900 },
      { name: 'disk', check, critical: true, timeout: 300 }
    ]
  })
})

t.test('a check that is neither is refused by its name', async (t) => {
  const checks = [{ db: true }, { db: { critical: true } }, { pg: { check: false } }, { db: { check: 'SELECT 1' } }]

  t.strictSame(refusals(checks.map((checks) => ({ health: { checks } }))), [
    ['db', 'true'], ['db', '{ critical: true }'], ['pg', '{ check: false }'], ['db', "{ check: 'SELECT 1' }"]
  ].map(([name, given]) => invalid(`health.checks.${name} must be a function, or { check, critical, timeout }; true for pg and redis only, but is ${given}`)))
})

t.test('what a check says more is checked as well', async (t) => {
  t.strictSame(refusals([{ health: { checks: { db: { check, critical: 1 } } } }, { health: { checks: { db: { check, timeout: 2 } } } }]), [
    invalid('health.checks.db.critical must be true or false, but is 1'),
    invalid('health.checks.db.timeout must be whole milliseconds, 100 to 86400000, but is 2; durations are milliseconds: did you mean 2000?')
  ])
})

// The others

t.test('signals are SIGTERM and SIGINT, one or both, each once', async (t) => {
  t.strictSame(read({ signals: ['SIGINT'] }).signals, ['SIGINT'])
  t.strictSame(read({ signals: ['SIGINT', 'SIGTERM', 'SIGINT'] }).signals, ['SIGINT', 'SIGTERM'])
})

t.test('other signals, and no list, are refused', async (t) => {
  t.strictSame(refusals([{ signals: ['SIGTERM', 'SIGHUP'] }, { signals: [] }, { signals: 'SIGTERM' }, { signals: true }]), [
    invalid("signals[1] must be 'SIGTERM' or 'SIGINT', but is 'SIGHUP'"),
    invalid("signals must be false or a list of 'SIGTERM' and 'SIGINT', but is []"),
    invalid("signals must be false or a list of 'SIGTERM' and 'SIGINT', but is 'SIGTERM'"),
    invalid("signals must be false or a list of 'SIGTERM' and 'SIGINT', but is true")
  ])
})

t.test('an uncaught exception closes or drains, and nothing else', async (t) => {
  t.strictSame(refusals([{ onUncaughtException: 'ignore' }, { onUncaughtException: false }]), [
    invalid("onUncaughtException must be 'close' or 'drain', but is 'ignore'"),
    invalid("onUncaughtException must be 'close' or 'drain', but is false")
  ])
})

t.test('a resource is a function that closes it, or false', async (t) => {
  t.strictSame(refusals([{ resources: { queue: true } }, { resources: { queue: null } }, { resources: { queue: { close } } }]), [
    'true', 'null', '{ close: [Function: close] }'
  ].map((given) => invalid(`resources.queue must be a function that closes it, or false to leave it alone, but is ${given}`)))
})

t.test('a long value is cut short in the message', async (t) => {
  t.ok(refusal({ health: { path: 'x'.repeat(10_000) } }).length < 300)
})

t.test('the target group to leave is named, by an option or by its variable', async (t) => {
  const env = { ECS_GRACEFUL_TARGET_GROUP_ARN: targetGroupArn }

  t.match(read({ ecs: { deregister: true } }, env).ecs, { deregister: { targetGroupArn } })
  t.match(read({ ecs: { deregister: { port: 80 } } }, env).ecs, { deregister: { targetGroupArn, port: 80 } })
  t.equal(read({ ecs: { deregister: false } }, env).ecs.deregister, false)
  t.match(read({ ecs: { deregister: true } }).ecs, { deregister: false, deregisters: true }, 'there is nothing to leave on a laptop')
  t.strictSame(refusals([
    { ecs: { deregister: {} } }, { ecs: { deregister: { targetGroupArn: 'shop' } } },
    { ecs: { deregister: { targetGroupArn, port: 0 } } }, { ecs: { deregister: 'shop' } }
  ]), [
    invalid('ecs.deregister.targetGroupArn must be an ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/…, but is undefined'),
    invalid("ecs.deregister.targetGroupArn must be an ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/…, but is 'shop'"),
    invalid('ecs.deregister.port must be a whole number from 1 to 65535, but is 0'),
    invalid("ecs.deregister must be an object, but is 'shop'")
  ])
  t.match(refusal({ ecs: { deregister: true } }, { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/abc' }),
    'ecs.deregister must be { targetGroupArn }, where ECS_GRACEFUL_TARGET_GROUP_ARN is not set, but is true')
  t.match(refusal({ ecs: { deregister: true } }, { ECS_GRACEFUL_TARGET_GROUP_ARN: 'shop' }), 'ECS_GRACEFUL_TARGET_GROUP_ARN must be an ARN')
})

t.test('what asks ECS about the task needs its metadata', async (t) => {
  t.strictSame(refusals([{ ecs: { metadata: false, describe: true } }, { ecs: { metadata: false, deregister: { targetGroupArn } } }]), [
    invalid('ecs.metadata must be true, because ecs.describe needs to know the task, but is false'),
    invalid('ecs.metadata must be true, because ecs.deregister needs to know the task, but is false')
  ])
})

t.test('a namespace of CloudWatch is one that CloudWatch takes', async (t) => {
  const namespaces = [undefined, '', ' ', 'AWS/ECS', 'shop|api', 'x'.repeat(256), 7]

  t.strictSame(namespaces.filter((namespace) => !refusal({ telemetry: { emf: { namespace } } }).startsWith(invalid('telemetry.emf.namespace must be'))), [])
  t.equal(refusal({ telemetry: { emf: true } }), invalid('telemetry.emf must be an object, but is true'))
})

t.test('a rule of the preflight is switched by its id', async (t) => {
  t.match(refusal({ preflight: { keepAlive: 'off' } }), /^FST_ECS_OPTION_UNKNOWN: there is no option preflight.keepAlive: known are budget, /)
  t.strictSame(refusals([{ preflight: { buffer: 'info' } }, { preflight: { buffer: false } }]), [
    invalid("preflight.buffer must be 'off' or 'warning' or 'error', but is 'info'"),
    invalid("preflight.buffer must be 'off' or 'warning' or 'error', but is false")
  ])
})

t.test('what a task runs on is one of four', async (t) => {
  t.equal(refusal({}, { ECS_GRACEFUL_CAPACITY: 'lambda' }), invalid("ECS_GRACEFUL_CAPACITY must be fargate, fargate-spot, mixed, ec2, but is 'lambda'"))
})

t.test('what the task definition says counts where neither an option nor the variable says otherwise', async (t) => {
  const plans = [[{}, {}], [{ stopTimeout: 40_000 }, {}], [{}, stopTimeoutOf('50')]].map(([options, env]) => checkOptions(options, env as Environment).withStopTimeout(60_000).plan)

  t.strictSame(plans.map(({ stopTimeout, sources }) => [stopTimeout, sources.stopTimeout]), [
    [60_000, 'task-definition'], [40_000, 'option'], [50_000, 'environment']
  ])
  t.match(checkOptions({}, {}).withStopTimeout(undefined).plan, { stopTimeout: 30_000, sources: { stopTimeout: 'derived' } })
})

t.test('whether timings fit is known with the task definition; that one of them is wrong, before', async (t) => {
  const checked = checkOptions({ maxDrainDelay: 60_000 }, {})

  t.match(checked.withStopTimeout(120_000).plan, { maxDrainDelay: 60_000 })
  t.throws(() => checked.withStopTimeout(30_000), { code: 'FST_ECS_BUDGET_EXCEEDED' })
  t.throws(() => checkOptions({ drainDelay: 5 }, {}), { code: 'FST_ECS_OPTION_INVALID' })
})

t.test('a stop timeout of the task definition that no drain fits into is refused by its name, unless another counts', async (t) => {
  t.throws(() => checkOptions({}, {}).withStopTimeout(1_000), { message: "the task definition's stopTimeout must be seconds from 2 to 86400, but is 1" })
  t.match(checkOptions({ stopTimeout: 40_000 }, {}).withStopTimeout(1_000).plan, { stopTimeout: 40_000 })
})

// The object that was given

t.test('the result is frozen, down to what is asked on every probe', async (t) => {
  const settings = read({ health: { checks: { db: check } } })
  const { health, signals, habits, plan } = settings
  const checks = health && health.checks

  t.match(checks, [{ name: 'db' }])
  t.strictSame([settings, health, checks, checks && checks[0], signals, habits, plan].filter((part) => !Object.isFrozen(part)), [])
})

t.test('the caller\'s object is read and not touched', async (t) => {
  const deepFrozen = Object.freeze({
    stopTimeout: 60_000,
    health: Object.freeze({ checks: Object.freeze({ db: Object.freeze({ check }) }) }),
    signals: Object.freeze(['SIGTERM']),
    resources: Object.freeze({ queue: close }),
    loadBalancer: Object.freeze({ healthCheck: Object.freeze({ intervalSeconds: 5 }) })
  })

  t.equal(refusal(deepFrozen), 'accepted')
})

t.test('what the caller changes afterwards changes nothing', async (t) => {
  const signals = ['SIGTERM']
  const checks: Record<string, unknown> = { db: check }
  const resources: Record<string, unknown> = { queue: close }
  const settings = read({ signals, health: { checks }, resources })

  signals.push('SIGHUP')
  checks.other = check
  delete resources.queue

  t.match(settings, { signals: ['SIGTERM'], resources: new Map([['queue', close]]) })
  t.equal(settings.signals.length, 1)
  t.equal(settings.health && settings.health.checks.length, 1)
  t.equal(settings.resources.size, 1)
  t.ok(Object.isFrozen(settings.signals) && !Object.isFrozen(signals))
})

t.test('null is no default', async (t) => {
  t.strictSame(refusals([
    { signals: null },
    { onUncaughtException: null },
    { health: { path: null } },
    { health: { details: null } },
    { health: { checks: { pg: { critical: null } } } }
  ]), [
    invalid("signals must be false or a list of 'SIGTERM' and 'SIGINT', but is null"),
    invalid("onUncaughtException must be 'close' or 'drain', but is null"),
    invalid("health.path must be a path that begins with '/', without query, parameter or wildcard, but is null"),
    invalid('health.details must be true or false, but is null'),
    invalid('health.checks.pg.critical must be true or false, but is null')
  ])
})

t.test('a variable out of its range is refused by its own name and in its own unit', async (t) => {
  t.equal(refusal({}, { ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '1' }), invalid('ECS_GRACEFUL_STOP_TIMEOUT_SECONDS must be seconds from 2 to 86400, but is 1'))
  t.equal(refusal({}, { ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS: '0' }),
    invalid('ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS must be a whole number from 5 to 300, but is 0'))
  t.equal(read({}, { ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '32.3' }).plan.stopTimeout, 32_300)
})

t.test('a close code is one that a server may send; a limit is one that can be kept', async (t) => {
  const codes = [999, 1004, 1006, 1015, 2000, 5000, 1000.5, '1012', null]
  t.strictSame(refusals(codes.map((code) => ({ webSockets: { code } }))),
    ['999', '1004', '1006', '1015', '2000', '5000', '1000.5', "'1012'", 'null']
      .map((given) => invalid(`webSockets.code must be 1000 to 1003, 1007 to 1014 or 3000 to 4999, but is ${given}`)))
  t.strictSame(refusals([{ webSockets: { perSecond: 0 } }, { webSockets: { goodbye: 'bye' } }, { webSockets: true }]), [
    invalid('webSockets.perSecond must be a whole number from 1 to 1000000, but is 0'),
    invalid("webSockets.goodbye must be a function, but is 'bye'"),
    invalid('webSockets must be an object, but is true')
  ])
  for (const code of [1000, 1001, 1012, 1014, 3000, 4999]) t.equal(read({ webSockets: { code } }).webSockets.code, code)
})
