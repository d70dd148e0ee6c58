import { stripVTControlCharacters } from 'node:util'

/** Text of others on one line, without anything that a terminal would obey. */
export function plain (text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ').trim()
}
