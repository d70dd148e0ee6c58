/**
 * Rows as aligned lines, two spaces between columns. `sides` has a letter for each column: `l` for left, `r` for right.
 * Nothing is left at the end of a line.
 */
export function columns (sides: string, rows: readonly (readonly string[])[]): string[] {
  const widths = [...sides].map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  const cell = (text: string, column: number): string =>
    sides[column] === 'r' ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)
  return rows.map((row) => row.map(cell).join('  ').trimEnd())
}

/** Breaks a line between words, so that none is longer than `width` but for a longer word; what follows is indented by two. */
export function wrap (line: string, width: number): string[] {
  if (line.length <= width) return [line]
  const space = line.lastIndexOf(' ', width)
  const end = line.slice(0, space).trim() === '' ? line.indexOf(' ', width) : space
  return end === -1 ? [line] : [line.slice(0, end).trimEnd(), ...wrap(`  ${line.slice(end).trim()}`, width)]
}
