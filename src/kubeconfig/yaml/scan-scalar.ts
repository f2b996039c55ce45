// Scalars of YAML 1.1: plain, quoted and block, with the folding of their lines.
import { type Cursor, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './cursor.js';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScannedScalar {
  start: number;
  end: number;
  value: string;
  style: ScalarStyle;
  /** Whether it ended on another line than it started. */
  hasBreaks: boolean;
}

/** White space between two words: blanks of one line, or breaks that become a space or fewer breaks. */
class Gap {
  #blanks = '';
  #first = '';
  #more = '';
  hasBreak = false;

  /** Reads blanks and breaks; `check` sees each blank after a break. */
  read(cursor: Cursor, check: () => void = () => undefined): void {
    for (let code = cursor.code(); isBlank(code) || isBreak(code); code = cursor.code()) {
      if (isBreak(code)) this.#addBreak(cursor.readBreak());
      else {
        if (this.hasBreak) check();
        else this.#blanks += cursor.char();
        cursor.skip();
      }
    }
  }

  /** A break that leaves nothing behind. */
  escapeBreak(cursor: Cursor): void {
    cursor.readBreak();
    this.hasBreak = true;
  }

  toString(): string {
    if (!this.hasBreak) return this.#blanks;
    if (this.#first === '\n') return this.#more === '' ? ' ' : this.#more;
    return this.#first + this.#more;
  }

  #addBreak(text: string): void {
    if (this.hasBreak) this.#more += text;
    else this.#first = text;
    this.hasBreak = true;
  }
}

/** A scalar without quotes. `indent` is the least column of its further lines. */
export function scanPlain(cursor: Cursor, { indent, inFlow }: { indent: number; inFlow: boolean }): ScannedScalar {
  const start = cursor.offset;
  const pieces: string[] = [];
  let [end, hasBreaks, between] = [start, false, ''];
  while (!cursor.isAtAnyDocumentMark() && cursor.char() !== '#') {
    const from = cursor.offset;
    while (!isBlankOrEnd(cursor.code()) && !endsPlain(cursor, inFlow)) cursor.skip();
    if (cursor.offset > from) {
      pieces.push(between, cursor.text.slice(from, cursor.offset));
      [between, hasBreaks, end] = ['', false, cursor.offset];
    }
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break;
    const gap = new Gap();
    gap.read(cursor, () => {
      if (cursor.char() === '\t' && cursor.column < indent)
        throw cursor.error('a tab stands where indentation belongs');
    });
    [between, hasBreaks] = [gap.toString(), gap.hasBreak];
    if (!inFlow && cursor.column < indent) break;
  }
  return { start, end, value: pieces.join(''), style: 'plain', hasBreaks };
}

function endsPlain(cursor: Cursor, inFlow: boolean): boolean {
  const char = cursor.char();
  return (char === ':' && isBlankOrEnd(cursor.code(1))) || (inFlow && ',?[]{}'.includes(char));
}

const escapes: Record<string, string> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const codeLengths: Record<string, number> = { x: 2, u: 4, U: 8 };

/** A scalar in single or double quotes. */
export function scanQuoted(cursor: Cursor): ScannedScalar {
  const [start, line, quote] = [cursor.offset, cursor.line, cursor.char()];
  const pieces: string[] = [];
  cursor.skip();
  for (;;) {
    if (cursor.isAtAnyDocumentMark()) throw cursor.error('a document ends within quotes');
    if (Number.isNaN(cursor.code())) throw cursor.error('quotes are not closed', start);
    const gap = new Gap();
    readWord(cursor, quote, { pieces, gap });
    if (cursor.char() === quote) break;
    gap.read(cursor);
    pieces.push(gap.toString());
  }
  cursor.skip();
  const style = quote === "'" ? 'single' : 'double';
  return { start, end: cursor.offset, value: pieces.join(''), style, hasBreaks: cursor.line > line };
}

/** Up to the next white space, the closing quote or an escaped line break. */
function readWord(cursor: Cursor, quote: string, { pieces, gap }: { pieces: string[]; gap: Gap }): void {
  for (;;) {
    const from = cursor.offset;
    while (!isBlankOrEnd(cursor.code()) && cursor.char() !== quote && !(quote === '"' && cursor.char() === '\\'))
      cursor.skip();
    pieces.push(cursor.text.slice(from, cursor.offset));
    if (isBlankOrEnd(cursor.code())) return;
    if (quote === "'" && cursor.char(1) === quote) {
      pieces.push(quote);
      cursor.skip(2);
    } else if (cursor.char() === quote) return;
    else if (isBreak(cursor.code(1))) {
      cursor.skip();
      gap.escapeBreak(cursor);
      return;
    } else pieces.push(readEscape(cursor));
  }
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.char(1);
  const simple = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  const length = codeLengths[letter];
  if (simple === undefined && length === undefined)
    throw cursor.error(`the escape '\\${printable(letter)}' is none of YAML 1.1`);
  const start = cursor.offset;
  cursor.skip(2);
  if (simple !== undefined || length === undefined) return simple ?? '';
  const digits = cursor.text.slice(cursor.offset, cursor.offset + length);
  const code = Number.parseInt(digits, 16);
  if (!/^[0-9A-Fa-f]+$/.test(digits) || digits.length < length) throw cursor.error('an escape lacks its digits', start);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw cursor.error('an escape names no character', start);
  cursor.skip(length);
  return String.fromCodePoint(code);
}

const printable = (char: string) => (/^[!-~]$/.test(char) ? char : ' ');

/** A literal (`|`) or folded (`>`) scalar. `indent` is that of the collection it is in, -1 at the root. */
export function scanBlock(cursor: Cursor, indent: number): ScannedScalar {
  const start = cursor.offset;
  const literal = cursor.char() === '|';
  cursor.skip();
  const { chomping, increment } = readHeader(cursor);
  const lines = new BlockLines(cursor, { parent: indent, increment });
  let [value, leadingBreak, startedBlank] = ['', '', false];
  for (let breaks = lines.readBreaks(); cursor.column === lines.indent && !Number.isNaN(cursor.code());) {
    const startsBlank = isBlank(cursor.code());
    if (!literal && leadingBreak === '\n' && !startedBlank && !startsBlank) value += breaks === '' ? ' ' : '';
    else value += leadingBreak;
    value += breaks;
    startedBlank = startsBlank;
    const from = cursor.offset;
    cursor.skipToBreak();
    value += cursor.text.slice(from, cursor.offset);
    leadingBreak = cursor.readBreak();
    breaks = lines.readBreaks();
    lines.trailing = breaks;
  }
  if (chomping !== '-') value += leadingBreak;
  if (chomping === '+') value += lines.trailing;
  return { start, end: lines.end, value, style: literal ? 'literal' : 'folded', hasBreaks: true };
}

function readHeader(cursor: Cursor): { chomping: string; increment: number } {
  const header = cursor.readWhile(/^[-+0-9]$/);
  const [, before = '', digit, after = ''] = /^([-+]?)([1-9])?([-+]?)$/.exec(header) ?? [];
  if (!/^(|[-+]|[-+]?[1-9]|[1-9][-+])$/.test(header)) throw cursor.error('a block scalar has a wrong header');
  cursor.skipBlanks();
  if (cursor.char() === '#') cursor.skipToBreak();
  if (!isBreakOrEnd(cursor.code())) throw cursor.error('text follows the header of a block scalar');
  cursor.readBreak();
  return { chomping: before || after, increment: Number(digit ?? 0) };
}

/** Finds where the lines of a block scalar start and end. */
class BlockLines {
  indent: number;
  end: number;
  trailing = '';

  constructor(
    readonly cursor: Cursor,
    readonly given: { parent: number; increment: number },
  ) {
    this.indent = given.increment === 0 ? 0 : Math.max(given.parent, 0) + given.increment;
    this.end = cursor.offset;
  }

  /** Skips empty lines; at the first call also finds the indentation, if the header does not give it. */
  readBreaks(): string {
    const { cursor } = this;
    let [breaks, widest] = ['', 0];
    this.end = cursor.offset;
    for (;;) {
      while ((this.indent === 0 || cursor.column < this.indent) && cursor.char() === ' ') cursor.skip();
      widest = Math.max(widest, cursor.column);
      if ((this.indent === 0 || cursor.column < this.indent) && cursor.char() === '\t')
        throw cursor.error('a tab stands where indentation belongs');
      if (!isBreak(cursor.code())) break;
      breaks += cursor.readBreak();
      this.end = cursor.offset;
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.given.parent + 1, 1);
    this.trailing = breaks;
    return breaks;
  }
}
