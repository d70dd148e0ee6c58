import { columns } from '../columns'

/** A table before it is written for a terminal or for a document. */
export interface Cells {
  readonly head: readonly string[]
  readonly rows: ReadonlyArray<readonly string[]>
  /** What its reader should know, in sentences. */
  readonly notes: readonly string[]
}

/** For a terminal: numbers aligned right, words left. */
export function plain ({ head, rows, notes }: Cells): string {
  return [...columns([head, ...rows], (column) => inWords(rows, column)), ...notes].join('\n')
}

/** Markdown, aligned alike. */
export function markdown ({ head, rows, notes }: Cells): string {
  const rule = head.map((_, column) => column === 0 || inWords(rows, column) ? '---' : '--:')
  const table = [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
  return [table, ...notes].join('\n\n')
}

function inWords (rows: Cells['rows'], column: number): boolean {
  return !rows.every((row) => /^[\d–]/.test(row[column]!))
}

/** `5` where all are equal, else `3–8`. */
export function between (numbers: readonly number[], digits = 0): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)].map((number) => number.toFixed(digits))
  return least === most ? least! : `${least}–${most}`
}

export function sum (numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
