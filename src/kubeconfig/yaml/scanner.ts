// The tokens of a YAML 1.1 text, by the rules of libyaml, as kubectl (sigs.k8s.io/yaml) reads it. No JavaScript library
// follows these rules for tabs, escapes, flow collections at column 0 and a `?` within one.
import { Cursor, isBlank, isBlankOrEnd, isBreak } from './cursor.js';
import { scanDirective, scanTag } from './scan-tag.js';
import { SimpleKeys } from './simple-keys.js';
import { type ScalarStyle, type ScannedScalar, scanBlock, scanPlain, scanQuoted } from './scan-scalar.js';

export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-map'
  | 'block-seq'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | 'entry'
  | ','
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  type: TokenType;
  start: number;
  end: number;
  /** Of a scalar, an alias, an anchor, a tag or a directive. */
  value?: string;
  style?: ScalarStyle;
}

export class Scanner {
  readonly #cursor: Cursor;
  readonly #queue: Token[] = [];
  #taken = 0;
  #isDone = false;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = true;
  readonly #keys: SimpleKeys;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#keys = new SimpleKeys(this.#cursor);
  }

  peek(): Token {
    while (!this.#isDone && this.#needsMore()) this.#fetch();
    const [token] = this.#queue;
    if (!token) throw this.#cursor.error('the text ends too early');
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.type !== 'stream-end') {
      this.#queue.shift();
      this.#taken += 1;
    }
    return token;
  }

  #needsMore(): boolean {
    return this.#queue.length === 0 || this.#keys.mayStartAt(this.#taken);
  }

  #fetch(): void {
    this.#skipToToken();
    const cursor = this.#cursor;
    this.#unroll(cursor.column);
    if (Number.isNaN(cursor.code())) this.#fetchEnd();
    else if (cursor.column === 0 && cursor.char() === '%') this.#fetchDirective();
    else if (cursor.isAtDocumentMark('---')) this.#fetchDocumentMark('document-start');
    else if (cursor.isAtDocumentMark('...')) this.#fetchDocumentMark('document-end');
    else this.#fetchContent(cursor.char());
  }

  #fetchContent(char: string): void {
    const cursor = this.#cursor;
    const inFlow = this.#flowLevel > 0;
    const blankFollows = isBlankOrEnd(cursor.code(1));
    if (char === '[' || char === '{') this.#fetchFlowStart(char);
    else if (char === ']' || char === '}') this.#fetchFlowEnd(char);
    else if (char === ',') this.#fetchFlowEntry();
    else if (char === '-' && blankFollows) this.#fetchBlockEntry();
    else if (char === '?' && (inFlow || blankFollows)) this.#fetchKey();
    else if (char === ':' && (inFlow || blankFollows)) this.#fetchValue();
    else if (char === '*') this.#fetchName('alias');
    else if (char === '&') this.#fetchName('anchor');
    else if (char === '!') this.#fetchTag();
    else if ((char === '|' || char === '>') && !inFlow) this.#fetchBlockScalar();
    else if (char === "'" || char === '"') this.#fetchScalar(() => scanQuoted(cursor));
    else if (startsPlain(cursor, inFlow))
      this.#fetchScalar(() => scanPlain(cursor, { indent: this.#indent + 1, inFlow }));
    else
      throw cursor.error(
        char === '\t' ? 'a tab stands where indentation belongs' : 'a value cannot start with this character',
      );
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      const tabs = this.#flowLevel > 0 || !this.#keyAllowed;
      while (cursor.char() === ' ' || (tabs && cursor.char() === '\t')) cursor.skip();
      if (cursor.char() === '#') cursor.skipToBreak();
      if (!isBreak(cursor.code())) return;
      cursor.readBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #push(type: TokenType, length: number, value?: string): void {
    const start = this.#cursor.offset;
    this.#cursor.skip(length);
    this.#queue.push({ type, start, end: start + length, ...(value !== undefined && { value }) });
  }

  #fetchEnd(): void {
    this.#unroll(-1);
    this.#keys.drop();
    this.#keyAllowed = false;
    this.#push('stream-end', 0);
    this.#isDone = true;
  }

  #fetchDirective(): void {
    this.#unroll(-1);
    this.#keys.drop();
    this.#keyAllowed = false;
    const start = this.#cursor.offset;
    const value = scanDirective(this.#cursor);
    this.#queue.push({ type: 'directive', start, end: this.#cursor.offset, value });
  }

  #fetchDocumentMark(type: TokenType): void {
    this.#unroll(-1);
    this.#keys.drop();
    this.#keyAllowed = false;
    this.#push(type, 3);
  }

  #fetchFlowStart(type: '[' | '{'): void {
    this.#saveKey();
    this.#keys.enter();
    this.#flowLevel += 1;
    this.#keyAllowed = true;
    this.#push(type, 1);
  }

  #fetchFlowEnd(type: ']' | '}'): void {
    this.#keys.drop();
    if (this.#flowLevel > 0) {
      this.#flowLevel -= 1;
      this.#keys.leave();
    }
    this.#keyAllowed = false;
    this.#push(type, 1);
  }

  #fetchFlowEntry(): void {
    this.#keys.drop();
    this.#keyAllowed = true;
    this.#push(',', 1);
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw this.#cursor.error('an entry of a list cannot start here');
      this.#roll(this.#cursor.column, 'block-seq', this.#cursor.offset);
    }
    this.#keys.drop();
    this.#keyAllowed = true;
    this.#push('entry', 1);
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw this.#cursor.error('a key cannot start here');
      this.#roll(this.#cursor.column, 'block-map', this.#cursor.offset);
    }
    this.#keys.drop();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#push('key', 1);
  }

  #fetchValue(): void {
    const key = this.#keys.take();
    if (key) {
      const place = key.token - this.#taken;
      this.#queue.splice(place, 0, { type: 'key', start: key.offset, end: key.offset });
      this.#roll(key.column, 'block-map', key.offset, place);
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) throw this.#cursor.error("a ':' cannot stand here");
        this.#roll(this.#cursor.column, 'block-map', this.#cursor.offset);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#push('value', 1);
  }

  #fetchName(type: 'alias' | 'anchor'): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const cursor = this.#cursor;
    const start = cursor.offset;
    cursor.skip();
    const value = cursor.readWhile(/^[A-Za-z0-9_-]$/);
    if (value === '' || !(isBlankOrEnd(cursor.code()) || '?:,]}%@`'.includes(cursor.char())))
      throw cursor.error(`an ${type} has a wrong name`, start);
    this.#queue.push({ type, start, end: cursor.offset, value });
  }

  #fetchTag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.offset;
    const value = scanTag(this.#cursor);
    this.#queue.push({ type: 'tag', start, end: this.#cursor.offset, value });
  }

  #fetchBlockScalar(): void {
    this.#keys.drop();
    this.#keyAllowed = true;
    this.#queue.push({ type: 'scalar', ...scanBlock(this.#cursor, this.#indent) });
  }

  #fetchScalar(scan: () => ScannedScalar): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const scalar = scan();
    // After a plain scalar that was scanned over several lines, a key may start.
    if (scalar.style === 'plain' && scalar.hasBreaks) this.#keyAllowed = true;
    this.#queue.push({ type: 'scalar', ...scalar });
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    const required = this.#flowLevel === 0 && this.#indent === this.#cursor.column;
    this.#keys.save(this.#taken + this.#queue.length, required);
  }

  /** Starts a block collection if the column is to the right of the one around it. */
  #roll(column: number, type: 'block-map' | 'block-seq', offset: number, place = this.#queue.length): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#queue.splice(place, 0, { type, start: offset, end: offset });
  }

  /** Ends the block collections that are further to the right. */
  #unroll(column: number): void {
    while (this.#flowLevel === 0 && this.#indent > column) {
      this.#push('block-end', 0);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }
}

function startsPlain(cursor: Cursor, inFlow: boolean): boolean {
  const char = cursor.char();
  if (char === '-') return !isBlank(cursor.code(1));
  if (char === '?' || char === ':') return !inFlow && !isBlankOrEnd(cursor.code(1));
  return !isBlankOrEnd(cursor.code()) && !',[]{}#&*!|>\'"%@`'.includes(char);
}
