// Signs a request with an access key (AK/SK), as the vendors' current SDKs do: the `Access=` form of SDK-HMAC-SHA256.
// Web standards only, so that it runs wherever fetch does.
import { canonicalRequest, signingAlgorithm } from './canonical-request.js';
import { setCredential } from './credential-header.js';

export interface AccessKey {
  /** The access key (AK). */
  id: string;
  /** The secret key (SK). */
  secret: string;
  /** Of a temporary access key. */
  securityToken?: string | undefined;
}

export interface SigningOptions {
  accessKey: AccessKey;
  /** For the header X-Project-Id. */
  projectId?: string | undefined;
  now: Date;
}

/**
 * The same request with the headers that sign it; its body is read and sent on unchanged.
 *
 * @example
 * import { signRequest } from 'cce-clustercert';
 *
 * const project = '77b6a44cba5143ab91d13ab9a8ff44fd';
 * const request = new Request(`https://cce.example.com/api/v3/projects/${project}/clusters`);
 * const accessKey = { id: 'HPUAH8SQD53GBXGDK2LP', secret: '…' };
 * const response = await fetch(await signRequest(request, { accessKey, projectId: project, now: new Date() }));
 * console.log(response.status);
 */
export async function signRequest(request: Request, { accessKey, projectId, now }: SigningOptions): Promise<Request> {
  const { pathname: path, search, host } = new URL(request.url);
  const body = await request.clone().arrayBuffer();
  const signed = new Request(request);
  signed.headers.set('X-Sdk-Date', now.toISOString().replace(/[-:]|\.\d+/g, ''));
  if (projectId !== undefined) signed.headers.set('X-Project-Id', projectId);
  if (accessKey.securityToken !== undefined) setCredential(signed.headers, 'X-Security-Token', accessKey.securityToken);
  const signable = ['content-type', 'x-project-id', 'x-sdk-date', 'x-security-token'];
  const present = signable.flatMap((name) => {
    const value = signed.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  // fetch sets this header itself, to this value.
  const headers: Record<string, string> = { host, ...Object.fromEntries(present) };
  const signedHeaders = Object.keys(headers).sort();
  const canonical = canonicalRequest({
    method: request.method,
    path,
    query: search.slice(1),
    headers,
    signedHeaders,
    payloadHash: toHex(await crypto.subtle.digest('SHA-256', body)),
  });
  const toSign = [signingAlgorithm, headers['x-sdk-date'], await sha256(canonical)].join('\n');
  const signature = await hmac(accessKey.secret, toSign);
  signed.headers.set(
    'Authorization',
    `${signingAlgorithm} Access=${accessKey.id}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  );
  return signed;
}

/** Hashes the bytes on the wire: fetch writes the characters of a header as Latin-1; all else is ASCII. */
async function sha256(text: string): Promise<string> {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return toHex(await crypto.subtle.digest('SHA-256', bytes));
}

async function hmac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  return toHex(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
