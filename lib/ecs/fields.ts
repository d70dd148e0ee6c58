export type Fields = Readonly<Record<string, unknown>>

/** Nothing that AWS names is longer; what is would only fill the log. */
const LONGEST = 2_048

/** The fields of a document of AWS, whatever came in its place. */
export function fields (value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {}
}

export function text (value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined
}

export function list (value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
