/** Every option but the timings, with the defaults that stand here and nowhere else. */
export const defaults = {
  health: { path: '/health', livePath: '/health/live', checks: {}, cacheTime: 5_000, timeout: 2_000, details: false },
  signals: ['SIGTERM', 'SIGINT'],
  onUncaughtException: 'close',
  resources: {},
  longestRequest: undefined,
  loadBalancer: {
    healthCheck: { intervalSeconds: undefined, timeoutSeconds: undefined, unhealthyThreshold: undefined },
    idleTimeoutSeconds: undefined,
    deregistrationDelaySeconds: undefined
  },
  earlyExit: false,
  webSockets: { code: 1012, perSecond: undefined, goodbye: undefined },
  ecs: { metadata: true, describe: false, deregister: false },
  telemetry: { emf: false },
  preflight: {}
} as const
