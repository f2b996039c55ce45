// Compares responses by status: their existence, content and headers.
import { type Pair, listDifferences, useOf } from './pair.js';
import { compareMedia, contentOf, covers } from './compare-bodies.js';
import { headerFormOf, schemaOf } from './compare-parameters.js';
import { type JsonObject, objectAt } from '../document/document.js';
import { presence } from '../verdict/presence.js';
import type { Operation } from '../document/operations.js';

export function compareResponses(pair: Pair): void {
  const [before, after] = [responsesOf(pair.old), responsesOf(pair.now)];
  for (const [status, was] of before) {
    const is = responseFor(after, status);
    if (is) compareResponse(pair, status, was, is);
    else statusRemoved(pair, status, was, after);
  }
  for (const [status, is] of after) {
    if (before.has(status)) continue;
    const was = responseFor(before, status);
    if (was) compareResponse(pair, status, was, is);
    else statusAdded(pair, status, is);
  }
}

function responsesOf({ document, object }: Operation): Map<string, JsonObject> {
  return new Map(
    Object.entries(objectAt(object, 'responses'))
      .filter(([status]) => !status.startsWith('x-'))
      .map(([status, response]) => [status.toUpperCase(), document.resolve(response)]),
  );
}

/** The contract's response of a status: its own, that of its class, or `default`, which means errors. */
function responseFor(responses: ReadonlyMap<string, JsonObject>, status: string): JsonObject | undefined {
  const named = responses.get(status) ?? responses.get(`${status[0] ?? ''}XX`);
  const hasSuccess = [...responses.keys()].some((other) => !isError(other));
  return named ?? (isError(status) || !hasSuccess ? responses.get('DEFAULT') : undefined);
}

const isError = (status: string) => /^[45]/.test(status) || status === 'DEFAULT';

function statusRemoved(
  { old, now, changes }: Pair,
  status: string,
  was: JsonObject,
  after: Map<string, JsonObject>,
): void {
  const place = { document: old.document, object: was };
  const what = `status ${status.toLowerCase()} removed`;
  if (isError(status)) {
    changes.rule('error-status-removed', place, now.name, what);
    return;
  }
  const before = responsesOf(old);
  const isLast = ![...after.keys()].some((other) => !isError(other) && responseFor(before, other));
  changes.rule(isLast ? 'last-success-status-removed' : 'success-status-removed', place, now.name, what);
}

function statusAdded({ now, changes }: Pair, status: string, is: JsonObject): void {
  const place = { document: now.document, object: is };
  const rule = isError(status) ? 'error-status-added' : 'success-status-added';
  changes.rule(rule, place, now.name, `status ${status.toLowerCase()} added`);
}

function compareResponse(pair: Pair, status: string, was: JsonObject, is: JsonObject): void {
  const { now, changes } = pair;
  const name = `${now.name} ${status.toLowerCase()}`;
  compareHeaders(pair, name, was, is);
  const [before, after] = [contentOf(was), contentOf(is)];
  const place = { document: now.document, object: is };
  if (before.size === 0 && after.size > 0) {
    changes.rule('response-body-added', place, name, 'response body added');
    return;
  }
  if (before.size > 0 && after.size === 0) {
    changes.rule('response-body-removed', place, name, 'response body removed');
    return;
  }
  compareContents(pair, name, before, after);
}

/** A response in a narrower media type is still one that old clients expect. */
function compareContents(
  pair: Pair,
  name: string,
  before: ReadonlyMap<string, JsonObject>,
  after: ReadonlyMap<string, JsonObject>,
): void {
  const { old, now, changes } = pair;
  for (const [type, media] of before) {
    const place = { document: old.document, object: media };
    const inside = [...after].filter(([other]) => covers(type, other));
    const outside = [...after].filter(([other]) => other !== type && covers(other, type));
    for (const [other, same] of [...inside, ...outside]) compareMedia(pair, other, media, same, 'response', name);
    if (after.has(type)) continue;
    if (inside.length > 0) {
      const what = `response media type ${type} became ${inside.map(([other]) => other).join(', ')}`;
      changes.rule('response-media-type-narrowed', place, name, what);
    } else if (outside.length === 0)
      changes.rule('response-media-type-removed', place, name, `response media type ${type} removed`);
  }
  for (const [type, media] of after) {
    const place = { document: now.document, object: media };
    const known = [...before.keys()];
    if (known.some((other) => covers(other, type))) continue;
    const widened = known.filter((other) => covers(type, other));
    if (widened.length > 0) {
      const what = `response media type ${widened.join(', ')} became ${type}`;
      changes.rule('response-media-type-widened', place, name, what);
    } else changes.rule('response-media-type-added', place, name, `response media type ${type} added`);
  }
}

/** Headers by name in lower case. OpenAPI 3.0.3, Response Object: a Content-Type among them is ignored. */
function headersOf({ document }: Operation, response: JsonObject): Map<string, JsonObject> {
  return new Map(
    Object.entries(objectAt(response, 'headers'))
      .map(([name, header]) => [name.toLowerCase(), document.resolve(header)] as const)
      .filter(([name]) => name !== 'content-type'),
  );
}

function compareHeaders(pair: Pair, name: string, was: JsonObject, is: JsonObject): void {
  const { old, now, changes } = pair;
  const [before, after] = [headersOf(old, was), headersOf(now, is)];
  for (const header of new Set([...before.keys(), ...after.keys()])) {
    const [earlier, current] = [before.get(header), after.get(header)];
    const subject = `response header '${header}'`;
    const place = { document: current ? now.document : old.document, object: current ?? earlier ?? {} };
    const found = presence('response-header', { was: needOf(earlier), is: needOf(current) }, subject);
    if (found) changes.rule(found.rule, place, name, found.what);
    if (!earlier || !current) continue;
    const [oldSchema, newSchema] = [schemaOf(old.document, earlier), schemaOf(now.document, current)];
    const use = useOf(pair, 'response', name);
    if (headerFormOf(earlier, oldSchema) !== headerFormOf(current, newSchema))
      changes.ofSchema(
        { keyword: 'style', effects: ['narrows', 'widens'], place, what: `${subject} is written otherwise` },
        use,
      );
    listDifferences(pair, oldSchema, newSchema, { ...use, asText: true });
  }
}

const needOf = (header: JsonObject | undefined) => header && header['required'] === true;
