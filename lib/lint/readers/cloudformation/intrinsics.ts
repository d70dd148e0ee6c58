import { isObject, Link, numberOf, own, textOf, UNKNOWN, type Maybe } from '../../values'
import { idOf, importId, type Template } from './template'

/** `AWS::NoValue`: as if it were not there. */
export const NO_VALUE = Symbol('no value')

/** A parameter's default, or a link to a resource. What AWS alone knows is not known. */
export function reference (template: Template, name: unknown): unknown {
  if (name === 'AWS::NoValue') return NO_VALUE
  if (typeof name !== 'string') return UNKNOWN
  return template.parameters.has(name) ? parameter(template.parameters.get(name)) : resource(template, name)
}

function parameter (declared: unknown): unknown {
  const [type, given] = [own(declared, 'Type'), own(declared, 'Default')]
  if (given === undefined || typeof type !== 'string' || type.startsWith('AWS::SSM::')) return UNKNOWN // SSM: the default is a name
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<')
  return isList && typeof given === 'string' ? given.split(',').map((each) => each.trim()) : given
}

function resource (template: Template, logicalId: string): unknown {
  return template.resources.has(logicalId) ? new Link([idOf(template, logicalId)]) : UNKNOWN
}

/** `[resource, attribute]` or `resource.attribute`: whichever attribute, it names its resource. */
export function attribute (template: Template, given: unknown): unknown {
  const name: unknown = Array.isArray(given) ? given[0] : typeof given === 'string' ? given.split('.', 1)[0] : undefined
  return typeof name === 'string' ? resource(template, name) : UNKNOWN
}

/** Text, if all parts are; else a link to all that they name. */
export function concatenated (parts: readonly unknown[], separator: Maybe<string> = ''): unknown {
  const texts = parts.map(textOf)
  if (separator !== UNKNOWN && texts.every((text) => typeof text === 'string')) return texts.join(separator)
  const to = parts.flatMap((part) => part instanceof Link ? part.to : [])
  return to.length > 0 ? new Link(to) : UNKNOWN
}

export function substituted (template: Template, [text, more]: readonly [unknown, unknown]): unknown {
  if (typeof text !== 'string') return UNKNOWN
  const parts = text.split(/(\$\{[^}$]*\})/).filter((part) => part !== '').map((part) => {
    if (!part.startsWith('${')) return part
    const name = part.slice(2, -1).trim()
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    if (isObject(more) && Object.hasOwn(more, name)) return more[name]
    return name.includes('.') ? attribute(template, name) : reference(template, name)
  })
  return parts.length === 1 ? parts[0] : concatenated(parts)
}

export function selected (given: unknown): unknown {
  if (!Array.isArray(given) || !Array.isArray(given[1])) return UNKNOWN
  const index = numberOf(given[0])
  return typeof index === 'number' && index in given[1] ? given[1][index] : UNKNOWN
}

export function split (given: unknown): unknown {
  if (!Array.isArray(given)) return UNKNOWN
  const [separator, text] = given.map(textOf)
  return typeof separator === 'string' && separator !== '' && typeof text === 'string' ? text.split(separator) : UNKNOWN
}

export function looked ({ mappings }: Template, given: unknown): unknown {
  if (!Array.isArray(given) || given.length < 3) return UNKNOWN
  const [name, top, second] = given.map(textOf)
  if (typeof name !== 'string' || typeof top !== 'string' || typeof second !== 'string') return UNKNOWN
  return own(own(mappings.get(name), top), second) ?? UNKNOWN
}

export function imported (name: unknown): unknown {
  const text = textOf(name)
  return typeof text === 'string' ? new Link([importId(text)]) : UNKNOWN
}
