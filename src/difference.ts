// The difference of two texts as people know it from diff -u: what goes, what comes, and three lines around.

const around = 3;

interface Line {
  sign: ' ' | '-' | '+';
  text: string;
  /** How many lines of the old and the new text come before it. */
  before: [number, number];
}

/** Empty where the texts are the same. */
export function difference(name: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(splitLines(before), splitLines(after));
  const hunks = hunksOf(lines);
  return [`--- ${name}`, `+++ ${name}`, ...hunks.flatMap(formatHunk)].map((line) => `${line}\n`).join('');
}

/** The shortest way from one to the other (Myers 1986): how far each diagonal gets with so many changes. */
function compare(old: string[], fresh: string[]): Line[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let changes = 0; ; changes += 1) {
    trace.push(furthest);
    furthest = new Map(furthest);
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = stepDown(furthest, diagonal, changes)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (x < old.length && x - diagonal < fresh.length && old[x] === fresh[x - diagonal]) x += 1;
      furthest.set(diagonal, x);
      if (x >= old.length && x - diagonal >= fresh.length) return walkBack(trace, old, fresh);
    }
  }
}

function stepDown(furthest: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true;
  return diagonal !== changes && (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0);
}

function walkBack(trace: readonly Map<number, number>[], old: string[], fresh: string[]): Line[] {
  const lines: Line[] = [];
  let [x, y] = [old.length, fresh.length];
  for (let changes = trace.length - 1; changes >= 0; changes -= 1) {
    const furthest = trace[changes] ?? new Map<number, number>();
    const diagonal = x - y;
    const previous = stepDown(furthest, diagonal, changes) ? diagonal + 1 : diagonal - 1;
    const previousX = furthest.get(previous) ?? 0;
    const previousY = previousX - previous;
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      [x, y] = [x - 1, y - 1];
      lines.push({ sign: ' ', text: old[x] ?? '', before: [x, y] });
    }
    if (changes === 0) break;
    const removed = previousX < x;
    [x, y] = [previousX, previousY];
    lines.push({ sign: removed ? '-' : '+', text: (removed ? old[x] : fresh[y]) ?? '', before: [x, y] });
  }
  return lines.reverse();
}

function hunksOf(lines: Line[]): Line[][] {
  const hunks: Line[][] = [];
  let end = 0;
  lines.forEach(({ sign }, index) => {
    if (sign === ' ') return;
    const start = Math.max(index - around, 0);
    const hunk = hunks.at(-1);
    const stop = Math.min(index + around + 1, lines.length);
    if (hunk && start <= end) hunk.push(...lines.slice(end, stop));
    else hunks.push(lines.slice(start, stop));
    end = Math.max(end, stop);
  });
  return hunks;
}

function formatHunk(hunk: Line[]): string[] {
  const [oldStart = 0, newStart = 0] = hunk[0]?.before ?? [];
  const oldCount = hunk.filter(({ sign }) => sign !== '+').length;
  const newCount = hunk.filter(({ sign }) => sign !== '-').length;
  const place = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
  return [
    `@@ -${place(oldStart, oldCount)} +${place(newStart, newCount)} @@`,
    ...hunk.map(({ sign, text }) => sign + text),
  ];
}

/** A text without an end to its last line is told from one with it, as diff does. */
function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') return lines.slice(0, -1);
  return lines.with(-1, `${lines.at(-1)}\n\\ No newline at end of file`);
}
