import type { Timings } from '../../../types/index'
import { NOTICE_SLACK, planTimings } from '../timing-plan'
import type { Facts } from './facts'
import { term, total, type Term } from './inequality'
import type { Rule } from './rule'

/** By how much a server must outlive the balancer's idle connections: clocks and networks are not exact. */
const KEEP_ALIVE_MARGIN = 5_000
/** From the notice to the end of a Spot task. */
const SPOT_NOTICE = 120_000

/** Until every node has found out by a 503, at worst. */
function timeToTell ({ loadBalancer }: Facts): readonly Term[] {
  const { interval, timeout, unhealthyThreshold } = loadBalancer?.healthCheck ?? {}
  return [term('health check interval', interval, unhealthyThreshold ?? NaN), term('health check timeout', timeout), term('', NOTICE_SLACK)]
}

/** Without its query. */
function pathChecked (loadBalancer: Facts['loadBalancer']): string | undefined {
  return loadBalancer?.healthCheck?.path?.split('?', 1)[0]
}

/** How the longest lame duck would be as long as is needed; nothing if not even Fargate's longest stop timeout allows it. */
function longer ({ stopTimeout }: Timings, needed: number): string {
  const isEnough = (seconds: number): boolean => {
    const planned = planTimings({ options: { stopTimeout: seconds * 1_000 } })
    return 'plan' in planned && planned.plan.maxDrainDelay >= needed
  }
  let [short, enough] = [1, 120]
  if (!isEnough(enough)) return ''
  while (enough - short > 1) {
    const middle = Math.floor((short + enough) / 2)
    if (isEnough(middle)) enough = middle
    else short = middle
  }
  return enough * 1_000 > stopTimeout ? `raise stopTimeout to ${enough} s, in the task definition too, ` : `raise maxDrainDelay to ${needed}, `
}

/** Does the load balancer look away in time, and never at the wrong time? */
export const balancerRules: readonly Rule[] = [
  {
    id: 'keep-alive',
    severity: 'error',
    holds: 'the server keeps idle connections for 5 s longer than the load balancer does',
    costs: 'a 502 for each request that the balancer sends on a connection in the moment in which the server closes it, all day long',
    source: 'Elastic Load Balancing, "Troubleshoot your Application Load Balancers", HTTP 502',
    requires: ({ server, loadBalancer }) => server?.keepAliveTimeout === 0 || loadBalancer?.kind === 'network'
      ? undefined // Node keeps them for ever then; an NLB passes bytes, not requests
      : {
          left: [term('the server\'s keepAliveTimeout', server?.keepAliveTimeout)],
          relation: 'at least',
          right: [term('the load balancer\'s idle timeout', loadBalancer?.idleTimeout), term('', KEEP_ALIVE_MARGIN)]
        },
    remedy: ({ loadBalancer }) => `Fastify({ keepAliveTimeout: ${loadBalancer!.idleTimeout! + KEEP_ALIVE_MARGIN} }) or more, or lower idle_timeout.timeout_seconds`
  },
  {
    id: 'headers-timeout',
    severity: 'info',
    holds: 'headersTimeout is longer than keepAliveTimeout',
    costs: 'none for connections that carry requests (Node 20 and newer no longer count from the last answer, measured); one that was opened ahead and ' +
      'has not carried any is closed with a 408 then',
    source: 'Node.js, server.headersTimeout; node_http_parser.cc, ConnectionsList',
    requires: ({ server }) => server?.headersTimeout === 0 || server?.keepAliveTimeout === 0
      ? undefined
      : { left: [term('the server\'s headersTimeout', server?.headersTimeout)], relation: 'more than', right: [term('keepAliveTimeout', server?.keepAliveTimeout)] },
    remedy: ({ server }) => `Fastify({ http: { headersTimeout: ${server!.keepAliveTimeout! + 1_000} } })`
  },
  {
    id: 'told-in-time',
    severity: 'warning',
    holds: 'the longest lame duck outlasts the time in which health checks notice a 503',
    costs: 'at a StopTask, a Spot reclaim or the exit of another container, all requests from the end of the lame duck until the balancer notices',
    source: 'Elastic Load Balancing, "Health checks for your target groups"; StopTask does not wait for a deregistration',
    requires: (facts) => facts.loadBalancer?.deregisters
      ? undefined
      : { left: [term('maxDrainDelay', facts.plan?.maxDrainDelay)], relation: 'at least', right: timeToTell(facts) },
    remedy: (facts) => `check faster (5 s, 2 s and 2 are the fastest useful setting), ${longer(facts.plan!, total(timeToTell(facts))!)}or set ecs.deregister`
  },
  {
    id: 'deregistration-delay',
    severity: 'warning',
    holds: 'the deregistration delay is as long as the longest request',
    costs: 'a 502 for each request that is longer, at every deployment: the balancer itself cuts it',
    source: 'Elastic Load Balancing, "Edit target group attributes"',
    requires: ({ loadBalancer, longestRequest }) => ({
      left: [term('the deregistration delay', loadBalancer?.deregistrationDelay)], relation: 'at least', right: [term('longestRequest', longestRequest)]
    }),
    remedy: ({ longestRequest }) => `set deregistration_delay.timeout_seconds to ${Math.ceil(longestRequest! / 1_000)} or more`
  },
  {
    id: 'spot-notice',
    severity: 'warning',
    holds: 'on Spot, deregistration delay and stop timeout fit into two minutes',
    costs: 'the host goes before the drain is over: all requests in flight, at a Spot reclaim that deregisters first',
    source: 'Fargate capacity providers, termination notices; AWS does not document which comes first',
    requires: ({ capacity, loadBalancer, plan, stopTimeout = plan?.stopTimeout }) => capacity === 'fargate-spot' || capacity === 'mixed'
      ? {
          left: [term('the deregistration delay', loadBalancer?.deregistrationDelay), term('stopTimeout', stopTimeout)],
          relation: 'at most',
          right: [term('the Spot notice', SPOT_NOTICE)]
        }
      : undefined,
    remedy: () => 'lower deregistration_delay.timeout_seconds (ECS waits for the whole of it), or stopTimeout'
  },
  {
    id: 'probe-path',
    severity: 'warning',
    holds: 'the load balancer checks the path of readiness',
    costs: 'the balancer never learns of a drain: at a StopTask, all requests from the end of the lame duck on',
    source: 'docs/timeline.md',
    requires: ({ server, loadBalancer }) => {
      const path = pathChecked(loadBalancer)
      if (path === undefined || server?.healthPath === undefined || path === server.healthPath) return
      return `the load balancer checks ${path}, but readiness is at ${server.healthPath}`
    },
    remedy: ({ server }) => `set the target group's health check path to ${server!.healthPath}, or the option health.path to its path`
  },
  {
    id: 'health-check-times',
    severity: 'error',
    holds: 'a health check\'s interval is longer than its timeout; behind an NLB, as long at least',
    costs: 'no service is created: Elastic Load Balancing refuses the target group',
    source: 'Elastic Load Balancing API, CreateTargetGroup',
    requires: ({ loadBalancer }) => ({
      left: [term('the health check\'s interval', loadBalancer?.healthCheck?.interval)],
      relation: loadBalancer?.kind === 'network' ? 'at least' : 'more than',
      right: [term('its timeout', loadBalancer?.healthCheck?.timeout)]
    }),
    remedy: () => 'set a timeout beside every short interval: its default is 5 to 6 s'
  },
  {
    id: 'nlb-health',
    severity: 'error',
    holds: 'behind a Network Load Balancer, a 503 of readiness does not cut connections',
    costs: 'all requests in flight at every drain: the balancer cuts the connections of a target that it finds unhealthy',
    source: 'Elastic Load Balancing API, TargetGroupAttribute target_health_state.unhealthy.connection_termination.enabled',
    requires: ({ loadBalancer, server }) => {
      const path = pathChecked(loadBalancer)
      if (loadBalancer?.kind !== 'network' || path === undefined || loadBalancer.unhealthyTermination !== true) return
      if (server?.healthPath !== undefined && path !== server.healthPath) return
      return 'a Network Load Balancer checks readiness and cuts the connections of an unhealthy target'
    },
    remedy: () => 'set target_health_state.unhealthy.connection_termination.enabled to false, or check the port instead (TCP)'
  }
]
