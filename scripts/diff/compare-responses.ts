// Compares responses by status: which there are, what each holds, and which headers come with it.
import { compareSchemas } from './compare-schemas.js';
import { type Pair, listDifferences } from './compare.js';
import { compareMedia, contentOf, matching, schemaIn } from './compare-bodies.js';
import { headerFormOf, schemaOf } from './compare-parameters.js';
import { type JsonObject, objectAt } from './document.js';
import type { Operation } from './operations.js';

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
    else statusAdded(pair, status, is, before);
  }
}

function responsesOf({ document, object }: Operation): Map<string, JsonObject> {
  return new Map(
    Object.entries(objectAt(object, 'responses'))
      .filter(([status]) => !status.startsWith('x-'))
      .map(([status, response]) => [status.toUpperCase(), document.resolve(response)]),
  );
}

/** What the contract says of a status: by itself, by its class, or by `default`. */
function responseFor(responses: ReadonlyMap<string, JsonObject>, status: string): JsonObject | undefined {
  if (status === 'DEFAULT') return responses.get(status);
  return responses.get(status) ?? responses.get(`${status[0] ?? ''}XX`) ?? responses.get('DEFAULT');
}

const isError = (status: string) => /^[45]/.test(status) || status === 'DEFAULT';

function statusRemoved(
  { old, now, changes }: Pair,
  status: string,
  was: JsonObject,
  after: Map<string, JsonObject>,
): void {
  const place = { document: old.document, object: was };
  const what = `status ${status} removed`;
  if (isError(status)) return changes.rule('error-status-removed', place, now.name, what);
  const isLast = ![...responsesOf(old).keys()].some((other) => !isError(other) && responseFor(after, other));
  changes.rule(isLast ? 'last-success-status-removed' : 'success-status-removed', place, now.name, what);
}

function statusAdded(pair: Pair, status: string, is: JsonObject, before: Map<string, JsonObject>): void {
  const { now, changes } = pair;
  const place = { document: now.document, object: is };
  const what = `status ${status} added`;
  if (isError(status)) return changes.rule('error-status-added', place, now.name, what);
  const isReadable = [...before].some(([other, was]) => !isError(other) && canBeReadAs(pair, was, is));
  changes.rule(isReadable ? 'success-status-added' : 'success-status-added-with-another-body', place, now.name, what);
}

/** Whether a client that reads the one response can read the other. */
function canBeReadAs({ old, now }: Pair, was: JsonObject, is: JsonObject): boolean {
  const after = contentOf(is);
  return [...contentOf(was)].every(([type, media]) => {
    const same = matching(after, type);
    if (!same) return false;
    const comparison = { direction: 'response', open: new Set<string>() } as const;
    const differences = compareSchemas(schemaIn(old.document, media), schemaIn(now.document, same), comparison);
    return !differences.some(({ effects }) => effects.includes('widens'));
  });
}

function compareResponse(pair: Pair, status: string, was: JsonObject, is: JsonObject): void {
  const { old, now, changes } = pair;
  const name = `${now.name} ${status.toLowerCase()}`;
  compareHeaders(pair, name, was, is);
  const [before, after] = [contentOf(was), contentOf(is)];
  const place = { document: now.document, object: is };
  if (before.size === 0 && after.size > 0)
    return changes.rule('response-body-added', place, name, 'response body added');
  if (before.size > 0 && after.size === 0)
    return changes.rule('response-body-removed', place, name, 'response body removed');
  for (const [type, media] of before) {
    const same = matching(after, type);
    const gone = { document: old.document, object: media };
    if (same) compareMedia(pair, media, same, { direction: 'response', name });
    else changes.rule('response-media-type-removed', gone, name, `response media type ${type} removed`);
  }
  for (const [type, media] of after)
    if (!matching(before, type))
      changes.rule('response-media-type-added', { ...place, object: media }, name, `response media type ${type} added`);
}

/** Headers by name in lower case. OpenAPI 3.0.3, Response Object: a Content-Type among them is ignored. */
function headersOf({ document }: Operation, response: JsonObject): Map<string, JsonObject> {
  return new Map(
    Object.entries(objectAt(response, 'headers'))
      .map(([name, header]) => [name.toLowerCase(), document.resolve(header)] as const)
      .filter(([name]) => name !== 'content-type'),
  );
}

function compareHeaders({ old, now, changes }: Pair, name: string, was: JsonObject, is: JsonObject): void {
  const [before, after] = [headersOf(old, was), headersOf(now, is)];
  for (const [header, now_] of after) {
    const place = { document: now.document, object: now_ };
    const earlier = before.get(header);
    const required = now_['required'] === true;
    const subject = `response header '${header}'`;
    if (!earlier) {
      if (required) changes.rule('required-response-header-added', place, name, `required ${subject} added`);
      else changes.rule('response-header-added', place, name, `${subject} added`);
      continue;
    }
    const wasRequired = earlier['required'] === true;
    if (required && !wasRequired)
      changes.rule('response-header-became-required', place, name, `${subject} became required`);
    if (!required && wasRequired)
      changes.rule('response-header-became-optional', place, name, `${subject} became optional`);
    const [oldSchema, newSchema] = [schemaOf(old.document, earlier), schemaOf(now.document, now_)];
    if (headerFormOf(earlier, oldSchema) !== headerFormOf(now_, newSchema))
      changes.effect(
        'style',
        ['narrows', 'widens'],
        place,
        { direction: 'response', name },
        `${subject} is written otherwise`,
      );
    listDifferences(changes, oldSchema, newSchema, { direction: 'response', name });
  }
  for (const [header, earlier] of before) {
    if (after.has(header)) continue;
    const place = { document: old.document, object: earlier };
    const required = earlier['required'] === true;
    if (required)
      changes.rule('required-response-header-removed', place, name, `required response header '${header}' removed`);
    else changes.rule('response-header-removed', place, name, `response header '${header}' removed`);
  }
}
