// Checks messages: request bodies, responses, their media types and headers.
import { type Path, isObject } from './places.js';
import type { Problem } from './references.js';
import { type Objects, type Resolver, refName, typeOf } from './resolve.js';
import { isSimple } from './check-parameters.js';
import { type RefusedId, refusal } from './supported.js';

/** Statuses of the refusals that the provider makes by itself, whatever the operation. */
const ownRefusals = [400, 401, 403, 404, 405, 406, 408, 413, 429, 431, 500, 503].map(String);
const own = [...ownRefusals, '4XX', '5XX', 'default'];

type Refuse = (id: RefusedId, keys: Path, detail?: string) => void;

function collecting(at: Path): { problems: Problem[]; refuse: Refuse } {
  const problems: Problem[] = [];
  return {
    problems,
    refuse: (id, keys, detail) => problems.push({ message: refusal(id, detail), at: [...at, ...keys] }),
  };
}

function isJsonType(type: string): boolean {
  return /^[^/]+\/(?:[^/]+\+)?json$/.test(type);
}

/** The form of a body of the media type on the wire. */
export function formOf(type: string, media: unknown, resolver: Resolver): 'json' | 'text' | 'binary' {
  if (isJsonType(type)) return 'json';
  const schema = resolver.resolve((media as Objects)['schema']);
  return schema['format'] === 'binary' ? 'binary' : 'text';
}

export function checkContent(content: unknown, at: Path, resolver: Resolver): Problem[] {
  const { problems, refuse } = collecting(at);
  if (!isObject(content)) return [];
  for (const [type, media] of Object.entries(content)) {
    const schema = isObject(media) ? media['schema'] : undefined;
    if (/^multipart\/|^application\/x-www-form-urlencoded$/i.test(type)) refuse('media-form', [type], type);
    else if (!/^[a-z\d][a-z\d!#$&^_.+-]*\/[a-z\d][a-z\d!#$&^_.+-]*$/.test(type))
      refuse('media-type', [type], `'${type}'`);
    else if (isJsonType(type)) {
      if (isBinary(schema, resolver)) refuse('binary-place', [type, 'schema']);
    } else if (isBinary(schema, resolver) && typeOf(schema, resolver) === 'string') {
      const limit = textLimits.find((key) => resolver.resolve(schema)[key] !== undefined);
      if (limit !== undefined) refuse('binary-limit', [type, 'schema', limit], limit);
    } else if (!isObject(schema) || typeOf(schema, resolver) !== 'string') refuse('media-schema', [type], `'${type}'`);
  }
  return problems.map((problem) => ({ ...problem, key: problem.at.length === at.length + 1 }));
}

const textLimits = ['minLength', 'maxLength', 'pattern', 'enum'];

function isBinary(schema: unknown, resolver: Resolver): boolean {
  return resolver.resolve(schema)['format'] === 'binary';
}

export function checkRequestBody(method: string, operation: Objects, at: Path, resolver: Resolver): Problem[] {
  if (operation['requestBody'] === undefined) return [];
  const { problems, refuse } = collecting([...at, 'requestBody']);
  if (method === 'get' || method === 'head') refuse('body-method', [], method.toUpperCase());
  const { content } = resolver.resolve(operation['requestBody']);
  if (!isObject(content) || Object.keys(content).length === 0) refuse('media-none', []);
  return problems;
}

export function checkResponses(method: string, operation: Objects, at: Path, resolver: Resolver): Problem[] {
  const { problems, refuse } = collecting([...at, 'responses']);
  const { responses } = operation;
  if (!isObject(responses)) return [];
  const statuses = Object.keys(responses).filter((status) => !status.startsWith('x-'));
  for (const status of statuses) {
    if (!/^([245]\d\d|[245]XX|default)$/.test(status)) {
      refuse('response-status', [status], `'${status}'`);
      continue;
    }
    const response = resolver.resolve(responses[status]);
    const types = Object.keys(isObject(response['content']) ? response['content'] : {});
    if (types.length > 0 && (method === 'head' || status === '204' || status === '205')) {
      refuse('response-body', [status], method === 'head' ? 'HEAD' : status);
    }
    if (own.includes(status) && method !== 'head') checkOwnRefusal(status, response, refuse);
  }
  if (!statuses.some((status) => status.startsWith('2'))) refuse('response-success', []);
  return problems.map((problem) => ({ ...problem, key: true }));
}

function checkOwnRefusal(status: string, { content }: Objects, refuse: Refuse): void {
  const media = isObject(content) ? content['application/json'] : undefined;
  if (
    !isObject(content) ||
    Object.keys(content).length !== 1 ||
    refName((media as Objects | undefined)?.['schema']) !== 'ErrorStatus'
  ) {
    refuse('response-error', [status], `'${status}'`);
  }
}

export function checkHeader(header: Objects, at: Path, resolver: Resolver): Problem[] {
  const { schema, content, style } = header;
  if (content === undefined && isSimple(schema, resolver) && (style === undefined || style === 'simple')) return [];
  return [{ message: refusal('response-header'), at }];
}
