// Faults that let wrong callers in or keep right ones out: changes of the requests to the real provider.

export interface Forwarded {
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** Ways to let the wrong ones in, as changes of what reaches the real provider. */
export const wrongDoors: Record<
  string,
  [
    (
      request: Forwarded,
      target: { token: string; expiredToken: string; projectId: string; otherProjectId: string },
    ) => Forwarded,
    RegExp,
  ]
> = {
  'an expired token is taken': [
    (request, { token, expiredToken }) =>
      request.headers['x-auth-token'] === expiredToken ? withToken(request, token) : request,
    /an expired token is refused/,
  ],
  'whatever is signed is taken': [
    (request, { token }) => ('authorization' in request.headers ? withToken(request, token) : request),
    /a wrong signature is refused[^]*a signature is good for its own request[^]*a signature is good for 15 minutes/,
  ],
  'a signature opens every project': [
    (request, { token, projectId, otherProjectId }) =>
      'authorization' in request.headers
        ? withToken({ ...request, url: request.url.replace(otherProjectId, projectId) }, token)
        : request,
    /a signed request opens no other project/,
  ],
  'no signature is taken': [
    (request) => ('authorization' in request.headers ? withToken(request, 'none') : request),
    /a signed request is answered like one with a token/,
  ],
  'a signature over User-Agent is refused': [
    (request) => (signs(request, /user-agent/) ? withToken(request, 'none') : request),
    /a signed request is answered like one with a token/,
  ],
  'a signature without Host is refused': [
    (request) => (signs(request, /^(?!.*host)/) ? withToken(request, 'none') : request),
    /a signed request is answered like one with a token/,
  ],
  'the older form is taken whatever its signature': [
    (request, { token }) =>
      (request.headers['authorization'] ?? '').includes('Credential=') ? withToken(request, token) : request,
    /a wrong signature is refused/,
  ],
  'a signature that came before is taken for every path': [takingAgain(), /a signature is good for its own request/],
  'an unknown access key is taken without a secret key': [
    (request, { token }) =>
      /Access=ZZZZ/.test(request.headers['authorization'] ?? '') ? withToken(request, token) : request,
    /^a wrong signature is refused$/,
  ],
  'a long token breaks the provider': [
    (request) => ((request.headers['x-auth-token'] ?? '').length > 9999 ? { ...request, url: '/healthz' } : request),
    /a long token gives nothing/,
  ],
};

const withToken = ({ headers, ...request }: Forwarded, token: string): Forwarded => ({
  ...request,
  headers: {
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization')),
    'x-auth-token': token,
  },
});

/** Looks at a signature once, as far as the query goes: the key is locked if no right one comes between wrong ones. */
function takingAgain(): (typeof wrongDoors)[string][0] {
  const seen = new Set<string>();
  return (request, { token }) => {
    const signature = request.headers['authorization'] ?? '';
    const [path = '', query] = request.url.split('?');
    // Our provider refuses a query that it does not know.
    if (query !== undefined && seen.has(signature)) return withToken({ ...request, url: path }, token);
    seen.add(signature);
    return request;
  };
}

/** Whether the list of signed headers is such a one. */
const signs = ({ headers }: Forwarded, names: RegExp) => {
  const list = /SignedHeaders=([^,]*)/.exec(headers['authorization'] ?? '')?.[1];
  return list !== undefined && names.test(list);
};

const isSigned = ({ headers }: Forwarded) => 'authorization' in headers;
/** Of a signature, in ms; NaN without one. */
const signedAt = ({ headers }: Forwarded) =>
  Date.parse((headers['x-sdk-date'] ?? '').replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));

/** For each check on signatures, a door that this check alone finds; the key is the check's ID. */
export const doorsFoundByOne: Record<string, (typeof wrongDoors)[string][0]> = {
  signed: (request, { projectId }) =>
    isSigned(request) && request.url.includes(projectId) ? withToken(request, 'none') : request,
  'wrong-signature': (request, { token }) =>
    /Access=ZZZZ/.test(request.headers['authorization'] ?? '') ? withToken(request, token) : request,
  // The query is not part of what is signed.
  'signature-of-another-request': (request) =>
    isSigned(request) ? { ...request, url: request.url.replace(/\?.*/, '') } : request,
  'signature-out-of-date': (request, { token }) =>
    Date.now() - signedAt(request) > 900_000 ? withToken(request, token) : request,
  'signed-foreign-project': (request, { token, projectId, otherProjectId }) =>
    isSigned(request) && request.url.includes(otherProjectId)
      ? withToken({ ...request, url: request.url.replace(otherProjectId, projectId) }, token)
      : request,
};
