// A place in a YAML 1.1 text that moves forward, and YAML's classes of characters.

/** A fault of a text and its place. The message quotes nothing of the text, which may be a secret. */
export class YamlError extends Error {
  constructor(
    /** Index into the text. */
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

const tab = 0x09;
const space = 0x20;

/** The end of the text, or white space within a line or a line break. */
export const isBlankOrEnd = (code: number) => isBlank(code) || isBreakOrEnd(code);
export const isBlank = (code: number) => code === space || code === tab;
export const isBreakOrEnd = (code: number) => Number.isNaN(code) || isBreak(code);
/** Line breaks of YAML 1.1: LF, CR, NEL, LS and PS. */
export const isBreak = (code: number) =>
  code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;

export class Cursor {
  offset = 0;
  line = 0;
  #lineStart = 0;

  /** A byte order mark at the start is not part of the first line. */
  constructor(readonly text: string) {
    if (text.startsWith('\ufeff')) this.offset = this.#lineStart = 1;
  }

  get column(): number {
    return this.offset - this.#lineStart;
  }

  /** NaN past the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.offset + ahead);
  }

  /** Empty past the end. */
  char(ahead = 0): string {
    return this.text.charAt(this.offset + ahead);
  }

  skip(count = 1): void {
    this.offset += count;
  }

  /** Skips a line break and gives its value: a line feed, except for LS and PS. Nothing at the end. */
  readBreak(): string {
    const code = this.code();
    if (!isBreak(code)) return '';
    this.offset += code === 0x0d && this.code(1) === 0x0a ? 2 : 1;
    this.line += 1;
    this.#lineStart = this.offset;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.offset += 1;
  }

  skipToBreak(): void {
    while (!isBreakOrEnd(this.code())) this.offset += 1;
  }

  /** Reads while a pattern of one character matches. */
  readWhile(pattern: RegExp): string {
    const start = this.offset;
    while (pattern.test(this.char())) this.offset += 1;
    return this.text.slice(start, this.offset);
  }

  /** Whether a line starts here with `---` or `...` alone. */
  isAtDocumentMark(mark: string): boolean {
    return this.column === 0 && this.text.startsWith(mark, this.offset) && isBlankOrEnd(this.code(3));
  }

  isAtAnyDocumentMark(): boolean {
    return this.isAtDocumentMark('---') || this.isAtDocumentMark('...');
  }

  error(message: string, offset = this.offset): YamlError {
    return new YamlError(offset, message);
  }
}
