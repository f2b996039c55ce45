// Compares request bodies, and the contents by media type that requests and responses share.
import type { Schema } from './alternatives.js';
import { type Pair, listDifferences } from './compare.js';
import { anything } from './compare-schemas.js';
import { sameValue } from './alternatives.js';
import { type ContractDocument, type JsonObject, isObject, objectAt } from './document.js';
import type { Operation } from './operations.js';

export function compareBodies({ old, now, changes }: Pair): void {
  const [was, is] = [bodyOf(old), bodyOf(now)];
  if (!was && !is) return;
  const direction = now.isCallback ? 'response' : 'request';
  void direction;
  if (!was || !is) {
    const [change, body, document] = is
      ? (['added', is, now.document] as const)
      : (['removed', was, old.document] as const);
    const place = { document, object: body ?? {} };
    if (body?.['required'] === true)
      changes.rule(`required-request-body-${change}`, place, now.name, `required request body ${change}`);
    else changes.rule(`request-body-${change}`, place, now.name, `request body ${change}`);
    return;
  }
  const place = { document: now.document, object: is };
  const [wasRequired, isRequired] = [was['required'] === true, is['required'] === true];
  if (!wasRequired && isRequired)
    changes.rule('request-body-became-required', place, now.name, 'request body became required');
  if (wasRequired && !isRequired)
    changes.rule('request-body-became-optional', place, now.name, 'request body became optional');
  const [before, after] = [contentOf(was), contentOf(is)];
  for (const [type, media] of before) {
    const same = matching(after, type);
    const where = { document: old.document, object: media };
    if (!same) changes.rule('request-media-type-removed', where, now.name, `request media type ${type} removed`);
    else compareMedia({ old, now, changes }, media, same, { direction: 'request', name: `${now.name} request` });
  }
  for (const [type, media] of after)
    if (!matching(before, type))
      changes.rule(
        'request-media-type-added',
        { ...place, object: media },
        now.name,
        `request media type ${type} added`,
      );
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
  { old, now, changes }: Pair,
  was: JsonObject,
  is: JsonObject,
  use: { direction: 'request' | 'response'; name: string },
): void {
  listDifferences(changes, schemaIn(old.document, was), schemaIn(now.document, is), use);
  if (!sameValue(was['encoding'], is['encoding']))
    changes.rule(
      'not-judged',
      { document: now.document, object: is, keys: ['encoding'] },
      use.name,
      'encoding changed',
    );
}

export function schemaIn(document: ContractDocument, media: JsonObject): Schema {
  const { schema } = media;
  return isObject(schema) ? { document, all: [schema] } : anything({ document, all: [media] });
}
