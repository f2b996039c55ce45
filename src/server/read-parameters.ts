// Reads the parameters of a request by their styles (OpenAPI 3.0.3, Parameter Object), as values of their types. A
// value that does not fit its type stays text, which its schema then refuses.
import type { IncomingMessage } from 'node:http';
import type { MessageForms, ParameterForm, ValueType } from '../../generated/server.js';
import { RequestViolation } from './violation.js';

/** The parameters of an operation, in the form for its handler. */
export interface ParameterValues {
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
  cookie: Record<string, unknown>;
}

interface Sources {
  path: Readonly<Record<string, string>>;
  query: URLQuery;
  headers: IncomingMessage['headers'];
  cookies: Map<string, string>;
}

/** Throws for a query that is malformed or has parameters that the operation does not know. */
export function readParameters(
  request: IncomingMessage & { originalUrl?: string },
  path: Readonly<Record<string, string>>,
  { parameters, unknownQuery }: MessageForms,
  secretQueries: readonly string[] = [],
): ParameterValues {
  const { url = '', originalUrl = url, headers } = request;
  const sources: Sources = { path, query: parseQuery(originalUrl), headers, cookies: parseCookies(headers.cookie) };
  const values: ParameterValues = { path: {}, query: {}, header: {}, cookie: {} };
  for (const parameter of parameters) {
    const value = valueOf(parameter, sources);
    if (value !== undefined) values[parameter.in][parameter.name] = value;
  }
  if (unknownQuery !== true) refuseUnknown(sources.query, parameters, secretQueries);
  return values;
}

/** Raw values by decoded name. */
type URLQuery = Map<string, string[]>;

function parseQuery(url: string): URLQuery {
  const query: URLQuery = new Map();
  const [, text = ''] = /\?([^#]*)/.exec(url) ?? [];
  for (const pair of text.split('&').filter((one) => one !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const key = decoded(name);
    query.set(key, [...(query.get(key) ?? []), value]);
  }
  return query;
}

/** RFC 6265, section 5.4; a name that comes twice has its first value. */
function parseCookies(header = ''): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name))
      cookies.set(
        name,
        pair
          .slice(at + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      );
  }
  return cookies;
}

function valueOf(parameter: ParameterForm, { path, query, headers, cookies }: Sources): unknown {
  const { name, in: place } = parameter;
  if (place === 'query') return queryValue(parameter, query);
  if (place === 'header') {
    const value = headers[name.toLowerCase()];
    return value === undefined ? undefined : typed([value].flat().join(', '), parameter, (text) => text.split(','));
  }
  const raw = place === 'path' ? path[name] : cookies.get(name);
  // Within values, the separator of a list is encoded.
  return raw === undefined ? undefined : typed(raw, parameter, (text) => text.split(','), decodedInPath);
}

function queryValue({ name, separator, allowEmptyValue, ...form }: ParameterForm, query: URLQuery): unknown {
  if (form.fields) return objectValue(name, form.fields, query);
  const raw = query.get(name);
  if (!raw) return undefined;
  if (raw.includes('') && allowEmptyValue !== true && form.type !== 'array') {
    throw new RequestViolation(`/query/${name}`, `Empty value found for query parameter '${name}'`);
  }
  if (separator === 'json') return jsonValue(name, raw);
  if (form.type !== 'array') return raw.length === 1 ? coerced(decoded(raw[0] ?? ''), form.type) : raw.map(decoded);
  const parts = separator === undefined ? raw : raw.flatMap((one) => splitRaw(one, separator));
  return parts.map((one) => coerced(decoded(one), form.items));
}

/** Clients write a separator as it is or encoded; an encoded comma, however, belongs to a value. */
function splitRaw(raw: string, separator: string): string[] {
  if (raw === '') return [];
  return raw.split(separator === ',' ? ',' : separator === '%20' ? /%20|\+/ : /%7C|\|/i);
}

function objectValue(name: string, fields: Readonly<Record<string, ValueType>>, query: URLQuery): unknown {
  const members = [...query].flatMap(([key, [raw = '']]) =>
    key.startsWith(`${name}[`) && key.endsWith(']') ? [[key.slice(name.length + 1, -1), raw] as const] : [],
  );
  if (members.length === 0) return undefined;
  return Object.fromEntries(members.map(([field, raw]) => [field, coerced(decoded(raw), fields[field])]));
}

function jsonValue(name: string, raw: string[]): unknown {
  try {
    return JSON.parse(decoded(raw.length === 1 ? (raw[0] ?? '') : '')) as unknown;
  } catch {
    throw new RequestViolation(`/query/${name}`, 'must be JSON');
  }
}

function typed(
  raw: string,
  { type, items }: ParameterForm,
  split: (text: string) => string[],
  decode: (text: string) => string = (text) => text,
): unknown {
  if (type !== 'array') return coerced(decode(raw), type);
  return raw === '' ? [] : split(raw).map((one) => coerced(decode(one.trim()), items));
}

/**
 * Numbers as JSON writes them, and `true` or `false`. Digits beyond a number's precision stay text, rather than become
 * another number.
 */
function coerced(text: string, type: ValueType | undefined): unknown {
  const isNumber = type === 'integer' || type === 'number';
  if (isNumber && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
    const number = Number(text);
    const isHeld =
      Number.isInteger(number) && type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
    return isHeld ? number : text;
  }
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function refuseUnknown(query: URLQuery, parameters: readonly ParameterForm[], secretQueries: readonly string[]): void {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  for (const key of query.keys()) {
    const isKnown = known.some(({ name, fields }) => (fields ? key.startsWith(`${name}[`) : key === name));
    if (!isKnown && !secretQueries.includes(key)) {
      throw new RequestViolation(`/query/${key}`, `Unknown query parameter '${key}'`);
    }
  }
}

/** In a query, a plus sign is a space. */
function decoded(text: string): string {
  return decodedInPath(text.replaceAll('+', ' '));
}

function decodedInPath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestViolation('/url', 'the URL is malformed');
  }
}
