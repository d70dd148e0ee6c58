import type { Capacity } from '../../../types/index'
import { readEnvironment, variables, type EnvironmentFinding, type EnvironmentValues } from '../../core/environment'
import { named, type Container } from '../description'
import { known } from '../values'

function read ({ environment }: Container): ReturnType<typeof readEnvironment> {
  return readEnvironment(Object.fromEntries(Object.values(variables).map((name) => [name, known(environment(name))])))
}

/** The plugin's own variables, as far as they are known; none if it would refuse one of them. */
export function environmentOf (container: Container): EnvironmentValues {
  const found = read(container)
  return 'values' in found ? found.values : {}
}

/** The variable that the plugin would refuse at start. */
export function refused (container: Container): string | undefined {
  const found = read(container)
  return 'finding' in found ? sentence(container, found.finding) : undefined
}

function sentence (container: Container, { variable, allowed }: EnvironmentFinding): string {
  return `${String(known(container.name))} of ${named(container)} is given a ${variable} that the plugin refuses at start: it must be ${allowed}`
}

/** One container is given the variable, and it holds for the whole task. */
export function capacityVariable (containers: readonly Container[]): Capacity | undefined {
  return containers.map((container) => environmentOf(container).capacity).find((capacity) => capacity !== undefined)
}
