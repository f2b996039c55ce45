// Verifies AK/SK signatures in both grammars that clients in the field send under the name SDK-HMAC-SHA256: `Access=`,
// which is current, and `Credential=` with a scope. Reads no files; callers pass the keys.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ClusterCertError } from '../errors.js';
import { canonicalRequest, signingAlgorithm } from './canonical-request.js';

/** A request as it came in. */
export interface SignedRequest {
  method: string;
  /** Path and query, exactly as sent. */
  url: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  /** The raw bytes. */
  body: Uint8Array;
}

export interface PresentedSignature {
  accessKeyId: string;
  signedHeaders: string[];
  signature: string;
  /** Of the older grammar: date, region, service and `sdk_request`. */
  scope: string[] | undefined;
}

const windowMs = 15 * 60 * 1000;
// Signers in the field sign three to six headers. The canonical request contains each, so its cost is bounded by
// limiting their number and refusing repetitions.
const mostSignedHeaders = 64;
// The canonical request decodes, sorts and encodes each part of the URL.
const mostUrlParts = 500;
const grammar =
  /^SDK-HMAC-SHA256 (?:Access=([^,/]+)|Credential=([^,/]+)\/([^,]*)), ?SignedHeaders=([^,]+), ?Signature=([0-9a-fA-F]{64})$/;

/** Whether the header Authorization is of this scheme at all. */
export function presentsSignature(authorization: string): boolean {
  return authorization.split(' ', 1)[0]?.toUpperCase() === signingAlgorithm;
}

/** Reads the header Authorization; throws `unauthenticated` when it follows neither grammar. */
export function parseSignature(authorization: string): PresentedSignature {
  const [, access, credential, scopeText, names = '', signature = ''] = grammar.exec(authorization) ?? [];
  const accessKeyId = access ?? credential;
  const scope = scopeText?.split('/');
  const signedHeaders = names.toLowerCase().split(';');
  if (accessKeyId === undefined) signatureFails('the header Authorization cannot be read');
  if (scope && (scope.length !== 4 || scope[3] !== 'sdk_request')) signatureFails('its scope must end in sdk_request');
  if (signedHeaders.length > mostSignedHeaders) signatureFails(`more than ${mostSignedHeaders} headers are signed`);
  if (new Set(signedHeaders).size < signedHeaders.length) signatureFails('a header is among the signed headers twice');
  // A header cannot sign itself.
  if (signedHeaders.includes('authorization')) signatureFails('authorization is among the signed headers');
  return { accessKeyId, signedHeaders, signature: signature.toLowerCase(), scope };
}

/** Throws `unauthenticated` unless the request was signed within 15 minutes of `now`. */
export function assertRecent({ headers }: SignedRequest, now: Date): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-sdk-date'] ?? '') ?? [];
  if (parts.length === 0) signatureFails('the header X-Sdk-Date must be a time such as 20191115T033655Z');
  const [year = 0, month = 0, ...rest] = parts.map(Number);
  const signedAt = Date.UTC(year, month - 1, ...rest);
  if (Math.abs(now.getTime() - signedAt) <= windowMs) return;
  refuse('calc ak sk signature fail:signature expired');
}

/** Throws `unauthenticated` unless the signature was made with the secret over this request. */
export function verifySignature(request: SignedRequest, presented: PresentedSignature, secret: string): void {
  const expected = Buffer.from(expectedSignature(request, presented, secret), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(presented.signature, 'hex')))
    signatureFails('the signature is not that of this request');
}

function expectedSignature(request: SignedRequest, presented: PresentedSignature, secret: string): string {
  const { signedHeaders, scope } = presented;
  const missing = signedHeaders.find((name) => !Object.hasOwn(request.headers, name));
  if (missing !== undefined) signatureFails(`the signed header '${missing}' is missing`);
  const date = request.headers['x-sdk-date'] ?? '';
  if (scope && scope[0] !== date.slice(0, 8)) signatureFails('the date of its scope is not that of X-Sdk-Date');
  // Node reads the bytes of a header as Latin-1; signers hash the bytes.
  const canonicalHash = sha256(Buffer.from(canonical(request, presented), 'latin1'));
  if (!scope) return hmac(secret, [signingAlgorithm, date, canonicalHash].join('\n')).toString('hex');
  const key = scope.reduce<string | Buffer>((previous, part) => hmac(previous, part), `SDK${secret}`);
  return hmac(key, [signingAlgorithm, date, scope.join('/'), canonicalHash].join('\n')).toString('hex');
}

function canonical(
  { method, url, headers, body }: SignedRequest,
  { signedHeaders, scope }: PresentedSignature,
): string {
  const separator = url.indexOf('?');
  const [path, query] = separator < 0 ? [url, ''] : [url.slice(0, separator), url.slice(separator + 1)];
  if (url.split(/[/&]/, mostUrlParts + 1).length > mostUrlParts) signatureFails('the URL has too many parts');
  try {
    const parts = { method, path, query, headers, signedHeaders, payloadHash: payloadHash(headers, body) };
    if (!scope) return canonicalRequest(parts);
    // Signers of the older grammar collapse white space, and in a POST without a body they hash the query in its place.
    const collapsed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace(/\s+/g, ' ')]),
    );
    const queryAsBody = method === 'POST' && body.length === 0 && query !== '';
    return canonicalRequest({
      ...parts,
      headers: collapsed,
      ...(queryAsBody && { query: '', payloadHash: sha256(formEncode(query)) }),
    });
  } catch (error) {
    if (error instanceof ClusterCertError) throw error;
    return signatureFails('the path or query is not percent-encoded rightly');
  }
}

/** The signer's hash of the body counts only if it is right. */
function payloadHash(headers: SignedRequest['headers'], body: Uint8Array): string {
  const actual = sha256(body);
  const claimed = headers['x-sdk-content-sha256'];
  if (claimed === undefined || claimed === actual) return actual;
  if (claimed === 'UNSIGNED-PAYLOAD' && body.length === 0) return claimed;
  return signatureFails('X-Sdk-Content-Sha256 is not the hash of the body');
}

/** As Go's `url.Values.Encode` writes a query: sorted by name, `+` for a space. */
function formEncode(query: string): string {
  const values = new URLSearchParams(query);
  values.sort();
  return values.toString().replaceAll('*', '%2A').replaceAll('%7E', '~');
}

/** Throws `unauthenticated` in the words of the clouds' gateways. */
export function refuse(step: string): never {
  throw new ClusterCertError('unauthenticated', `Incorrect IAM authentication information: ${step}`);
}

/** Throws `unauthenticated` for a signature that does not verify, with the reason. */
export function signatureFails(reason: string): never {
  return refuse(`verify aksk signature fail; ${reason}`);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
