// Compares the encoding of a form's fields: media type, style and headers of each part, with defaults filled in.
import { type Schema, alternativesOf, sameValue } from '../schema/alternatives.js';
import { effectsOf } from '../schema/comparison.js';
import { presence } from '../verdict/presence.js';
import { type Pair, listDifferences } from './pair.js';
import { schemaOf } from './compare-parameters.js';
import { type ContractDocument, type JsonObject, isObject, objectAt } from '../document/document.js';

/** The encodings of the two media types' fields; only forms have them. */
export function compareEncoding(
  pair: Pair,
  type: string,
  was: JsonObject,
  is: JsonObject,
  fields: { old: Schema; now: Schema },
): void {
  if (!/^(multipart\/|application\/x-www-form-urlencoded)/.test(type)) return;
  const [oldFields, newFields] = [fieldsOf(fields.old), fieldsOf(fields.now)];
  for (const [name, schema] of newFields) {
    const before = oldFields.get(name);
    if (before)
      comparePart(
        pair,
        name,
        { encoding: encodingOf(was, name), schema: before },
        { encoding: encodingOf(is, name), schema },
      );
  }
}

interface Part {
  readonly encoding: JsonObject;
  readonly schema: Schema;
}

function encodingOf(media: JsonObject, name: string): JsonObject {
  return objectAt(objectAt(media, 'encoding'), name);
}

function fieldsOf(schema: Schema): Map<string, Schema> {
  return new Map(alternativesOf(schema).flatMap(({ properties }) => [...properties]));
}

function comparePart(pair: Pair, name: string, was: Part, is: Part): void {
  const { now, old, changes } = pair;
  const use = { direction: 'request', name: `${now.name} request` } as const;
  const object = Object.keys(is.encoding).length > 0 ? is.encoding : now.object;
  const place = { document: now.document, object };
  const [oldTypes, newTypes] = [typesOf(was), typesOf(is)];
  const lost = oldTypes.some((type) => !newTypes.includes(type));
  const gained = newTypes.some((type) => !oldTypes.includes(type));
  const what = `media type of field '${name}': ${oldTypes.join(', ')} became ${newTypes.join(', ')}`;
  if (lost || gained) changes.ofSchema({ keyword: 'contentType', effects: effectsOf(lost, gained), place, what }, use);
  if (!sameValue(styleOf(was), styleOf(is)))
    changes.rule('parameter-serialised-otherwise', place, now.name, `field '${name}' is written otherwise`);
  compareHeaders(pair, name, headersOf(old.document, was), headersOf(now.document, is));
}

/** OpenAPI 3.0.3, Encoding Object: the default depends on the type of the field. */
function typesOf({ encoding, schema }: Part): string[] {
  const { contentType } = encoding;
  if (typeof contentType === 'string') return contentType.split(',').map((type) => type.trim().toLowerCase());
  const [first] = alternativesOf(schema);
  const item = first?.type === 'array' && first.items ? alternativesOf(first.items)[0] : first;
  if (item?.type === 'object') return ['application/json'];
  const isBinary = sameValue(item?.limits['format'], ['binary']);
  return [isBinary ? 'application/octet-stream' : 'text/plain'];
}

function styleOf({ encoding }: Part): unknown[] {
  const style = encoding['style'] ?? 'form';
  return [style, encoding['explode'] ?? style === 'form', encoding['allowReserved'] === true];
}

function headersOf(document: ContractDocument, { encoding }: Part): Map<string, JsonObject> {
  const headers = Object.entries(objectAt(encoding, 'headers')).filter(([, header]) => isObject(header));
  return new Map(headers.map(([name, header]) => [name.toLowerCase(), document.resolve(header)]));
}

function compareHeaders(
  pair: Pair,
  field: string,
  before: Map<string, JsonObject>,
  after: Map<string, JsonObject>,
): void {
  const { old, now, changes } = pair;
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    const place = { document: is ? now.document : old.document, object: is ?? was ?? {} };
    const need = { was: was && was['required'] === true, is: is && is['required'] === true };
    const found = presence('parameter', need, `header '${name}' of field '${field}'`);
    if (found) changes.rule(found.rule, place, now.name, found.what);
    if (was && is)
      listDifferences(pair, schemaOf(old.document, was), schemaOf(now.document, is), {
        direction: 'request',
        name: now.name,
        asText: true,
      });
  }
}
