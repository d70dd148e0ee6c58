import http from 'node:http'

import type { Route } from '../../../types/rehearsal'
import { nameOf } from './name-of'
import { sourcesOf } from './prepared-route'
import { filledText, templateOf, templatesIn } from './template'

/** What is wrong with routes, each in a sentence that names the route and what to do; empty if they can be asked. */
export function problemsOf (routes: readonly Route[]): string[] {
  if (routes.length === 0) return ['there is no route: give at least one']
  const alone = routes.flatMap((route) => problemsAlone(route).map((problem) => `the route '${nameOf(route)}' ${problem}`))
  return alone.length > 0 ? alone : problemsTogether(routes)
}

function problemsAlone (route: Route): string[] {
  if (!isJson(route)) return ['has a body, or expects a JSON, that cannot be written as JSON: give plain values']

  const { method = 'GET', path, headers = {}, body, bodyBytes, uploadFor } = route
  const asked = filledText(path, new Map(templatesIn(path).map((template) => [template, '1'])))
  const says = (wrong: boolean, problem: string): string[] => wrong ? [problem] : []
  return [
    ...says(!http.METHODS.includes(method.toUpperCase()), `has the method '${method}', which HTTP does not know: correct it`),
    ...says(!path.startsWith('/'), `has the path '${path}': let it begin with a slash`),
    ...says(!/^[\x21-\x7e]*$/.test(asked), `has the path '${path}', with characters that no path may hold: encode them with encodeURI`),
    ...Object.entries(headers).flatMap(([name, value]) => says(!isHeader(name, value), `has the header '${name}', which cannot be sent: correct its name or value`)),
    ...says(body !== undefined && bodyBytes !== undefined, 'has both body and bodyBytes: leave one out'),
    ...says(uploadFor !== undefined && body === undefined && bodyBytes === undefined, 'has uploadFor and nothing to upload: add body or bodyBytes'),
    ...numbersOf(route).flatMap(([name, value, whole]) => says(!isNumber(value, whole), `has ${name} ${value}: give a ${whole ? 'whole ' : ''}number of at least 0`)),
    ...templatesIn([path, headers, body, route.expect]).flatMap((text) => says(templateOf(text) === undefined,
      `has the unknown template '{${text}}': use {id}, {int 1 9} or {id of NAME}, or put a space after a brace that is none`))
  ]
}

function problemsTogether (routes: readonly Route[]): string[] {
  const names = routes.map(nameOf)
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  const unknown = routes.flatMap((route) => sourcesOf(route).filter((source) => !names.includes(source)).map((source) => [nameOf(route), source]))
  const never = unknown.length > 0 ? [] : unaskable(routes)
  return [
    ...twice.map((name) => `the route '${name}' is there more than once: give each a name of its own`),
    ...unknown.map(([name, source]) => `the route '${name}' needs an {id of ${source}}, and there is no such route: add it, or correct the name`),
    ...never.map((route) => `the route '${nameOf(route)}' can never be asked, since the ids that it needs are never there: let one route do without`),
    ...routes.every(({ weight = 1 }) => weight === 0) ? [`the route '${names[0]}' has weight 0, as all have: give at least one a weight`] : []
  ]
}

/** Routes that wait for each other's ids, or for their own. */
function unaskable (routes: readonly Route[]): Route[] {
  let waiting = [...routes]
  for (let before = Infinity; waiting.length < before;) {
    before = waiting.length
    const names = waiting.map(nameOf)
    waiting = waiting.filter((route) => sourcesOf(route).some((source) => names.includes(source)))
  }
  return waiting
}

/** The numbers of a route, and which of them count things. */
function numbersOf ({ bodyBytes, uploadFor, readFor, weight, lateAfter, expect }: Route): (readonly [string, number, boolean])[] {
  const numbers = [
    ['bodyBytes', bodyBytes, true], ['uploadFor', uploadFor, false], ['readFor', readFor, false], ['weight', weight, false],
    ['lateAfter', lateAfter, false], ['expect.status', expect?.status, true], ['expect.bytes', expect?.bytes, true]
  ] as const
  return numbers.flatMap(([name, value, whole]) => value === undefined ? [] : [[name, value, whole] as const])
}

function isNumber (value: unknown, whole: boolean): boolean {
  return typeof value === 'number' && value >= 0 && (whole ? Number.isSafeInteger(value) : Number.isFinite(value))
}

function isJson ({ body, expect }: Route): boolean {
  try {
    return [body, expect?.json].every((value) => value === undefined || JSON.stringify(value) !== undefined)
  } catch {
    return false
  }
}

function isHeader (name: string, value: string): boolean {
  try {
    http.validateHeaderName(name)
    http.validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
