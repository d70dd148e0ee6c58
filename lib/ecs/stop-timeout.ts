import { STOP_TIMEOUT } from '../core/timing-plan'
import { fields, list } from './fields'

/** Milliseconds; undefined where the task definition leaves it to the agent of an EC2 instance, whose setting nobody can ask for. */
export type DefinedStopTimeout = { readonly stopTimeout: number | undefined } | { readonly failure: string }

/** How long ECS waits from SIGTERM to SIGKILL, by a container's part of the task definition. Pure; trusts no type. */
export function definedStopTimeout (definition: unknown, container: string | undefined, launchType: string | undefined): DefinedStopTimeout {
  if (container === undefined) return { failure: 'the task\'s metadata does not name this container' }
  const own = list(fields(definition).containerDefinitions).map(fields).find(({ name }) => name === container)
  if (own === undefined) return { failure: `the task definition has no container ${container}` }

  const { stopTimeout = null } = own
  if (stopTimeout === null || stopTimeout === 0) return { stopTimeout: launchType === 'FARGATE' ? STOP_TIMEOUT : undefined }
  if (typeof stopTimeout !== 'number' || !(stopTimeout > 0)) return { failure: `the task definition's stopTimeout of ${container} is no number of seconds` }
  return { stopTimeout: Math.round(stopTimeout * 1_000) }
}
