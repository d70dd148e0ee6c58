import type { FastifyInstance } from 'fastify'

import type { Severity } from '../../types/index'
import { ruleIds, type RuleId } from '../core/preflight/index'
import { errors } from '../errors'
import { object, oneOf, refuse, withDefaults } from '../option-checks'
import { defaults } from './defaults'
import type { Settings, Signal } from './settings'

export function signals (given: unknown): readonly Signal[] {
  if (given === false) return []
  if (!Array.isArray(given) || given.length === 0) refuse('signals', "false or a list of 'SIGTERM' and 'SIGINT'", given)
  return [...new Set(given.map((signal, index) => oneOf(`signals[${index}]`, signal, defaults.signals)))]
}

export function resources (given: unknown): Settings['resources'] {
  const entries = Object.entries(object('resources', given))
  for (const [name, value] of entries) {
    if (value !== false && typeof value !== 'function') refuse(`resources.${name}`, 'a function that closes it, or false to leave it alone', value)
  }
  return new Map(entries as Array<[string, false | ((app: FastifyInstance) => unknown)]>)
}

/** The limits of a namespace are CloudWatch's own: 1 to 255 of these characters, and not AWS's. */
export function telemetry (given: unknown): Settings['telemetry'] {
  const { emf } = withDefaults('telemetry', given, defaults.telemetry)
  if (emf === false) return Object.freeze({ emf })
  const { namespace } = withDefaults('telemetry.emf', emf, { namespace: undefined })
  const isName = typeof namespace === 'string' && /^[\w.\-/#: ]{1,255}$/.test(namespace) && /\S/.test(namespace) && !/^AWS\//i.test(namespace)
  if (!isName) refuse('telemetry.emf.namespace', "1 to 255 of A-Z a-z 0-9 . - _ / # : and space, not beginning with 'AWS/'", namespace)
  return Object.freeze({ emf: Object.freeze({ namespace }) })
}

export function preflight (given: unknown): Settings['preflight'] {
  return new Map(Object.entries(object('preflight', given)).map(([id, severity]) => {
    if (!ruleIds.includes(id as RuleId)) throw new errors.OptionUnknown(`preflight.${id}`, ruleIds.join(', '))
    return [id as RuleId, oneOf(`preflight.${id}`, severity, ['off', 'warning', 'error']) as Severity | 'off']
  }))
}
