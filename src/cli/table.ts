// Lists for people: as tables, or item by item on a terminal that is too narrow for a table.
import type { Io } from './command.js';

/** Writes a list as a table or, with `json`, as an array of its records. */
export function writeList<Item>(
  io: Io,
  { json }: { json: boolean },
  list: readonly Item[],
  columns: Record<string, (item: Item) => string>,
): void {
  const rows = list.map((item) => Object.values(columns).map((cell) => cell(item)));
  const { isTTY, columns: width } = io.stdout;
  // Output for programs and files does not depend on the terminal's width.
  const room = isTTY === true && width !== undefined && width > 0 ? width : Infinity;
  io.stdout.write(json ? `${JSON.stringify(list, null, 2)}\n` : formatList(Object.keys(columns), rows, room));
}

/** A table where it fits into that many columns, otherwise a block of lines for each item. */
function formatList(headings: string[], rows: string[][], room: number): string {
  const table = formatTable(headings, rows);
  if (rows.length === 0 || table.split('\n').every((line) => widthOf(line) <= room)) return table;
  const width = Math.max(...headings.map(widthOf)) + 1;
  return rows
    .map((row) => headings.map((heading, column) => `${pad(`${heading}:`, width)} ${row[column] ?? ''}\n`).join(''))
    .join('\n');
}

/** Rows under their headings, each column as wide as its widest cell. */
export function formatTable(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/**
 * The width in a terminal: characters of East Asia and emoji take two columns (Unicode Standard Annex 11), marks none.
 */
function widthOf(text: string): number {
  // Fast path: most texts are ASCII.
  if (/^[ -~]*$/.test(text)) return text.length;
  const wide =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
  const columnsOf = (character: string): number =>
    /[\p{M}\p{Cf}]/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return Array.from(text, columnsOf).reduce((sum, columns) => sum + columns, 0);
}
