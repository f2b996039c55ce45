// JSON by the letter of RFC 8259, without the tolerance of lenient readers.
import { isUtf8 } from 'node:buffer';
import { show } from './finding.js';

/** A kubeconfig has five; deeper nesting than this breaks recursive readers. */
const mostLevels = 100;

export type Parsed = { value: unknown; problem?: undefined } | { problem: string; value?: undefined };

/**
 * The value of a body, or its fault in a few words.
 */
function parseStrictly(body: Buffer): Parsed {
  if (!isUtf8(body)) return { problem: 'bytes that are not UTF-8' };
  const text = body.toString('utf8');
  if (text.startsWith('\uFEFF')) return { problem: 'a byte order mark before the JSON text' };
  if (text.trim() === '') return { problem: 'an empty body' };
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return { problem: 'text that is not JSON' };
  }
  const problem = problemOfMembers(text, value);
  return problem === undefined ? { value } : { problem };
}

/** A string, and the colon that makes it a name. */
const strings = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?/g;

/** Faults of a JSON text that the parser accepts: repeated members, and bottomless nesting. */
function problemOfMembers(text: string, value: unknown): string | undefined {
  const { members, levels } = sizeOf(value);
  if (levels > mostLevels) return `more than ${mostLevels} levels of nesting`;
  let written = 0;
  for (const [, , colon] of text.matchAll(strings)) if (colon !== undefined) written += 1;
  return written === members ? undefined : `the member ${show(firstTwice(text))} twice in one object`;
}

/** How many members the objects have that the parser kept, and how deep they lie. */
function sizeOf(value: unknown): { members: number; levels: number } {
  const size = { members: 0, levels: 0 };
  const open = [{ value, level: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    size.levels = Math.max(size.levels, next.level);
    const inner: unknown[] = Object.values(next.value);
    if (!Array.isArray(next.value)) size.members += inner.length;
    for (const one of inner) open.push({ value: one, level: next.level + 1 });
  }
  return size;
}

function firstTwice(text: string): string | undefined {
  // With a number in front of each name, the parser keeps repeated ones.
  let number = 0;
  const numbered = text.replaceAll(strings, (token: string, name: string, colon: string | undefined) =>
    colon === undefined ? token : `"${(number += 1)} ${name}"${colon}`,
  );
  let found: string | undefined;
  JSON.parse(numbered, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const names = Object.keys(value).map((key) => key.slice(key.indexOf(' ') + 1));
    found ??= names.find((name, i) => names.indexOf(name) !== i);
    return value;
  });
  return found;
}

const parsedBodies = new WeakMap<Buffer, Parsed>();

/** The body of a response as JSON, read once. */
export function bodyOf({ body }: { body: Buffer }): Parsed {
  const parsed = parsedBodies.get(body) ?? parseStrictly(body);
  parsedBodies.set(body, parsed);
  return parsed;
}
