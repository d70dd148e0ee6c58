import type { Container } from '../description'

/** Conditions under which the dependency has ended by itself long before the stop. */
const OVER = ['COMPLETE', 'SUCCESS']

/** More than ECS allows in a task, by far. */
const MOST = 100

type Chain = ReadonlyArray<{ readonly name: string, readonly stopTimeout: number }>

/**
 * For a container that is among the last to be told to stop: itself, and those that must have stopped before, the longest chain.
 * ECS reverses `dependsOn` at the stop. A chain with a time that is not known is not known.
 */
export function stopChain (
  last: Container, containers: readonly Container[], stopTimeoutOf: (container: Container) => number | undefined
): Chain | undefined {
  if (containers.length > MOST || waitsFor(last, containers)) return
  const before = new Map<Container, Chain | undefined>()

  function chainOf (container: Container): Chain | undefined {
    if (before.has(container)) return before.get(container)
    before.set(container, undefined) // whoever comes back here depends on itself, which ECS refuses
    const chains = containers.filter((each) => dependsOn(each, container)).map(chainOf)
    const stopTimeout = stopTimeoutOf(container)
    const isKnown = stopTimeout !== undefined && typeof container.name === 'string' && chains.every((chain) => chain !== undefined)
    before.set(container, isKnown ? [...longest(chains as Chain[]), { name: container.name as string, stopTimeout }] : undefined)
    return before.get(container)
  }

  return containers.some((each) => dependsOn(each, last)) ? chainOf(last) : undefined
}

function waitsFor (container: Container, containers: readonly Container[]): boolean {
  return container.dependsOn.length > 0 && containers.some((each) => dependsOn(container, each))
}

function dependsOn ({ dependsOn }: Container, { name }: Container): boolean {
  return dependsOn.some((dependency) => dependency.container === name && !OVER.includes(String(dependency.condition)))
}

function longest (chains: readonly Chain[]): Chain {
  const sum = (chain: Chain): number => chain.reduce((total, { stopTimeout }) => total + stopTimeout, 0)
  return chains.reduce((most, chain) => sum(chain) > sum(most) ? chain : most, [])
}
