import type { Expectation, Route } from '../../types/rehearsal'
import { object, refuse, withDefaults } from '../option-checks'

const nothing = undefined
const shape: { readonly [key in keyof Required<Route>]: undefined } = {
  name: nothing,
  method: nothing,
  path: nothing,
  headers: nothing,
  body: nothing,
  bodyBytes: nothing,
  uploadFor: nothing,
  readFor: nothing,
  weight: nothing,
  expect: nothing,
  effect: nothing,
  work: nothing,
  lateAfter: nothing
}
const expectation: { readonly [key in keyof Required<Expectation>]: undefined } = {
  status: nothing, json: nothing, includes: nothing, bytes: nothing
}

const TEXTS = ['name', 'method', 'path'] as const

/** A route as its type says, of the keys that it may have; what it asks for is looked at elsewhere. `name` is what messages call it. */
export function routeOf (name: string, given: unknown): Route {
  const route = withDefaults(name, given, shape)
  if (route.path === undefined) refuse(`${name}.path`, 'a path such as /orders', undefined)
  for (const key of TEXTS) {
    if (route[key] !== undefined && typeof route[key] !== 'string') refuse(`${name}.${key}`, 'a text', route[key])
  }
  mustBeTexts(`${name}.headers`, route.headers)
  for (const key of ['effect', 'work'] as const) {
    if (route[key] !== undefined && typeof route[key] !== 'boolean') refuse(`${name}.${key}`, 'true or false', route[key])
  }
  const { includes } = withDefaults(`${name}.expect`, route.expect, expectation)
  if (includes !== undefined && typeof includes !== 'string') refuse(`${name}.expect.includes`, 'a text', includes)
  return given as Route
}

/** An object, if anything, that holds nothing but texts. */
export function mustBeTexts (name: string, given: unknown): void {
  for (const [key, value] of Object.entries(object(name, given))) if (typeof value !== 'string') refuse(`${name}.${key}`, 'a text', value)
}
