// Lists for people, as tables.
import type { Io } from './command.js';

/** Writes a list as a table or, with `json`, as an array of its records. */
export function writeList<Item>(
  io: Io,
  { json }: { json: boolean },
  list: readonly Item[],
  columns: Record<string, (item: Item) => string>,
): void {
  const rows = list.map((item) => Object.values(columns).map((cell) => cell(item)));
  io.stdout.write(json ? `${JSON.stringify(list, null, 2)}\n` : formatTable(Object.keys(columns), rows));
}

/** Rows under their headings, each column as wide as its widest cell. */
export function formatTable(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
