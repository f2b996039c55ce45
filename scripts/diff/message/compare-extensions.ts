// Compares this project's own extensions, which providers and clients obey, and lists others without a verdict.
import { sameValue } from '../schema/alternatives.js';
import { effectsOf } from '../schema/comparison.js';
import { presence } from '../verdict/presence.js';
import type { Pair } from './pair.js';
import { type JsonObject, isObject, listAt, objectAt } from '../document/document.js';

const unknownQuery = 'x-eov-allow-unknown-query-parameters';
const requestHeaders = 'x-request-headers';

export function compareExtensions(pair: Pair): void {
  const { old, now, changes } = pair;
  const keys = new Set([...Object.keys(old.object), ...Object.keys(now.object)].filter((key) => key.startsWith('x-')));
  for (const key of keys) {
    if (sameValue(old.object[key], now.object[key])) continue;
    const place = { document: now.document, object: now.object, keys: key in now.object ? [key] : [] };
    if (key === requestHeaders) compareRequestHeaders(pair);
    else if (key === unknownQuery) {
      const isAllowed = now.object[key] === true;
      const rule = isAllowed ? 'unknown-query-parameters-allowed' : 'unknown-query-parameters-refused';
      changes.rule(rule, place, now.name, `unknown query parameters are ${isAllowed ? 'allowed' : 'refused'} now`);
    } else changes.rule('extension-changed', place, now.name, `${key} changed`);
  }
}

/** Headers that a request must have, or that allow certain values only. */
function compareRequestHeaders({ old, now, changes }: Pair): void {
  const [before, after] = [headersOf(old.object), headersOf(now.object)];
  const place = {
    document: now.document,
    object: now.object,
    keys: requestHeaders in now.object ? [requestHeaders] : [],
  };
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name) ?? {}, after.get(name) ?? {}];
    const need = { was: was['required'] === true, is: is['required'] === true };
    const found = presence('parameter', need, `request header '${name}'`);
    if (found) changes.rule(found.rule, place, now.name, found.what);
    const [oldValues, newValues] = [valuesOf(was), valuesOf(is)];
    const use = { direction: 'request', name: `${now.name} request` } as const;
    const lost = newValues !== undefined && (!oldValues || oldValues.some((value) => !newValues.includes(value)));
    const gained = oldValues !== undefined && (!newValues || newValues.some((value) => !oldValues.includes(value)));
    const show = (values?: readonly string[]) => values?.join(', ') ?? 'anything';
    const what = `values of request header '${name}': ${show(oldValues)} became ${show(newValues)}`;
    if (lost || gained) changes.ofSchema({ keyword: 'values', effects: effectsOf(lost, gained), place, what }, use);
  }
}

function headersOf(operation: JsonObject): Map<string, JsonObject> {
  const headers = Object.entries(objectAt(operation, requestHeaders));
  return new Map(headers.map(([name, rule]) => [name.toLowerCase(), isObject(rule) ? rule : {}]));
}

/** Undefined when any value is allowed. */
function valuesOf(rule: JsonObject): string[] | undefined {
  return Array.isArray(rule['values']) ? listAt(rule, 'values').map(plainValue).sort() : undefined;
}

// RFC 9110, section 8.3.1: letter case and white space around the semicolon mean nothing in a media type.
function plainValue(value: unknown): string {
  return String(value)
    .toLowerCase()
    .replaceAll(/\s*;\s*/g, ';');
}
