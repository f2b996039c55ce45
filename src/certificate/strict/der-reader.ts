// Reads DER (X.690) as Go's libraries do: lengths and integers in their shortest form, tags below 31, nothing
// indefinite. Throws a plain `Error` whose message says what is wrong; callers add the place.

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
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

/** The tag `[number]`, implicit or explicit. */
export const context = (number: number) => 0x80 | number;
export const constructed = (number: number) => 0xa0 | number;

export interface Element {
  tag: number;
  content: Buffer;
  /** With tag and length. */
  bytes: Buffer;
}

export class DerReader {
  #rest: Buffer;

  constructor(bytes: Uint8Array) {
    this.#rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isEmpty(): boolean {
    return this.#rest.length === 0;
  }

  /** Whether an element of that tag comes next. */
  comes(tag: number): boolean {
    return this.#rest[0] === tag;
  }

  /** The next element, whatever it is. */
  element(): Element {
    const [tag, first] = this.#rest;
    if (tag === undefined || first === undefined) throw new Error('it ends too early');
    if ((tag & 0x1f) === 0x1f) throw new Error('a tag has more than one byte');
    const { start, length } = this.#length(first);
    const end = start + length;
    if (end > this.#rest.length) throw new Error('an element is longer than what is left');
    const [bytes, content] = [this.#rest.subarray(0, end), this.#rest.subarray(start, end)];
    this.#rest = this.#rest.subarray(end);
    return { tag, content, bytes };
  }

  /** The next element, which must have that tag. */
  expect(tag: number): Element {
    const element = this.element();
    if (element.tag !== tag) throw new Error(`an element has tag ${hex(element.tag)} where ${hex(tag)} is due`);
    return element;
  }

  /** A reader of the content of the next element. */
  enter(tag: number): DerReader {
    return new DerReader(this.expect(tag).content);
  }

  /** The same where such an element comes next; undefined otherwise. */
  enterOptional(tag: number): DerReader | undefined {
    return this.comes(tag) ? this.enter(tag) : undefined;
  }

  /** In its shortest form; may be negative. */
  integer(tag: number = tags.integer): bigint {
    const { content } = this.expect(tag);
    const [first, second = 0] = content;
    if (first === undefined) throw new Error('an integer is empty');
    const isPadded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
    if (content.length > 1 && isPadded) throw new Error('an integer is not in its shortest form');
    return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex')}`));
  }

  boolean(): boolean {
    const { content } = this.expect(tags.boolean);
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
      throw new Error('a boolean is neither 00 nor ff');
    return content[0] === 0xff;
  }

  /** In dotted form. Go knows parts below 2^31 only. */
  objectIdentifier(): string {
    const { content } = this.expect(tags.objectIdentifier);
    const parts: number[] = [];
    for (let at = 0; at < content.length;) {
      const { value, next } = readPart(content, at);
      parts.push(value);
      at = next;
    }
    const [first] = parts;
    if (first === undefined) throw new Error('an object identifier is empty');
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - 40 * root, ...parts.slice(1)].join('.');
  }

  /** The bytes of a bit string, shifted so that its last bit is the lowest one. */
  bitString(): { bytes: Buffer; bit: (number: number) => boolean } {
    const { content } = this.expect(tags.bitString);
    const [unused] = content;
    const bits = content.subarray(1);
    const last = bits.at(-1) ?? 0;
    if (unused === undefined || unused > 7 || (bits.length === 0 && unused !== 0) || (last & ((1 << unused) - 1)) !== 0)
      throw new Error('a bit string has unused bits that are set or too many');
    const bit = (number: number) =>
      number < bits.length * 8 - unused && ((bits[number >> 3] ?? 0) & (0x80 >> (number & 7))) !== 0;
    return { bytes: shiftRight(bits, unused), bit };
  }

  /** Where the content of the next element starts, and how long it is. */
  #length(first: number): { start: number; length: number } {
    if (first < 0x80) return { start: 2, length: first };
    const count = first & 0x7f;
    const bytes = this.#rest.subarray(2, 2 + count);
    if (count === 0) throw new Error('an element has no length of its own (BER)');
    if (count > 4 || bytes.length < count) throw new Error('a length is malformed');
    const length = bytes.readUIntBE(0, count);
    if (length < 0x80 || bytes[0] === 0) throw new Error('a length is not in its shortest form (BER)');
    return { start: 2 + count, length };
  }
}

function readPart(content: Buffer, start: number): { value: number; next: number } {
  if (content[start] === 0x80) throw new Error('an object identifier is not in its shortest form');
  let value = 0;
  for (let at = start; at < content.length; at++) {
    if (at - start === 5 || value >= 2 ** 24) throw new Error('an object identifier has a part above 2^31');
    const byte = content[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new Error('an object identifier ends too early');
}

function shiftRight(bytes: Buffer, bits: number): Buffer {
  if (bits === 0) return bytes;
  return Buffer.from(bytes.map((byte, index) => (byte >> bits) | (((bytes[index - 1] ?? 0) << (8 - bits)) & 0xff)));
}

const hex = (tag: number) => `0x${tag.toString(16).padStart(2, '0')}`;
