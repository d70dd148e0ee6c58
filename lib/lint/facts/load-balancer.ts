import type { LoadBalancerFacts } from '../../core/preflight/index'
import { defaults } from '../defaults'
import type { LoadBalancer, TargetGroup } from '../description'
import type { Subject } from '../join/subjects'
import { booleanOf, known, numberOf, UNKNOWN } from '../values'
import type { Take } from './assumed'
import { milliseconds } from './milliseconds'

type Kind = NonNullable<LoadBalancerFacts['kind']>

const HTTP = ['HTTP', 'HTTPS']
const CONNECTIONS = ['TCP', 'TLS']
const PACKETS = ['UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC']

/** Undefined without a load balancer; empty for one of which no file says more. */
export function loadBalancerFacts ({ balanced, targetGroup, loadBalancer }: Subject, take: Take): LoadBalancerFacts | undefined {
  if (!balanced || targetGroup === undefined) return balanced ? {} : undefined
  const kind = kindOf(targetGroup, loadBalancer)
  const delay = numberOf(targetGroup.attributes('deregistration_delay.timeout_seconds'))
  return {
    kind,
    idleTimeout: kind === 'application' && loadBalancer ? idleTimeout(loadBalancer, take) : undefined,
    deregistrationDelay: milliseconds(take(delay, defaults.deregistrationDelay, 'loadBalancer.deregistrationDelay')),
    healthCheck: kind && healthCheck(targetGroup, kind, take),
    unhealthyTermination: kind === 'network' ? unhealthyTermination(targetGroup, take) : undefined
  }
}

/** As the load balancer says; else a target group's protocol tells. */
function kindOf ({ protocol }: TargetGroup, loadBalancer: LoadBalancer | undefined): Kind | undefined {
  const type = loadBalancer && (loadBalancer.type ?? 'application')
  if (type === 'application' || type === 'network') return type
  if (type !== undefined && type !== UNKNOWN) return // a gateway
  if (HTTP.includes(String(known(protocol)))) return 'application'
  return [...CONNECTIONS, ...PACKETS].includes(String(known(protocol))) ? 'network' : undefined
}

function idleTimeout ({ attributes }: LoadBalancer, take: Take): number | undefined {
  return milliseconds(take(numberOf(attributes('idle_timeout.timeout_seconds')), defaults.idleTimeout, 'loadBalancer.idleTimeout'))
}

/** A check of the port has no path and no threshold that mattered: an open port tells nothing of a drain. */
function healthCheck ({ healthCheck: said }: TargetGroup, kind: Kind, take: Take): LoadBalancerFacts['healthCheck'] {
  const protocol = said.protocol ?? (kind === 'network' ? 'TCP' : 'HTTP')
  if (protocol === UNKNOWN) return
  const isHttp = HTTP.includes(protocol)
  const timeout = kind === 'application' ? defaults.timeout : protocol === 'HTTP' ? defaults.networkTimeout : defaults.networkPortTimeout
  return {
    path: isHttp ? take(said.path, defaults.path, 'loadBalancer.healthCheck.path') : undefined,
    interval: milliseconds(take(said.interval, defaults.interval, 'loadBalancer.healthCheck.interval')),
    timeout: milliseconds(take(said.timeout, timeout, 'loadBalancer.healthCheck.timeout')),
    unhealthyThreshold: isHttp ? take(said.unhealthyThreshold, defaults.unhealthyThreshold, 'loadBalancer.healthCheck.unhealthyThreshold') : undefined
  }
}

function unhealthyTermination ({ attributes, protocol }: TargetGroup, take: Take): boolean | undefined {
  const said = booleanOf(attributes('target_health_state.unhealthy.connection_termination.enabled'))
  return take(said, CONNECTIONS.includes(String(known(protocol))) ? defaults.unhealthyTermination : undefined, 'loadBalancer.unhealthyTermination')
}
