import type { Facts } from '../core/preflight/index'
import type { Subject } from './join/subjects'
import { UNKNOWN } from './values'

type Needed = ReadonlyArray<readonly [name: string, of: (facts: Facts) => unknown]>

/** What the rules need of an application that files can say. Nothing is known, nothing is said: so it is told what is not known. */
const needed: Needed = [
  ['what it runs on', ({ capacity }) => capacity],
  ['its stop timeout', ({ stopTimeout }) => stopTimeout],
  ['what it plans with', ({ plan }) => plan]
]
/** Of one with a load balancer. */
const ofBalanced: Needed = [
  ['how many tasks there are', ({ desiredCount }) => desiredCount],
  ['the health check of its target group', ({ loadBalancer }) => loadBalancer?.healthCheck],
  ['its deregistration delay', ({ loadBalancer }) => loadBalancer?.deregistrationDelay]
]

export function unknownOf ({ application, balanced, service }: Subject, facts: Facts): readonly string[] {
  if (!application) return []
  const isAlone = service === undefined ? ['its service'] : service.loadBalancers === UNKNOWN ? ['its load balancer'] : []
  const missing = [...needed, ...balanced ? ofBalanced : []].filter(([, of]) => of(facts) === undefined).map(([name]) => name)
  return [...missing, ...isAlone]
}
