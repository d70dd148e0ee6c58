import { term, seconds } from './inequality'
import type { Rule } from './rule'

/** The longest that a whole task has on Spot, in milliseconds. */
const SPOT_NOTICE = 120_000

/** Does the signal arrive, and can the task be reached and spared? */
export const taskRules: readonly Rule[] = [
  {
    id: 'signals-arrive',
    severity: 'error',
    holds: 'SIGTERM reaches the server: no shell, no npm and no pm2 stands between it and PID 1',
    costs: 'SIGKILL at every stop: all requests in flight, and no word in the log',
    source: 'measured: `npx fastify-ecs-graceful rehearse --pid1 -- npm start`',
    requires: ({ container }) => container?.deafParent === undefined
      ? undefined
      : `the server is started by ${container.deafParent}, which passes no SIGTERM on`,
    remedy: () => 'start the server itself: CMD ["node", "server.js"] in exec form, or `exec node server.js` in a script'
  },
  {
    id: 'fastify-cli',
    severity: 'error',
    holds: 'fastify-cli gives a stop the time that even the shortest takes',
    costs: 'the process exits before the drain is over, at every stop: all requests in flight, and all that come',
    source: 'fastify-cli, --close-grace-delay, 500 ms by default',
    requires: ({ container, plan }) => ({
      left: [term('fastify-cli\'s close grace delay', container?.closeGraceDelay)],
      relation: 'at least',
      right: [term('drainDelay', plan?.drainDelay), term('closeTimeout', plan?.closeTimeout)]
    }),
    remedy: ({ plan }) => `fastify start --close-grace-delay ${plan!.stopTimeout}`
  },
  {
    id: 'loopback',
    severity: 'warning',
    holds: 'inside a task the server listens on an address that others reach',
    costs: 'every request, unless a proxy in the same task is what the balancer talks to',
    source: 'Fastify, listen({ host }), localhost by default',
    requires: ({ server }) => server?.address !== undefined && isLoopback(server.address)
      ? `the server listens on ${server.address}, which nobody outside the task can reach`
      : undefined,
    remedy: () => 'listen({ host: \'0.0.0.0\' })'
  },
  {
    id: 'container-health-check',
    severity: 'warning',
    holds: 'the container\'s health check asks for liveness, not for readiness',
    costs: 'a task that drains, or whose database is down, is found unhealthy by ECS and replaced',
    source: 'ECS API, HealthCheck: an essential container that is UNHEALTHY ends its task',
    requires: ({ container, server }) => container?.healthCheckPath !== undefined && container.healthCheckPath === server?.healthPath
      ? `the container's health check asks ${container.healthCheckPath}, which answers 503 while the task drains`
      : undefined,
    remedy: () => 'ask /health/live: CMD ["node", "node_modules/fastify-ecs-graceful/dist/cli/check.js"]'
  },
  {
    id: 'depends-on',
    severity: 'warning',
    holds: 'on Spot, the stop timeouts of containers that wait for one another fit into two minutes',
    costs: 'the host goes while the last of them is still to be told: what it holds in flight',
    source: 'ECS API, ContainerDependency: the order is reversed at the stop, one after the other',
    requires: ({ capacity, container }) => (capacity === 'fargate-spot' || capacity === 'mixed') && (container?.stopChain?.length ?? 0) > 1
      ? {
          left: container!.stopChain!.map(({ name, stopTimeout }) => term(`stopTimeout of ${name}`, stopTimeout)),
          relation: 'at most',
          right: [term('the Spot notice', SPOT_NOTICE)]
        }
      : undefined,
    remedy: ({ container }) => `lower them by ${seconds(container!.stopChain!.reduce((sum, { stopTimeout }) => sum + stopTimeout, 0) - SPOT_NOTICE)} together; a sidecar rarely needs 30 s`
  },
  {
    id: 'single-task',
    severity: 'warning',
    holds: 'the service has two tasks or more',
    costs: 'all requests from the end of the lame duck on, at a StopTask: a balancer whose only target is unhealthy sends it everything (fail-open)',
    source: 'Elastic Load Balancing, "Health checks for your target groups"',
    requires: ({ desiredCount, loadBalancer }) => desiredCount === 1 && loadBalancer !== undefined
      ? 'the service has one task behind a load balancer'
      : undefined,
    remedy: () => 'set the desired count to 2 or more'
  }
]

function isLoopback (address: string): boolean {
  return address === '::1' || address === 'localhost' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}
