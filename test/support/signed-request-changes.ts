// Single changes to a signed request, each to what it means, not only to how it is written.
import type { SignedRequest } from '../../src/signing/verify-signature.js';

/** Undefined where the request has nothing to change in this way. */
export type Change = (
  request: SignedRequest,
  key: { id: string; secret: string },
  number: number,
) => { request: SignedRequest; secret?: string } | undefined;

const withHeaders = (request: SignedRequest, more: Record<string, string>) => ({
  request: { ...request, headers: { ...request.headers, ...more } },
});
const authorizationOf = ({ headers }: SignedRequest) => headers['authorization'] ?? '';
const signedNames = (request: SignedRequest) => /SignedHeaders=([^,]+)/.exec(authorizationOf(request))?.[1] ?? '';

export const changes: readonly Change[] = [
  (request) => ({ request: { ...request, method: request.method === 'GET' ? 'POST' : 'GET' } }),
  (request) => ({ request: { ...request, url: request.url.replace(/(\?|$)/, '/x$1') } }),
  (request) => ({ request: { ...request, url: `/x${request.url}` } }),
  (request) => ({ request: { ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}z=1` } }),
  (request) => ({ request: { ...request, body: Buffer.concat([request.body, Buffer.from([0])]) } }),
  (request, _key, number) => {
    if (request.body.length === 0) return undefined;
    const at = number % request.body.length;
    return { request: { ...request, body: request.body.map((byte, index) => byte ^ Number(index === at)) } };
  },
  (request, _key, number) => {
    const names = signedNames(request).split(';');
    const name = names[number % names.length] ?? '';
    return withHeaders(request, { [name]: `${request.headers[name] ?? ''}x` });
  },
  (request, _key, number) => {
    const names = signedNames(request).split(';');
    const rest = { ...request.headers };
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete rest[names[number % names.length] ?? ''];
    return { request: { ...request, headers: rest } };
  },
  (request, _key, number) => {
    const names = signedNames(request).split(';');
    if (names.length < 2) return undefined;
    const fewer = names.filter((_name, index) => index !== number % names.length).join(';');
    const authorization = authorizationOf(request).replace(/SignedHeaders=[^,]+/, `SignedHeaders=${fewer}`);
    return withHeaders(request, { authorization });
  },
  (request) => {
    const more = `${signedNames(request)};x-more`;
    const authorization = authorizationOf(request).replace(/SignedHeaders=[^,]+/, `SignedHeaders=${more}`);
    return withHeaders(request, { authorization, 'x-more': '' });
  },
  (request, _key, number) => {
    const at = authorizationOf(request).length - 1 - (number % 64);
    const digit = authorizationOf(request)[at] === '0' ? '1' : '0';
    const authorization = authorizationOf(request).slice(0, at) + digit + authorizationOf(request).slice(at + 1);
    return withHeaders(request, { authorization });
  },
  (request, { secret }) => ({ request, secret: `${secret}x` }),
  (request) => withHeaders(request, { 'x-sdk-content-sha256': '0'.repeat(64) }),
];
