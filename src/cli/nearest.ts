// "Did you mean": the known word that is nearest to an unknown one.

/** The nearest word if it is near enough to be meant; undefined otherwise. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  // One letter in three may be wrong.
  const far = Math.floor(given.length / 3);
  const [best] = words
    .map((word) => ({ word, distance: distanceBetween(given.toLowerCase(), word) }))
    .filter(({ word, distance }) => distance <= far || (given.length > 2 && word.startsWith(given)))
    .sort((one, other) => one.distance - other.distance);
  return best?.word;
}

/** The number of letters to add, remove, replace or swap (Damerau and Levenshtein, optimal string alignment). */
function distanceBetween(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = at(rows, row - 1, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? at(rows, row - 2, column - 2) + 1
          : Infinity;
      line.push(Math.min(at(rows, row - 1, column) + 1, (line[column - 1] ?? 0) + 1, replaced, swapped));
    }
    rows.push(line);
  }
  return at(rows, from.length, to.length);
}

const at = (rows: number[][], row: number, column: number) => rows[row]?.[column] ?? Infinity;
