/** A brace, a word, and what belongs to it. Not JSON's braces, nor a word after a space. */
const TEMPLATE = /\{([a-z][^{}]*)\}/gi
/** A text that is a number and nothing else. */
const NUMBER = /^\{(int [^{}]*)\}$/

export type Template =
  | { readonly kind: 'id' }
  | { readonly kind: 'int', readonly least: number, readonly most: number }
  | { readonly kind: 'id of', readonly route: string }

/** What each template, as it stands between the braces, means within one request: wherever it stands, it is the same. */
export type Values = ReadonlyMap<string, string>

/** What a template asks for; undefined if it is none that is known. */
export function templateOf (text: string): Template | undefined {
  if (text === 'id') return { kind: 'id' }
  if (text.startsWith('id of ')) return { kind: 'id of', route: text.slice('id of '.length) }
  const [, least, most] = text.match(/^int (-?\d+) (-?\d+)$/)?.map(Number) ?? []
  if (least !== undefined && most !== undefined && least <= most) return { kind: 'int', least, most }
}

/** The templates anywhere in a value of JSON, each once, as they stand between the braces. */
export function templatesIn (value: unknown): string[] {
  const found = [...texts(value)].flatMap((text) => [...text.matchAll(TEMPLATE)].map(([, inside]) => inside!))
  return [...new Set(found)]
}

/** The text with its templates filled in. */
export function filledText (text: string, values: Values): string {
  return text.replace(TEMPLATE, (template, inside: string) => values.get(inside) ?? template)
}

/** A copy of a value of JSON with its templates filled in; a text that is nothing but an `{int …}` becomes a number. */
export function filled (value: unknown, values: Values): unknown {
  if (typeof value === 'string') {
    const number = value.match(NUMBER)?.[1]
    return number === undefined ? filledText(value, values) : Number(values.get(number))
  }
  if (Array.isArray(value)) return value.map((element) => filled(element, values))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [filledText(key, values), filled(inner, values)]))
}

function * texts (value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield key
    yield * texts(inner)
  }
}
