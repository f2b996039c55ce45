// Signs a request with an access key (AK/SK), in both forms in use, or wrongly on demand. Written for the kit alone,
// which shares no code with the provider that it tests.
import { createHash, createHmac } from 'node:crypto';
import type { SentRequest } from './exchange.js';

const algorithm = 'SDK-HMAC-SHA256';

/** Properties of the signature; correct by default. */
export interface Signing {
  /** The older form, `Credential=`. */
  older?: true;
  /** Time of signing, relative to now. */
  secondsFromNow?: number;
  /** Instead of the time, in a form of its own. */
  date?: string;
  /** Signs a method, path or body other than the sent one. */
  insteadOf?: Partial<Pick<SentRequest, 'method' | 'path' | 'body'>>;
  secret?: string;
  id?: string;
  /** Which headers are signed; host, Content-Type, X-Security-Token and X-Sdk-Date by default. */
  names?: readonly string[];
  /** Changes the signature itself. */
  change?:
    | 'first digit'
    | 'last digit'
    | 'empty'
    | 'zeros'
    | 'all but the first half'
    | 'no x-sdk-date'
    | 'no x-security-token';
}

/** As the Go SDK signs: a proxy that changes Host does no harm to it. */
export const signedWithoutHost = { sign: { names: ['content-type'] }, label: 'signed without Host' };
export const hostHint = 'does a proxy change Host? nginx keeps it with proxy_set_header Host $http_host';

export function signRequest(
  request: SentRequest,
  { endpoint, accessKey }: { endpoint: string; accessKey: { id: string; secret: string; securityToken?: string } },
  signing: Signing,
): SentRequest {
  const { id = accessKey.id, secret = accessKey.secret, insteadOf, older, change, secondsFromNow = 0 } = signing;
  const wanted = [...(signing.names ?? ['content-type']), 'x-security-token'];
  const time = signing.date ?? new Date(Date.now() + secondsFromNow * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const { host, pathname } = new URL(endpoint);
  const securityToken = change === 'no x-security-token' ? undefined : accessKey.securityToken;
  const headers: Record<string, string> = {
    ...request.headers,
    'X-Sdk-Date': time,
    // Temporary keys are valid only with their token, which is signed as by the vendors' SDKs.
    ...(securityToken !== undefined && { 'X-Security-Token': securityToken }),
  };
  const toSign: Record<string, string> = { 'x-sdk-date': time };
  if (signing.names?.includes('host') ?? true) toSign['host'] = host;
  for (const [name, value] of Object.entries(headers))
    if (wanted.includes(name.toLowerCase())) toSign[name.toLowerCase()] = value;
  const { method, path, body = '' } = { ...request, ...insteadOf };
  const names = Object.keys(toSign).sort();
  const canonical = [
    method,
    ...canonicalTarget(pathname.replace(/\/$/, '') + path),
    ...names.map((name) => `${name}:${toSign[name] ?? ''}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = older ? `${time.slice(0, 8)}///sdk_request` : undefined;
  const text = [algorithm, time, ...(scope === undefined ? [] : [scope]), sha256(canonical)].join('\n');
  const key = scope === undefined ? secret : scope.split('/').reduce<string | Buffer>(hmac, `SDK${secret}`);
  const signature = changed(hmac(key, text).toString('hex'), change);
  const credential = scope === undefined ? `Access=${id}` : `Credential=${id}/${scope}`;
  headers['Authorization'] = `${algorithm} ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  if (change === 'no x-sdk-date') delete headers['X-Sdk-Date'];
  return { ...request, headers };
}

function changed(signature: string, change: Signing['change']): string {
  const other = (digit: string | undefined) => (digit === '0' ? '1' : '0');
  if (change === 'first digit') return other(signature[0]) + signature.slice(1);
  if (change === 'last digit') return signature.slice(0, -1) + other(signature.at(-1));
  if (change === 'all but the first half') return signature.slice(0, 32) + '0'.repeat(32);
  if (change === 'zeros') return '0'.repeat(64);
  return change === 'empty' ? '' : signature;
}

/** Path and query in their signed form; the kit sends plain ones only. */
function canonicalTarget(target: string): [path: string, query: string] {
  const [path = '', query = ''] = target.split('?');
  return [path.endsWith('/') ? path : `${path}/`, query];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
