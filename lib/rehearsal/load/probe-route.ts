import type { PreparedRoute } from './prepared-route'

/**
 * The route of that name; without a name the one that was answered fastest when the routes were rehearsed (`durations`, by
 * name, in milliseconds), of those that ask for something and change nothing, if there are any, and take no time by design.
 */
export function probeRoute (routes: readonly PreparedRoute[], durations: ReadonlyMap<string, number>, name?: string): PreparedRoute {
  if (name !== undefined) {
    const found = routes.find((route) => route.name === name)
    if (found) return found
    throw new Error(`there is no route '${name}' for a probe`)
  }
  const durationOf = ({ name }: PreparedRoute): number => durations.get(name) ?? Infinity
  const sorted = [...routes].sort((a, b) => rank(a) - rank(b) || durationOf(a) - durationOf(b))
  return sorted[0]!
}

function rank ({ route: { method = 'GET', body, bodyBytes, uploadFor, readFor } }: PreparedRoute): number {
  if (uploadFor || readFor) return 2
  return method.toUpperCase() === 'GET' && body === undefined && bodyBytes === undefined ? 0 : 1
}
