// Compares security: alternatives, each a set of credentials; each credential by its form on the wire, not by its name
// in the document.
import type { Pair } from './pair.js';
import { type ContractDocument, type JsonObject, isObject, listAt, objectAt } from '../document/document.js';
import type { Operation } from '../document/operations.js';

/** One alternative: its required credentials, as texts that are equal for equal credentials. */
type Way = ReadonlySet<string>;

export function compareSecurity(pair: Pair): void {
  const { old, now, changes } = pair;
  compareCredentialLimits(pair);
  const [before, after] = [waysOf(old), waysOf(now)];
  const refused = before.filter((way) => !isLetIn(way, after));
  const refusedBefore = after.filter((way) => !isLetIn(way, before));
  if (refused.length === 0 && refusedBefore.length === 0) return;
  const rule =
    refusedBefore.length === 0 ? 'security-tightened' : refused.length === 0 ? 'security-relaxed' : 'security-changed';
  const object = 'security' in now.object ? now.object : now.document.root;
  const place = { document: now.document, object, keys: 'security' in object ? ['security'] : [] };
  changes.rule(rule, place, now.name, `authentication: ${show(before)} became ${show(after)}`);
}

/**
 * Credentials satisfy an alternative if they are all that it requires. Callers do not present credentials that nothing
 * requires.
 */
function isLetIn(way: Way, ways: readonly Way[]): boolean {
  const isOpen = ways.every(({ size }) => size === 0);
  return ways.some((other) => {
    const isEnough = [...other].every((credential) => way.has(credential));
    return isEnough && (other.size > 0 || way.size === 0 || isOpen);
  });
}

function show(ways: readonly Way[]): string {
  return ways.map((way) => (way.size === 0 ? 'nothing' : [...way].join(' with '))).join(', or ');
}

function waysOf({ document, object }: Operation): Way[] {
  const requirements = requirementsOf(document, object);
  if (requirements.length === 0) return [new Set()];
  return requirements.flatMap((requirement) => {
    let ways: string[][] = [[]];
    for (const [name, scopes] of Object.entries(requirement)) {
      const schemes = credentialsOf(schemeOf(document, name));
      const wanted = (Array.isArray(scopes) ? scopes : []).map((scope) => `scope ${String(scope)}`);
      ways = ways.flatMap((way) => schemes.map((scheme) => [...way, scheme, ...wanted]));
    }
    return ways.map((way) => new Set(way.sort()));
  });
}

function requirementsOf(document: ContractDocument, operation: JsonObject): JsonObject[] {
  const owner = Array.isArray(operation['security']) ? operation : document.root;
  return listAt(owner, 'security').filter(isObject);
}

function schemeOf(document: ContractDocument, name: string): JsonObject {
  return document.resolve(objectAt(objectAt(document.root, 'components'), 'securitySchemes')[name]);
}

/**
 * The form of a scheme on the wire, with one entry for each way to get a token; descriptions and hints do not count.
 */
function credentialsOf(scheme: JsonObject): string[] {
  const text = (key: string) => String(scheme[key]);
  switch (scheme['type']) {
    case 'apiKey':
      return [scheme['in'] === 'header' ? `header ${text('name').toLowerCase()}` : `${text('in')} ${text('name')}`];
    case 'http':
      return [`HTTP ${text('scheme').toLowerCase()}`];
    case 'openIdConnect':
      return [`OpenID Connect ${text('openIdConnectUrl')}`];
    case 'oauth2':
      return Object.entries(objectAt(scheme, 'flows')).map(([flow, urls]) => showFlow(flow, urls));
    default:
      return [JSON.stringify(scheme)];
  }
}

function showFlow(flow: string, urls: unknown): string {
  const { authorizationUrl, tokenUrl } = isObject(urls) ? urls : {};
  const parts = [flow, authorizationUrl, tokenUrl].filter((part) => typeof part === 'string');
  return ['OAuth 2', ...parts].join(' ');
}

const lengthKey = 'x-max-length';

/** This project's own extension: how long a credential may be. */
function compareCredentialLimits({ old, now, changes }: Pair): void {
  const [before, after] = [limitsOf(old), limitsOf(now)];
  for (const [credential, { limit, scheme }] of after) {
    const was = before.get(credential)?.limit;
    if (was === undefined || was === limit) continue;
    const rule = limit < was ? 'credential-limit-lowered' : 'credential-limit-raised';
    const place = { document: now.document, object: scheme, keys: lengthKey in scheme ? [lengthKey] : [] };
    changes.rule(rule, place, now.name, `${credential}: at most ${limit} characters instead of ${was}`);
  }
}

function limitsOf({ document, object }: Operation): Map<string, { limit: number; scheme: JsonObject }> {
  const names = requirementsOf(document, object).flatMap((requirement) => Object.keys(requirement));
  return new Map(
    names.flatMap((name) => {
      const scheme = schemeOf(document, name);
      const limit = scheme[lengthKey];
      return credentialsOf(scheme).map((one) => [one, { limit: typeof limit === 'number' ? limit : Infinity, scheme }]);
    }),
  );
}
