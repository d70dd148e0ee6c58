import type { Container, Service, Target, TaskDefinition } from '../description'
import { known, UNKNOWN } from '../values'

/** A container that serves, and what it is registered in, if anything. */
export interface Application {
  readonly container: Container
  readonly target?: Target
}

/**
 * The containers that the rules about signals and plans are meant for: those that a load balancer points to, else those with ports,
 * else the only one. A sidecar without a port is none, and a container that may have ports is none either.
 */
export function applicationsOf ({ containers }: TaskDefinition, service: Service | undefined): readonly Application[] {
  const all = known(containers) ?? []
  const targeted = (known(service?.loadBalancers) ?? []).flatMap((target): Application[] =>
    pointedTo(all, target).map((container) => ({ container, target })))
  if (targeted.length > 0) return targeted
  const open = all.filter(({ ports }) => ports !== UNKNOWN && ports !== undefined && ports.length > 0)
  return (open.length > 0 ? open : all.length === 1 ? all : []).map((container) => ({ container }))
}

/** By name; where that is not known, by a port that only one of them has. */
export function pointedTo (containers: readonly Container[], { container: name, port }: Target): readonly Container[] {
  if (typeof name === 'string') return containers.filter((container) => container.name === name)
  const listening = containers.filter(({ ports }) => typeof port === 'number' && known(ports)?.includes(port))
  return listening.length === 1 ? listening : []
}
