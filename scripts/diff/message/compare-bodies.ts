// Compares request bodies, and the contents by media type that requests and responses share.
import type { Schema } from '../schema/alternatives.js';
import { type Pair, listDifferences, useOf } from './pair.js';
import { anything } from '../schema/difference.js';
import { type ContractDocument, type JsonObject, isObject, objectAt } from '../document/document.js';
import { compareEncoding } from './compare-encoding.js';
import type { Operation } from '../document/operations.js';
import type { Direction } from '../verdict/rules.js';

export function compareBodies(pair: Pair): void {
  const { old, now, changes } = pair;
  const [was, is] = [bodyOf(old), bodyOf(now)];
  const [wasRequired, isRequired] = [was?.['required'] === true, is?.['required'] === true];
  const place = { document: is ? now.document : old.document, object: is ?? was ?? {} };
  if (is && !was) {
    const rule = isRequired ? 'required-request-body-added' : 'request-body-added';
    changes.rule(rule, place, now.name, `${isRequired ? 'required ' : ''}request body added`);
  } else if (was && !is) {
    const rule = wasRequired ? 'required-request-body-removed' : 'request-body-removed';
    changes.rule(rule, place, now.name, `${wasRequired ? 'required ' : ''}request body removed`);
  } else if (was && is) {
    if (!wasRequired && isRequired)
      changes.rule('request-body-became-required', place, now.name, 'request body became required');
    if (wasRequired && !isRequired)
      changes.rule('request-body-became-optional', place, now.name, 'request body became optional');
    compareContents(pair, was, is);
  }
}

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

/** Contents by media type, in lower case and without what is no part of its meaning. */
export function contentOf(owner: JsonObject): Map<string, JsonObject> {
  return new Map(
    Object.entries(objectAt(owner, 'content')).map(([type, media]) => [plainMediaType(type), media as JsonObject]),
  );
}

// JSON is always UTF-8 and has no such parameter (RFC 8259, section 11).
function plainMediaType(type: string): string {
  const plain = type.toLowerCase().replaceAll(/\s|"/g, '');
  return plain.replace(/^(application\/(?:.*\+)?json);charset=utf-8$/, '$1');
}

/** The content that covers a media type: itself, or the narrowest range. */
export function matching(content: ReadonlyMap<string, JsonObject>, type: string): JsonObject | undefined {
  const [main = ''] = type.split('/');
  return content.get(type) ?? content.get(`${main}/*`) ?? content.get('*/*');
}

/** Compares what one media type holds. */
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
  listDifferences(pair.changes, old, now, { ...useOf(pair, direction, name), isXml });
  compareEncoding(pair, type, was, is, { old, now });
}

export function schemaIn(document: ContractDocument, media: JsonObject): Schema {
  const { schema } = media;
  return isObject(schema) ? { document, all: [schema] } : anything({ document, all: [media] });
}
