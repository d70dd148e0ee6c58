/** A file that has been read, and is JSON. */
export interface Source {
  /** As its reader knows it. */
  readonly file: string
  readonly text: string
  /** What `JSON.parse` made of the text. */
  readonly document: unknown
}

/** The line of an object or array of a document, from 1; undefined for what did not come from it. */
export type Lines = (value: unknown) => number | undefined

interface Level {
  readonly value: unknown
  /** The key that is being read, or the index of the element. */
  at: string | number
}

/**
 * Where the objects and arrays of a document stand. The text is known to be JSON, so it is enough to follow its brackets, in
 * one pass and without recursion: a file may be large, or deep. Of a key that is there twice the last counts, as for `JSON.parse`.
 */
export function linesOf ({ text, document }: Pick<Source, 'text' | 'document'>): Lines {
  const lines = new WeakMap<object, number>()
  const levels: Level[] = []
  let line = 1
  let lastString = ''

  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1)
    switch (text[at]) {
      case '\n': line++; break
      case '"': {
        const end = endOfString(text, at)
        lastString = text.slice(at, end + 1)
        at = end
        break
      }
      case ':': level!.at = JSON.parse(lastString) as string; break
      case ',': if (typeof level!.at === 'number') level!.at++; break
      case '{': case '[': {
        const value = level === undefined ? document : childOf(level)
        if (typeof value === 'object' && value !== null) lines.set(value, line)
        levels.push({ value, at: text[at] === '[' ? 0 : '' })
        break
      }
      case '}': case ']': levels.pop()
    }
  }
  return (value) => typeof value === 'object' && value !== null ? lines.get(value) : undefined
}

/** The quote that ends the string which begins at `start`. */
function endOfString (text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at
    if (text[at] === '\\') at++
  }
  return text.length
}

function childOf ({ value, at }: Level): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, at) ? (value as Record<string | number, unknown>)[at] : undefined
}
