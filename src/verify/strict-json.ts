// JSON by the letter of RFC 8259, without the tolerance of lenient readers.
import { show } from './finding.js';

/** A kubeconfig has five; deeper nesting than this breaks recursive readers. */
const mostLevels = 100;

export type Parsed = { value: unknown; problem?: undefined } | { problem: string; value?: undefined };

/**
 * The value of a body, or its fault in a few words.
 *
 * @internal for tests
 */
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
  const problem = problemOfMembers(text);
  return problem === undefined ? { value } : { problem };
}

/** Faults of a JSON text that the parser accepts: repeated members, and bottomless nesting. */
function problemOfMembers(text: string): string | undefined {
  // With a number in front of each name, the parser keeps repeated ones.
  let number = 0;
  const numbered = text.replaceAll(
    /"((?:[^"\\]|\\.)*)"(\s*:)?/g,
    (token: string, name: string, colon: string | undefined) =>
      colon === undefined ? token : `"${(number += 1)} ${name}"${colon}`,
  );
  const open: { value: unknown; depth: number }[] = [{ value: JSON.parse(numbered), depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > mostLevels) return `more than ${mostLevels} levels of nesting`;
    if (!Array.isArray(value)) {
      const twice = firstTwice(Object.keys(value).map((key) => key.slice(key.indexOf(' ') + 1)));
      if (twice !== undefined) return `the member ${show(twice)} twice in one object`;
    }
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

const parsedBodies = new WeakMap<Buffer, Parsed>();

/** The body of a response as JSON, read once. */
export function bodyOf({ body }: { body: Buffer }): Parsed {
  const parsed = parsedBodies.get(body) ?? parseStrictly(body);
  parsedBodies.set(body, parsed);
  return parsed;
}
