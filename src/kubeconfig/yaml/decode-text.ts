// The bytes of a YAML file as text: UTF-8 or, with a byte order mark, UTF-16, and no character that YAML forbids.
import { isUtf8 } from 'node:buffer';
import { YamlError } from './cursor.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

// YAML 1.1, section 5.1: printable characters, without DEL and the C1 controls except NEL.

const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Throws `YamlError`, whose offset is one in the readable text. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const encoding = encodingOf(bytes);
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const text = decoder.decode(bytes);
  if (encoding === 'utf-8' && !isUtf8(bytes)) throw new YamlError(firstDifference(bytes, text), 'it is not UTF-8');
  if (encoding !== 'utf-8' && text.includes('\ufffd')) throw new YamlError(text.indexOf('\ufffd'), 'it is not UTF-16');
  return { text, encoding };
}

/** Throws `YamlError` for a character that no YAML text may hold. */
export function checkCharacters(text: string): void {
  const offset = text.search(forbidden);
  if (offset >= 0)
    throw new YamlError(offset, `it holds the control character U+${codeAt(text, offset)}, which YAML does not allow`);
}

const codeAt = (text: string, offset: number) =>
  (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0');

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** The place of the first replacement character of a lenient reading. */
function firstDifference(bytes: Uint8Array, text: string): number {
  const lenient = Buffer.from(text);
  const wrong = lenient.findIndex((byte, index) => byte !== bytes[index]);
  return Buffer.from(bytes.subarray(0, wrong)).toString('utf8').length;
}
