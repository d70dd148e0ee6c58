export type Fields = Readonly<Record<string, unknown>>

/** Nothing that AWS names is longer; what is would only fill the log. */
const LONGEST = 2_048

/** The fields of a document of AWS, whatever came in its place. */
export function fields (value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {}
}

/** What no name of AWS has, and what could write lines of its own into a log, or to a terminal. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu

export function text (value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST && value.search(UNPRINTABLE) < 0 ? value : undefined
}

/** The same where it is a sentence: what was said may have had lines. */
export function sentence (value: unknown, longest: number): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longest).replaceAll(UNPRINTABLE, ' ') : undefined
}

export function list (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
