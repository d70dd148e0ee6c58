import { markup, type Markup, type Piece } from './markup'

export interface Column<Row> {
  readonly name: string
  /** Numbers stand at the right, words are not broken. @default text */
  readonly kind?: 'number' | 'word'
  of (row: Row): Piece
}

/** A table with a header; the first cell of each row is the row's. */
export function table<Row> (rows: readonly Row[], columns: readonly Column<Row>[]): Markup {
  const head = columns.map(({ name, kind }) => markup`<th scope="col"${attribute(kind)}>${name}</th>`)
  const body = rows.map((row) => markup`<tr>${columns.map(({ of, kind }, index) => index === 0
    ? markup`<th scope="row"${attribute(kind)}>${of(row)}</th>`
    : markup`<td${attribute(kind)}>${of(row)}</td>`)}</tr>\n`)
  return markup`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>\n`
}

function attribute (kind: string | undefined): Markup | undefined {
  return kind === undefined ? undefined : markup` class="${kind}"`
}
