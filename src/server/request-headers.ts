// Enforces what OpenAPI cannot describe of request headers: the operation's own `x-request-headers` in the contract, and
// Accept.
import type { IncomingMessage } from 'node:http';
import accepts from 'accepts';
import contentType from 'content-type';
import { ClusterCertError } from '../errors.js';
import type { RequestHeaderRules } from '../spec.js';

/**
 * Checks a request's Content-Type against the values that the contract lists. Its absence is accepted unless `strict`:
 * the API page demands the header, live providers do not, and some clients in the field never send it.
 */
export function checkContentType(
  value: string | undefined,
  rules: RequestHeaderRules,
  { strict }: { strict: boolean },
): void {
  const rule = rules['Content-Type'];
  if (!rule) return;
  const accepted = `send ${rule.values.join(' or ')}`;
  if (value === undefined) {
    if (!strict || !rule.required) return;
    throw new ClusterCertError('content_type_not_supported', `the header Content-Type is missing; ${accepted}`);
  }
  // The form of nearly all clients.
  if (rule.values.includes(value)) return;
  if (rule.values.some((candidate) => normalForm(candidate) === normalForm(value))) return;
  throw new ClusterCertError(
    'content_type_not_supported',
    `the Content-Type of the request is not accepted; ${accepted}`,
  );
}

// What nearly all clients send.
const plainAccept = [undefined, '*/*', 'application/json'];

/**
 * The caller's preferred type among an operation's successes; of equals, the first in the contract. Undefined where
 * there is none; throws `not_acceptable` if the header Accept excludes all of them.
 */
export function acceptedType(request: IncomingMessage, types: readonly string[]): string | undefined {
  if (types.length === 0) return undefined;
  if (types[0] === 'application/json' && plainAccept.includes(request.headers.accept)) return types[0];
  const accepted = accepts(request).type([...types]);
  if (accepted !== false) return String(accepted);
  throw new ClusterCertError(
    'not_acceptable',
    `answers are ${types.join(' or ')}${types.length === 1 ? ' only' : ''}; the header Accept excludes it`,
  );
}

/** The media type of a Content-Type; undefined if it has parameters other than UTF-8, the only supported charset. */
export function essenceOf(value: string): string | undefined {
  const [, type, charset] = /^([^;]+)(?:;charset=(.*))?$/.exec(normalForm(value) ?? '') ?? [];
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' ? type : undefined;
}

/** Types, parameter names and charsets are compared without case, and white space does not count (RFC 9110, section 8.3.1). */
function normalForm(value: string): string | undefined {
  try {
    // RFC 9110, section 5.6.6, lets a parameter be empty; the parser does not.
    const { type, parameters } = contentType.parse(value.replace(/;[ \t]*(?=;|$)/g, ''));
    return [type, ...Object.entries(parameters).map((pair) => pair.join('='))].join(';').toLowerCase();
  } catch {
    return undefined;
  }
}
