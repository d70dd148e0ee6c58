import type { Container } from '../description'

/** Conditions under which the dependency has ended by itself long before the stop. */
const OVER = ['COMPLETE', 'SUCCESS']

/** More than ECS allows in a task, by far. */
const MOST = 100

type Chain = ReadonlyArray<{ readonly name: string, readonly stopTimeout: number }>

/**
 * For each container that is among the last to be told to stop: itself and the containers that must have stopped before, the
 * longest chain. ECS reverses `dependsOn` at the stop. A chain with a time that is not known is not known.
 */
export function stopChains (
  containers: readonly Container[], stopTimeoutOf: (container: Container) => number | undefined
): ReadonlyMap<Container, Chain> {
  if (containers.length > MOST) return new Map()
  const byName = new Map(containers.map((container) => [container.name, container]))
  const dependents = new Map<Container, Container[]>()
  for (const container of containers) {
    for (const { container: name, condition } of container.dependsOn) {
      const on = byName.get(name)
      if (on === undefined || OVER.includes(String(condition))) continue
      dependents.set(on, [...dependents.get(on) ?? [], container])
    }
  }

  const chains = new Map<Container, Chain | undefined>()
  function chainOf (container: Container): Chain | undefined {
    if (chains.has(container)) return chains.get(container)
    chains.set(container, undefined) // whoever comes back here depends on itself, which ECS refuses
    const before = (dependents.get(container) ?? []).map(chainOf)
    const stopTimeout = stopTimeoutOf(container)
    const isKnown = stopTimeout !== undefined && typeof container.name === 'string' && before.every((chain) => chain !== undefined)
    chains.set(container, isKnown ? [...longest(before as Chain[]), { name: container.name as string, stopTimeout }] : undefined)
    return chains.get(container)
  }

  const last = containers.filter((container) => dependents.has(container) && !container.dependsOn.some(({ container: name }) => byName.has(name)))
  return new Map(last.flatMap((container): Array<[Container, Chain]> => {
    const chain = chainOf(container)
    return chain === undefined ? [] : [[container, chain]]
  }))
}

function longest (chains: readonly Chain[]): Chain {
  const sum = (chain: Chain): number => chain.reduce((total, { stopTimeout }) => total + stopTimeout, 0)
  return chains.reduce((most, chain) => sum(chain) > sum(most) ? chain : most, [])
}
