import createError from '@fastify/error'

/** Every error that a caller can meet. Each says what was given, what is allowed, and what to do. */
export const errors = {
  OptionInvalid: createError<[name: string, allowed: string, given: string, hint: string]>(
    'FST_ECS_OPTION_INVALID', '%s must be %s, but is %s%s', 500, TypeError),
  OptionUnknown: createError<[name: string, known: string]>(
    'FST_ECS_OPTION_UNKNOWN', 'there is no option %s: known are %s', 500, TypeError),
  BudgetExceeded: createError<[sum: string]>(
    'FST_ECS_BUDGET_EXCEEDED', 'the timings do not fit: %s', 500, RangeError),
  Preflight: createError<[findings: string, rule: string]>(
    'FST_ECS_PREFLIGHT', "%s. To start in spite of it: preflight: { '%s': 'warning' }", 500),
  AlreadyRegistered: createError(
    'FST_ECS_ALREADY_REGISTERED', 'fastify-ecs-graceful is registered already: register it once, first, on the root instance', 500),
  HealthPathTaken: createError<[path: string]>(
    'FST_ECS_HEALTH_PATH_TAKEN', 'there is a second route GET %s: set health.path or health.livePath to another path, or health to false', 500),
  ServerUnsupported: createError<[reason: string]>(
    'FST_ECS_SERVER_UNSUPPORTED', 'this server cannot be drained: %s', 500),
  SqsNameTaken: createError<[name: string]>(
    'FST_ECS_SQS_NAME_TAKEN', 'there is a queue %s already: register each queue once, under a name of its own', 500),
  PeerMissing: createError<[option: string, name: string, install: string, options: { cause: unknown }]>(
    'FST_ECS_PEER_MISSING', '%s needs %s, which could not be loaded: npm install %s', 500),
  LoadBalancerUnknown: createError(
    'FST_ECS_LOAD_BALANCER_UNKNOWN', 'the load balancer of an imported listener is not known: hand it in too, as loadBalancer', 500),
  RehearsalImpossible: createError<[reason: string]>(
    'FST_ECS_REHEARSAL_IMPOSSIBLE', 'the rehearsal cannot be held: %s', 500),
  ConformanceImpossible: createError<[reason: string]>(
    'FST_ECS_CONFORMANCE_IMPOSSIBLE', 'the server cannot be tested: %s', 500)
} as const
