// Compares this project's own extensions, which providers and clients obey, and lists others without judging them.
import type { Pair } from './compare.js';
import { sameValue } from './alternatives.js';

const unknownQuery = 'x-eov-allow-unknown-query-parameters';

export function compareExtensions({ old, now, changes }: Pair): void {
  const keys = new Set([...Object.keys(old.object), ...Object.keys(now.object)].filter((key) => key.startsWith('x-')));
  for (const key of keys) {
    const [was, is] = [old.object[key], now.object[key]];
    if (sameValue(was, is)) continue;
    const place = { document: now.document, object: now.object, keys: key in now.object ? [key] : [] };
    if (key === unknownQuery) {
      const rule = is === true ? 'unknown-query-parameters-allowed' : 'unknown-query-parameters-refused';
      changes.rule(rule, place, now.name, `unknown query parameters are ${is === true ? 'allowed' : 'refused'} now`);
    } else changes.rule('extension-changed', place, now.name, `${key} changed`);
  }
}
