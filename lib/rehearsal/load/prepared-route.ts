import type { Expectation, Route } from '../../../types/rehearsal'
import type { Message } from './exchange'
import { nameOf } from './name-of'
import { filled, filledText, templateOf, templatesIn, type Values } from './template'

/** A route that is ready to be asked again and again: what does not vary has been made. */
export interface PreparedRoute {
  readonly route: Route
  readonly name: string
  readonly weight: number
  /** Those that each request must have values for. */
  readonly templates: readonly string[]
  /** Routes of which it needs an earlier id. */
  readonly sources: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Its body, where it is always the same. */
  readonly body?: Buffer
}

export function prepared (route: Route): PreparedRoute {
  const { path, headers = {}, body, expect } = route
  const templates = templatesIn([path, headers, body, expect])
  return {
    route,
    name: nameOf(route),
    weight: route.weight ?? 1,
    templates,
    sources: sourcesOf(route),
    headers: {
      ...body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' },
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    },
    body: templatesIn(body).length === 0 ? bodyOf(route, new Map()) : undefined
  }
}

/** Routes of which each request needs an earlier id. */
export function sourcesOf ({ path, headers, body, expect }: Route): string[] {
  return templatesIn([path, headers, body, expect]).flatMap((text) => {
    const template = templateOf(text)
    return template?.kind === 'id of' ? [template.route] : []
  })
}

/** One request of a route. `{id}` among the values is its own. */
export function messageOf ({ route, headers, body: constant }: PreparedRoute, values: Values, pin?: string): Message {
  const { method = 'GET', path, uploadFor = 0, readFor = 0, expect } = route
  const body = constant ?? bodyOf(route, values)
  return {
    method,
    path: filledText(path, values),
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filledText(value, values)])),
      ...body && { 'content-length': body.length },
      'x-rehearsal-id': values.get('id')!,
      ...pin !== undefined && { 'x-rehearsal-pin': pin }
    },
    body,
    uploadFor,
    readFor,
    readable: expect?.json !== undefined || expect?.includes !== undefined
  }
}

/** What this request must be answered with; `learned` is the status where the route names none. */
export function expectationOf ({ route: { expect = {} } }: PreparedRoute, values: Values, learned?: number): Expectation {
  return {
    status: expect.status ?? learned,
    bytes: expect.bytes,
    json: filled(expect.json, values),
    includes: expect.includes === undefined ? undefined : filledText(expect.includes, values)
  }
}

function bodyOf ({ body, bodyBytes }: Route, values: Values): Buffer | undefined {
  if (bodyBytes !== undefined) return Buffer.alloc(bodyBytes, 'x')
  if (body === undefined) return undefined
  return Buffer.from(typeof body === 'string' ? filledText(body, values) : JSON.stringify(filled(body, values)))
}
