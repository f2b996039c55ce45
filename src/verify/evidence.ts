// What a finding rests on: the response's status and ID, and a curl line that repeats the request without its secrets.
import type { SentRequest } from './exchange.js';
import type { Evidence } from './finding.js';
import type { Secrets } from './secrets.js';
import type { Target } from './target.js';

interface Told {
  sent: SentRequest;
  status: number;
  requestId: string;
}

/** Request and response, for people who search the provider's log. */
export function evidenceOf(
  { sent, status, requestId }: Told,
  { target, secrets }: { target: Target; secrets: Secrets },
): Evidence {
  const variables: [string | undefined, string][] = [
    [target.token, '$CLUSTERCERT_TOKEN'],
    [target.otherToken, '$CLUSTERCERT_OTHER_TOKEN'],
    [target.expiredToken, '$CLUSTERCERT_EXPIRED_TOKEN'],
    [target.accessKey?.securityToken, '$CLUSTERCERT_SECURITY_TOKEN'],
  ];
  const own = Object.keys(target.headers ?? {});
  const shown = ([name, value]: [string, string]) => {
    const variable = variables.find(([secret]) => secret === value)?.[1];
    if (variable !== undefined) return `-H "${name}: ${variable}"`;
    if (name === 'Authorization') return `-H "${name}: $SIGNATURE"`;
    if (own.includes(name)) return `-H "${name}: $${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}"`;
    return secrets.sentIn(value) ? `-H "${name}: $WRONG_TOKEN"` : `-H ${quote(`${name}: ${value}`)}`;
  };
  const headers = Object.entries(sent.headers).filter(([name]) => !['User-Agent', 'X-Request-Id'].includes(name));
  const method = sent.method === 'GET' ? [] : sent.method === 'HEAD' ? ['--head'] : [`-X ${sent.method}`];
  const chunked = sent.chunked ? ["-H 'Transfer-Encoding: chunked'"] : [];
  const body = sent.body === undefined ? [] : [...chunked, `--data ${quote(sent.body)}`];
  const url = target.endpoint.replace(/\/$/, '') + sent.path;
  const parts = ['curl -sS --path-as-is', ...method, ...headers.map(shown), ...body, quote(url)];
  return { status, requestId, curl: parts.join(' ').slice(0, 2000) };
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
