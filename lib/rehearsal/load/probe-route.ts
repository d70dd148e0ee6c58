import type { PreparedRoute } from './prepared-route'

/** The route of that name; without a name the first that has no body, nothing slow, and needs no earlier request. */
export function probeRoute (routes: readonly PreparedRoute[], name?: string): PreparedRoute {
  const found = routes.find((route) => name === undefined ? isPlain(route) : route.name === name)
  if (found) return found
  throw new Error(name === undefined
    ? 'no route can be a probe: add one without body, uploadFor, readFor and {id of …}, or name the route of the probe'
    : `there is no route '${name}' for a probe`)
}

function isPlain ({ sources, route: { body, bodyBytes, uploadFor, readFor } }: PreparedRoute): boolean {
  return body === undefined && bodyBytes === undefined && !uploadFor && !readFor && sources.length === 0
}
