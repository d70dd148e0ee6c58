import type { CheckFunction } from '../../types/index'
import { boolean, milliseconds, object, path, refuse, withDefaults } from '../option-checks'
import { defaults } from './defaults'

export interface CheckSettings {
  readonly name: string
  /** `true` for the built-in check of all clients of that name. */
  readonly check: true | CheckFunction
  readonly critical: boolean
  readonly timeout: number
}

export interface HealthSettings {
  readonly path: string
  readonly livePath: string | false
  readonly checks: readonly CheckSettings[]
  readonly cacheTime: number
  readonly details: boolean
}

/** What is checked by default where the name is enough. */
const BUILT_IN_CHECKS = ['pg', 'redis']
const CHECK = `a function, or { check, critical, timeout }; true for ${BUILT_IN_CHECKS.join(' and ')} only`

export function health (given: unknown): false | HealthSettings {
  if (given === false) return false
  const options = withDefaults('health', given, defaults.health)
  const timeout = milliseconds('health.timeout', options.timeout, 100, false)
  const settings = {
    path: path('health.path', options.path),
    livePath: options.livePath === false ? false as const : path('health.livePath', options.livePath),
    checks: Object.freeze(checks(options.checks, timeout)),
    cacheTime: milliseconds('health.cacheTime', options.cacheTime, 100, true),
    details: boolean('health.details', options.details)
  }
  if (settings.path === settings.livePath) refuse('health.livePath', 'another path than health.path', settings.livePath)
  return Object.freeze(settings)
}

function checks (given: unknown, timeout: number): CheckSettings[] {
  return Object.entries(object('health.checks', given)).map(([name, value]) => {
    const path = `health.checks.${name}`
    const short = value === true || typeof value === 'function'
    if (!short && typeof value !== 'object') refuse(path, CHECK, value)
    const options = withDefaults(path, short ? { check: value } : value, { check: true, critical: false, timeout })
    if (typeof options.check !== 'function' && (options.check !== true || !BUILT_IN_CHECKS.includes(name))) refuse(path, CHECK, value)
    return Object.freeze({
      name,
      check: options.check as true | CheckFunction,
      critical: boolean(`${path}.critical`, options.critical),
      timeout: milliseconds(`${path}.timeout`, options.timeout, 100, false)
    })
  })
}
