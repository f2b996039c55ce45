// Access rules of an application credential: its tokens may make the calls that the rules name, and no others. A
// service that accepts tokens with rules must enforce the rules itself, as keystonemiddleware does.
import { ClusterCertError } from '../errors.js';

/** One rule: a service of the catalogue, and a method and a path of it. */
export interface AccessRule {
  readonly service: string;
  readonly method: string;
  /** `*` and `{name}` stand for one segment, `**` for any number. */
  readonly path: string;
}

// The types of this service in catalogues, with and without its version.
const serviceTypes = ['ccev2.0', 'cce'];

/** Throws `forbidden` unless one of the rules allows the request; no rules at all are no limit. */
export function requireAllowed(
  rules: readonly AccessRule[] | undefined,
  { method, url }: { method: string; url: string },
): void {
  const [path = ''] = url.split('?', 1);
  const isAllowed = rules?.some(
    (rule) => serviceTypes.includes(rule.service) && rule.method === method && patternOf(rule.path).test(path),
  );
  if (isAllowed ?? true) return;
  throw new ClusterCertError('forbidden', 'the access rules of the application credential do not allow this request');
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(\*\*|\*|\{[^/{}]*\})/);
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return part === '**' ? '.*' : '[^/]+';
  });
  return new RegExp(`^${source.join('')}$`);
}
