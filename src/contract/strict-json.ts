// JSON by the letter of RFC 8259: what lenient readers would forgive is found here.
import { parseDocument } from 'yaml';

export type Parsed = { value: unknown; problem?: undefined } | { problem: string; value?: undefined };

/** The value of a body, or what is wrong with it in a few words. */
export function parseStrictly(body: Buffer): Parsed {
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return { problem: 'bytes that are not UTF-8' };
  }
  if (text.startsWith('\uFEFF')) return { problem: 'a byte order mark before the JSON text' };
  if (text.trim() === '') return { problem: 'an empty body' };
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return { problem: 'text that is not JSON' };
  }
  const twice = duplicateKey(text);
  return twice === undefined ? { value } : { problem: `the member ${twice} twice in one object` };
}

/** JSON is YAML, and YAML's reader knows duplicate keys. */
function duplicateKey(text: string): string | undefined {
  // Tabs between tokens are JSON, but not YAML.
  const { errors } = parseDocument(text.replaceAll('\t', ' '), {
    uniqueKeys: true,
    version: '1.2',
    logLevel: 'silent',
  });
  const error = errors.find(({ code }) => code === 'DUPLICATE_KEY');
  if (!error) return undefined;
  return /^"(?:[^"\\]|\\.){0,80}"/.exec(text.slice(error.pos[0]))?.[0] ?? 'of an object';
}
