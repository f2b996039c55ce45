// Compares request bodies, and contents by media type for requests and responses.
import { type ContractDocument, type JsonObject, isObject, objectsIn } from '../document/document.js';
import type { Operation } from '../document/operations.js';
import type { Schema } from '../schema/alternatives.js';
import { anything } from '../schema/comparison.js';
import { presence } from '../verdict/presence.js';
import type { Direction } from '../verdict/rules.js';
import { compareEncoding } from './compare-encoding.js';
import { type Pair, listDifferences, useOf } from './pair.js';

export function compareBodies(pair: Pair): void {
  const { old, now, changes } = pair;
  const [was, is] = [bodyOf(old), bodyOf(now)];
  const found = presence('request-body', { was: needOf(was), is: needOf(is) }, 'request body');
  const place = { document: is ? now.document : old.document, object: is ?? was ?? {} };
  if (found) changes.rule(found.rule, place, now.name, found.what);
  if (was && is) compareContents(pair, was, is);
}

const needOf = (body: JsonObject | undefined) => body && body['required'] === true;

function compareContents(pair: Pair, was: JsonObject, is: JsonObject): void {
  const { old, now, changes } = pair;
  const [before, after] = [contentOf(was), contentOf(is)];
  for (const [type, media] of before) {
    const same = matching(after, type);
    const place = { document: old.document, object: media };
    if (same) compareMedia(pair, type, media, same, 'request', `${now.name} request`);
    else changes.rule('request-media-type-removed', place, now.name, `request media type ${type} removed`);
  }
  for (const [type, media] of after) {
    const place = { document: now.document, object: media };
    if (!matching(before, type))
      changes.rule('request-media-type-added', place, now.name, `request media type ${type} added`);
  }
}

function bodyOf({ document, object }: Operation): JsonObject | undefined {
  return isObject(object['requestBody']) ? document.resolve(object['requestBody']) : undefined;
}

/** Contents by media type, in lower case and without meaningless parameters. */
export function contentOf(owner: JsonObject): Map<string, JsonObject> {
  return new Map(objectsIn(owner, 'content').map(([type, media]) => [plainMediaType(type), media]));
}

// JSON is always UTF-8 and has no such parameter (RFC 8259, section 11).
function plainMediaType(type: string): string {
  const plain = type.toLowerCase().replaceAll(/\s|"/g, '');
  return plain.replace(/^(application\/(?:.*\+)?json);charset=utf-8$/, '$1');
}

/** The content that covers a media type: itself, or the narrowest range. */
function matching(content: ReadonlyMap<string, JsonObject>, type: string): JsonObject | undefined {
  const [main = ''] = type.split('/');
  return content.get(type) ?? content.get(`${main}/*`) ?? content.get('*/*');
}

/** Whether responses of one type are responses of the other: it is the same, a range, or the plain form of a suffix. */
export function covers(range: string, type: string): boolean {
  const [main = ''] = type.split('/');
  const [plain = '', ...parameters] = type.split(';');
  const suffix = /\+(json|xml)$/.exec(plain)?.[1];
  const whole = suffix === undefined ? [] : [[`application/${suffix}`, ...parameters].join(';')];
  return [type, plain, `${main}/*`, '*/*', ...whole].includes(range);
}

/** Compares the content of one media type. */
export function compareMedia(
  pair: Pair,
  type: string,
  was: JsonObject,
  is: JsonObject,
  direction: Direction,
  name: string,
): void {
  const [old, now] = [schemaIn(pair.old.document, was), schemaIn(pair.now.document, is)];
  const isXml = /[/+]xml(;|$)/.test(type);
  listDifferences(pair, old, now, { ...useOf(pair, direction, name), isXml });
  compareEncoding(pair, type, was, is, { old, now });
}

function schemaIn(document: ContractDocument, media: JsonObject): Schema {
  const { schema } = media;
  return isObject(schema) ? { document, all: [schema] } : anything({ document, all: [media] });
}
