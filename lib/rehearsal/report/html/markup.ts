/** Text that is markup already. */
export class Markup {
  constructor (readonly text: string) {}
}

export type Piece = Markup | string | number | undefined | readonly Piece[]

/**
 * Markup from a template. What is filled in is escaped unless it is markup itself, so that a forgotten escape cannot
 * happen; lists are joined, and undefined is nothing.
 */
export function markup (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + render(pieces[index - 1]) + string))
}

function render (piece: Piece): string {
  if (piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  return typeof piece === 'object' ? piece.map(render).join('') : escape(String(piece))
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For text and for quoted attributes; what no document may hold (control characters, half surrogates) is shown as �. */
export function escape (text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replace(/[^\P{Cc}\t\n\r]|\p{Cs}/gu, '\ufffd')
}
