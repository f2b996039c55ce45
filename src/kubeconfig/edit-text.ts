// Replacements in a text, and the lines and columns around them.

/** A replacement of the characters from `start` to before `end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Applies the replacements. They do not overlap; those at one place keep the order of the list. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  // Insertions at a place come before the text that starts there.
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let place = 0;
  for (const { start, end, text: put } of ordered) {
    pieces.push(text.slice(place, start), put);
    place = end;
  }
  return pieces.join('') + text.slice(place);
}

/** The line end that most lines of a text have; for a text without one, that of POSIX. */
export function newlineOf(text: string): string {
  const breaks = text.split('\n').length - 1;
  const withReturn = text.split('\r\n').length - 1;
  return withReturn * 2 > breaks ? '\r\n' : '\n';
}

/** From 0; a byte order mark is not counted. */
export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (text[start] === '\ufeff' ? 1 : 0);
}

export function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isBreak(text[start - 1])) start -= 1;
  return start;
}

/** The start of the next line; the place itself if it is the start of a line. */
export function endOfLines(text: string, place: number): number {
  if (place > 0 && isBreak(text[place - 1])) return place;
  let end = place;
  while (end < text.length && !isBreak(text[end])) end += 1;
  return end + (text.startsWith('\r\n', end) ? 2 : end < text.length ? 1 : 0);
}

const isBreak = (char: string | undefined) => char !== undefined && /[\n\r\x85\u2028\u2029]/.test(char);

/** The indentation of the line of a place. */
export function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** Indents every line that is not empty. */
export function indentLines(lines: string, indent: string): string {
  return lines.replaceAll(/^(?=.)/gm, indent);
}

/** Inserts whole lines at the start of a line or the end of the text. */
export function insertLines(text: string, place: number, lines: string): Edit {
  const open = place > 0 && !isBreak(text[place - 1]);
  const put = `${open ? '\n' : ''}${lines}${open ? '' : '\n'}`;
  return { start: place, end: place, text: put.replaceAll('\n', newlineOf(text)) };
}
