// Compares who is let in: by alternatives, each a set of credentials, each credential by how it travels, not by the
// name that the document gives it.
import type { Pair } from './compare.js';
import { type JsonObject, isObject, listAt, objectAt } from './document.js';
import type { Operation } from './operations.js';

/** One way in: what must be presented, as text by which equal credentials are equal. */
type Way = ReadonlySet<string>;

export function compareSecurity({ old, now, changes }: Pair): void {
  const [before, after] = [waysOf(old), waysOf(now)];
  // Old credentials open a new way when they are all that it asks for; the other way round for old providers.
  const refused = before.filter((way) => !after.some((other) => isSubset(other, way)));
  const refusing = after.filter((way) => !before.some((other) => isSubset(other, way)));
  if (refused.length === 0 && refusing.length === 0) return;
  const rule =
    refusing.length === 0 ? 'security-tightened' : refused.length === 0 ? 'security-relaxed' : 'security-changed';
  const keys =
    'security' in now.object
      ? { object: now.object, keys: ['security'] }
      : { object: now.document.root, keys: ['security'] };
  const what = `authentication: ${show(before)} became ${show(after)}`;
  changes.rule(rule, { document: now.document, ...keys }, now.name, what);
}

function isSubset(one: Way, other: Way): boolean {
  return [...one].every((credential) => other.has(credential));
}

function show(ways: readonly Way[]): string {
  return ways.map((way) => (way.size === 0 ? 'nothing' : [...way].join(' with '))).join(', or ');
}

function waysOf({ document, object }: Operation): Way[] {
  const requirements = Array.isArray(object['security']) ? object['security'] : listAt(document.root, 'security');
  if (requirements.length === 0) return [new Set()];
  const schemes = objectAt(objectAt(document.root, 'components'), 'securitySchemes');
  return requirements.filter(isObject).map((requirement) => {
    const credentials = Object.entries(requirement).flatMap(([name, scopes]) => {
      const scheme = describe(document.resolve(schemes[name]));
      return [scheme, ...(Array.isArray(scopes) ? scopes : []).map((scope) => `${scheme} scope ${String(scope)}`)];
    });
    return new Set(credentials);
  });
}

/** A scheme as it shows on the wire; descriptions and hints about the form of a token do not. */
function describe(scheme: JsonObject): string {
  const text = (key: string) => String(scheme[key]);
  switch (scheme['type']) {
    case 'apiKey':
      return scheme['in'] === 'header' ? `header ${text('name').toLowerCase()}` : `${text('in')} ${text('name')}`;
    case 'http':
      return `HTTP ${text('scheme').toLowerCase()}`;
    case 'openIdConnect':
      return `OpenID Connect ${text('openIdConnectUrl')}`;
    case 'oauth2':
      return `OAuth 2 ${Object.entries(objectAt(scheme, 'flows'))
        .map(([flow, urls]) => showFlow(flow, urls))
        .sort()
        .join(' or ')}`;
    default:
      return JSON.stringify(scheme);
  }
}

function showFlow(flow: string, urls: unknown): string {
  const { authorizationUrl, tokenUrl } = isObject(urls) ? urls : {};
  return [flow, authorizationUrl, tokenUrl].filter((part) => part !== undefined).join(' ');
}
