/** Columns as wide as their widest cell; aligned left are the first, and those that `left` says, and the others right. */
export function columns (cells: ReadonlyArray<readonly string[]>, left: (column: number) => boolean = () => false): string[] {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const aligned = (cell: string, column: number): string =>
    column === 0 || left(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  return cells.map((row) => row.map(aligned).join('  ').trimEnd())
}
