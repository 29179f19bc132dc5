/** Rows as aligned columns, two blanks between them; the last column is as wide as it likes. */
export function tableText(rows: readonly (readonly string[])[], indent = ''): string {
  const widths = rows.reduce<number[]>((most, row) => {
    for (const [column, cell] of row.entries()) most[column] = Math.max(most[column] ?? 0, cell.length);
    return most;
  }, []);
  const line = (row: readonly string[]): string =>
    indent + row.map((cell, column) => cell.padEnd(column < row.length - 1 ? (widths[column] ?? 0) : 0)).join('  ');
  return rows.map(row => line(row).trimEnd()).join('\n');
}
