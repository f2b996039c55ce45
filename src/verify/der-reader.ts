// Reads DER as strictly as Go does: shortest lengths and numbers, known forms of each type. Leaves their meaning to
// go-certificate.ts.

/** The bytes are not the DER that was expected; the message is a short phrase. */
export class NotDer extends Error {
  override readonly name: string = 'NotDer';
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

interface Element {
  tag: number;
  content: Buffer;
  /** Tag and length included. */
  whole: Buffer;
}

/** Goes through the elements of some bytes, one after the other. Each method throws NotDer. */
export class DerReader {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  hasNext(tag: number): boolean {
    return this.bytes[this.#at] === tag;
  }

  next(): Element {
    const start = this.#at;
    const tag = this.bytes[start];
    if (tag === undefined) throw new NotDer('an element is missing');
    if ((tag & 0x1f) === 0x1f) throw new NotDer('a tag of several bytes');
    const [length, content] = this.#length(start + 1);
    const end = content + length;
    if (end > this.bytes.length) throw new NotDer('an element that is longer than its place');
    this.#at = end;
    return { tag, content: this.bytes.subarray(content, end), whole: this.bytes.subarray(start, end) };
  }

  /** The length of the element, and where its content begins. */
  #length(at: number): [length: number, content: number] {
    const first = this.bytes[at];
    if (first === undefined) throw new NotDer('an element without a length');
    if (first < 0x80) return [first, at + 1];
    const count = first & 0x7f;
    if (count === 0 || count > 4 || at + 1 + count > this.bytes.length) throw new NotDer('a length that is not DER');
    const length = this.bytes.readUIntBE(at + 1, count);
    // X.690, section 10.1: the shortest form.
    if (length < 0x80 || this.bytes[at + 1] === 0) throw new NotDer('a length that is not in its shortest form');
    return [length, at + 1 + count];
  }

  /** The content of the next element, which must have the tag. */
  read(tag: number, what: string): Buffer {
    if (!this.hasNext(tag)) throw new NotDer(`no ${what}`);
    return this.next().content;
  }

  inside(tag: number, what: string): DerReader {
    return new DerReader(this.read(tag, what));
  }

  /** The same if it is there. */
  optional(tag: number): Buffer | undefined {
    return this.hasNext(tag) ? this.next().content : undefined;
  }

  /** In two's complement. */
  integer(what: string, tag: number = tags.integer): Buffer {
    const content = this.read(tag, what);
    const [first, second = 0] = content;
    const padded = content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    if (first === undefined || padded) throw new NotDer(`${what} that is not in its shortest form`);
    return content;
  }

  boolean(what: string): boolean {
    const content = this.read(tags.boolean, what);
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
      throw new NotDer(`${what} that is neither TRUE (FF) nor FALSE (00)`);
    return content[0] === 0xff;
  }

  /** In dotted form. */
  oid(what: string): string {
    return oidOf(this.read(tags.oid, what), what);
  }

  /** The bytes of a bit string. */
  bits(what: string): Buffer {
    const [unused, ...bytes] = this.read(tags.bitString, what);
    const last = bytes.at(-1) ?? 0;
    if (unused === undefined || unused > 7 || (bytes.length === 0 && unused > 0) || (last & ((1 << unused) - 1)) !== 0)
      throw new NotDer(`${what} that is no bit string`);
    return Buffer.from(bytes);
  }
}

function oidOf(content: Buffer, what: string): string {
  const numbers: number[] = [];
  let number = 0;
  let length = 0;
  for (const byte of content) {
    if (length === 0 && byte === 0x80) throw new NotDer(`${what} that is no object identifier`);
    number = number * 128 + (byte & 0x7f);
    length += 1;
    if (number >= 2 ** 31) throw new NotDer(`${what} with too large a number`);
    if (byte < 0x80) {
      numbers.push(number);
      number = length = 0;
    }
  }
  const [first] = numbers;
  if (first === undefined || length > 0) throw new NotDer(`${what} that is no object identifier`);
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...numbers.slice(1)].join('.');
}
