/** Columns as wide as their widest cell, the first aligned left and the others right. */
export function columns (cells: ReadonlyArray<readonly string[]>): string[] {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  return cells.map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join('  '))
}
