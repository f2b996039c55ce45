// Checks parameters and path templates.
import { type Path, isObject } from './places.js';
import type { Problem } from './references.js';
import { type Objects, type Resolver, keywordOf, typeOf } from './resolve.js';
import { type RefusedId, refusal } from './supported.js';

/** Headers that fetch sets by itself (Fetch standard, forbidden request-headers) or that OpenAPI reserves. */
const reservedHeaders =
  /^(accept|content-type|authorization|accept-charset|accept-encoding|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|permissions-policy|proxy-.*|referer|sec-.*|set-cookie|te|trailer|transfer-encoding|upgrade|via)$/i;

const values = ['string', 'number', 'integer', 'boolean'];
const styles: Record<string, string[]> = {
  path: ['simple'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/** A header or parameter is a value or a list of values. */
export function isSimple(schema: unknown, resolver: Resolver): boolean {
  const type = typeOf(schema, resolver);
  if (type === 'array') return values.includes(typeOf(keywordOf(schema, 'items', resolver), resolver) ?? '');
  return values.includes(type ?? '');
}

export function checkParameter(parameter: Objects, at: Path, resolver: Resolver): Problem[] {
  const problems: Problem[] = [];
  const refuse = (id: RefusedId, key: string, detail?: string) =>
    problems.push({ message: refusal(id, detail), at: [...at, key] });
  const { in: place, name, schema, content, allowEmptyValue } = parameter;
  const style = parameter['style'] as string | undefined;
  if (place === 'header' && reservedHeaders.test(String(name))) refuse('parameter-header', 'name', `'${String(name)}'`);
  if ((place === 'cookie' || place === 'header') && !/^[\w!#$%&'*+.^`|~-]+$/.test(String(name))) {
    refuse('parameter-header', 'name', `'${String(name)}'`);
  }
  if (place === 'path' && /^[.;+#/?&]|\*$|[{}]/.test(String(name)))
    refuse('path-parameter-name', 'name', `'${String(name)}'`);
  if (isObject(content)) {
    const types = Object.keys(content);
    if (place !== 'query' || types.length !== 1 || types[0] !== 'application/json' || schema !== undefined)
      refuse('parameter-content', 'content');
    return problems;
  }
  if (!isObject(schema)) return [{ message: refusal('parameter-schema', `'${String(name)}'`), at }];
  if (style !== undefined && styles[String(place)]?.includes(style) !== true) {
    refuse('parameter-style', 'style', `${style} in ${String(place)}`);
  } else problems.push(...checkForm(parameter, at, resolver));
  if (allowEmptyValue === true && typeOf(schema, resolver) !== 'string') refuse('parameter-empty', 'allowEmptyValue');
  return problems;
}

/** Whether style, explode and type go together. */
function checkForm({ in: place, name, schema, style, explode }: Objects, at: Path, resolver: Resolver): Problem[] {
  const wrong = (id: RefusedId, key: string, detail: string): Problem[] => [
    { message: refusal(id, detail), at: [...at, key] },
  ];
  const type = typeOf(schema, resolver);
  if (style === 'deepObject') {
    if (type !== 'object') return wrong('parameter-style', 'style', 'deepObject of what is no object');
    return isFlatObject(schema, resolver)
      ? []
      : wrong('parameter-schema', 'schema', `'${String(name)}' has fields that are no values`);
  }
  if (keywordOf(schema, 'nullable', resolver) === true)
    return wrong('parameter-schema', 'schema', `'${String(name)}' can be left out, but not be null`);
  if (!isSimple(schema, resolver)) return wrong('parameter-schema', 'schema', `'${String(name)}'`);
  if (place === 'cookie' && type === 'array') return wrong('parameter-schema', 'schema', 'a cookie holds one value;');
  if (style === 'spaceDelimited' || style === 'pipeDelimited') {
    if (type !== 'array') return wrong('parameter-style', 'style', `${style} of what is no array`);
    if (explode === true) return wrong('parameter-style', 'explode', `${style} exploded`);
  }
  return [];
}

function isFlatObject(schema: unknown, resolver: Resolver): boolean {
  const properties = keywordOf(schema, 'properties', resolver);
  const additional = keywordOf(schema, 'additionalProperties', resolver);
  const all = Object.values(isObject(properties) ? properties : {});
  if (isObject(additional)) all.push(additional);
  return all.length > 0 && all.every((one) => values.includes(typeOf(one, resolver) ?? ''));
}

/** Parameters of a list, with the place at which each is described. */
export function placedParameters(list: unknown, at: Path, resolver: Resolver): { parameter: Objects; at: Path }[] {
  if (!Array.isArray(list)) return [];
  return list.map((one, index) => ({ parameter: resolver.resolve(one), at: [...at, index] }));
}

export function checkTwice(list: { parameter: Objects; at: Path }[]): Problem[] {
  const seen = new Set<string>();
  return list.flatMap(({ parameter, at }) => {
    const key = identityOf(parameter);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ message: refusal('parameter-twice', `${String(parameter['in'])} '${String(parameter['name'])}'`), at }];
  });
}

/** Names of headers have no case. */
export function identityOf({ in: place, name }: Objects): string {
  return `${String(place)} ${place === 'header' ? String(name).toLowerCase() : String(name)}`;
}

/** The names in a template's braces, in order. */
export function templateNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}

/** Paths that the provider serves before those of the contract. */
const ownPath = /^\/(?:$|healthz$|readyz$|docs(?:\/|$)|openapi\.(?:json|yaml)$)/;

export function checkTemplate(template: string, basePath: string): string | undefined {
  const literal = template.replaceAll(/\{[^{}/?#]+\}/g, 'x');
  const segments = literal.split('/').slice(1);
  const isPath = /^\/[\w.~:@!$&'()*+,;=/-]*$/.test(literal) && !segments.some((one) => one === '.' || one === '..');
  if (!isPath || segments.slice(0, -1).includes('')) return refusal('path-form', `'${template}'`);
  const names = templateNames(template);
  if (/\}\{/.test(template) || new Set(names).size !== names.length) return refusal('path-parameters', `'${template}'`);
  if (names.some((name) => /^[.;+#/?&]|\*$/.test(name))) return refusal('path-parameter-name', `'${template}'`);
  if (ownPath.test(basePath + template)) return refusal('path-own', `'${template}'`);
  return undefined;
}
