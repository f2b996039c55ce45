// Faults: a proxy in front of the real provider changes its responses in one way each.

export type Answer = { status: number; headers: Record<string, string>; body: string };
type Config = Record<string, never> & { clusters: never[]; users: never[]; contexts: never[] };
export type Fault = (
  answer: Answer,
  request: { method: string; path: string; token: string | undefined },
) => Answer | undefined;

export const config =
  (change: (config: Config) => void): Fault =>
  (answer) => {
    if (answer.status !== 200 || !answer.body.includes('client-key-data')) return answer;
    const value = JSON.parse(answer.body) as Config;
    change(value);
    return { ...answer, body: JSON.stringify(value) };
  };
export const path = (value: unknown, ...steps: (string | number)[]) =>
  steps.reduce<Record<string, unknown>>(
    (at, step) => at[step] as Record<string, unknown>,
    value as Record<string, unknown>,
  );
export const user = (c: Config) => path(c, 'users', 0, 'user');
const first = (c: Config) => path(c, 'clusters', 0, 'cluster');
const recode = (text: unknown, change: (pem: string) => string) =>
  Buffer.from(change(Buffer.from(String(text), 'base64').toString())).toString('base64');
const ok =
  (change: (answer: Answer) => Partial<Answer>): Fault =>
  (a) =>
    a.status === 200 ? { ...a, ...change(a) } : a;
const error =
  (change: (body: Record<string, unknown>) => void): Fault =>
  (a) => {
    if (a.status < 400) return a;
    const body = JSON.parse(a.body || '{}') as Record<string, unknown>;
    change(body);
    return { ...a, body: JSON.stringify(body) };
  };
const status =
  (from: number, to: number): Fault =>
  (a) =>
    a.status === from ? { ...a, status: to } : a;

/** Name of a fault: how it is made, what the report must say, and how long to wait for providers that hang. */
export const faults: Record<string, [Fault, RegExp, timeoutMs?: number]> = {
  'kind is missing': [config((c) => delete (c as never as Record<string, unknown>)['kind']), /kind/],
  'kind is another': [config((c) => Object.assign(c, { kind: 'Status' })), /Table 3, kind/],
  'apiVersion is v2': [config((c) => Object.assign(c, { apiVersion: 'v2' })), /Table 3, apiVersion/],
  'preferences are a text': [config((c) => Object.assign(c, { preferences: 'none' })), /preferences/],
  'clusters are empty': [config((c) => Object.assign(c, { clusters: [] })), /clusters/],
  'users are missing': [config((c) => delete (c as never as Record<string, unknown>)['users']), /users/],
  'a user too many': [config((c) => c.users.push(c.users[0] as never)), /users/],
  'current-context is missing': [
    config((c) => delete (c as never as Record<string, unknown>)['current-context']),
    /current-context/,
  ],
  'current-context refers to nothing': [
    config((c) => Object.assign(c, { 'current-context': 'externalTLSVerify', contexts: c.contexts.slice(0, 1) })),
    /current-context/,
  ],
  'the context in use is internal in spite of an EIP': [
    config((c) => Object.assign(c, { 'current-context': 'internal' })),
    /current-context/,
  ],
  'the cluster has another name': [
    config((c) => Object.assign(path(c, 'clusters', 0), { name: 'cluster' })),
    /Table 4, name/,
  ],
  'the user has another name': [config((c) => Object.assign(path(c, 'users', 0), { name: 'admin' })), /Table 6, name/],
  'a context refers to no cluster': [
    config((c) => Object.assign(path(c, 'contexts', 0, 'context'), { cluster: 'gone' })),
    /Table 9, cluster/,
  ],
  'a context refers to no user': [
    config((c) => Object.assign(path(c, 'contexts', 0, 'context'), { user: 'gone' })),
    /Table 9, user/,
  ],
  'the external entries come first': [
    config((c) => void (c.clusters.reverse(), c.contexts.reverse())),
    /clusters\[0\]\.name/,
  ],
  'the external entries are missing': [
    config((c) =>
      Object.assign(c, {
        clusters: c.clusters.slice(0, 1),
        contexts: c.contexts.slice(0, 1),
        'current-context': 'internal',
      }),
    ),
    /public address/,
  ],
  'the server is http': [
    config((c) => Object.assign(first(c), { server: 'http://192.168.1.7:5443' })),
    /Table 5, server/,
  ],
  'the server is no URL': [config((c) => Object.assign(first(c), { server: '192.168.1.7' })), /Table 5, server/],
  'the server has a user': [
    config((c) => Object.assign(first(c), { server: 'https://a:b@192.168.1.7:5443' })),
    /server/,
  ],
  'the CA is missing': [config((c) => delete first(c)['certificate-authority-data']), /certificate-authority-data/],
  'CA and insecure flag together': [
    config((c) => Object.assign(first(c), { 'insecure-skip-tls-verify': true })),
    /insecure/,
  ],
  'the CA is no base64': [config((c) => Object.assign(first(c), { 'certificate-authority-data': '!!' })), /base64/],
  'the CA is the client certificate': [
    config((c) => Object.assign(first(c), { 'certificate-authority-data': user(c)['client-certificate-data'] })),
    /certificate-authority-data/,
  ],
  'the certificate is missing': [config((c) => delete user(c)['client-certificate-data']), /client-certificate-data/],
  'the certificate is empty': [
    config((c) => Object.assign(user(c), { 'client-certificate-data': '' })),
    /empty string/,
  ],
  'the certificate is PEM': [
    config((c) =>
      Object.assign(user(c), {
        'client-certificate-data': Buffer.from(String(user(c)['client-certificate-data']), 'base64').toString(),
      }),
    ),
    /not base64-encoded/,
  ],
  'the certificate is base64 twice': [
    config((c) =>
      Object.assign(user(c), {
        'client-certificate-data': Buffer.from(String(user(c)['client-certificate-data'])).toString('base64'),
      }),
    ),
    /twice/,
  ],
  'the certificate has another label': [
    config((c) =>
      Object.assign(user(c), {
        'client-certificate-data': recode(user(c)['client-certificate-data'], (pem) =>
          pem.replaceAll('CERTIFICATE', 'X509 CRL'),
        ),
      }),
    ),
    /labelled/,
  ],
  'the certificate is the CA': [
    config((c) => Object.assign(user(c), { 'client-certificate-data': first(c)['certificate-authority-data'] })),
    /client-certificate-data/,
  ],
  'a private key where a certificate belongs': [
    config((c) => Object.assign(user(c), { 'client-certificate-data': user(c)['client-key-data'] })),
    /private key/,
  ],
  'a certificate where the key belongs': [
    config((c) => Object.assign(user(c), { 'client-key-data': user(c)['client-certificate-data'] })),
    /client-key-data/,
  ],
  'the key is missing': [config((c) => delete user(c)['client-key-data']), /client-key-data/],
  'the key is empty': [config((c) => Object.assign(user(c), { 'client-key-data': '' })), /empty string/],
  'the key is cut': [
    config((c) => Object.assign(user(c), { 'client-key-data': String(user(c)['client-key-data']).slice(0, 101) })),
    /base64/,
  ],
  'the key is without its end': [
    config((c) =>
      Object.assign(user(c), {
        'client-key-data': recode(user(c)['client-key-data'], (pem) => pem.replace(/-----END.*/s, '')),
      }),
    ),
    /PEM/,
  ],
  'success is 201': [status(200, 201), /Table 10, 200/],
  'success is 204': [ok(() => ({ status: 204, body: '' })), /Table 10/],
  'a missing token is 403': [status(401, 403), /X-Auth-Token/],
  'a missing token is 400': [status(401, 400), /X-Auth-Token/],
  'a missing token is 500': [status(401, 500), /401/],
  'an unknown cluster is 403': [status(404, 403), /Table 1, cluster_id/],
  'an unknown cluster is 500': [status(404, 500), /Table 1, cluster_id/],
  'a malformed ID is 500': [status(400, 500), /Table 1/],
  'other methods are 200': [status(405, 200), /other methods|methods/],
  'the media type is text': [ok(() => ({ headers: { 'content-type': 'text/plain' } })), /Content-Type/],
  'the charset is latin1': [
    ok(() => ({ headers: { 'content-type': 'application/json; charset=iso-8859-1' } })),
    /charset/,
  ],
  'the body is HTML': [ok(() => ({ body: '<html></html>' })), /not JSON/],
  'the body is empty': [ok(() => ({ body: '' })), /empty body/],
  'the body has a byte order mark': [ok(({ body }) => ({ body: `\uFEFF${body}` })), /byte order mark/],
  'a member stands twice': [ok(({ body }) => ({ body: body.replace('{', '{"kind":"Config",') })), /twice/],
  'the body is cut': [ok(({ body }) => ({ body: body.slice(0, -20) })), /not JSON/],
  'the length is too long': [
    ok(({ body, headers }) => ({ headers: { ...headers, 'content-length': String(Buffer.byteLength(body) + 10) } })),
    /timeout|cut off/,
    500,
  ],
  'the body is too large': [ok(({ body }) => ({ body: body + ' '.repeat(2_000_000) })), /too large/],
  'answers may be cached by anybody': [
    ok(({ headers }) => ({ headers: { ...headers, 'cache-control': 'public, max-age=60' } })),
    /Cache-Control/,
  ],
  'the connection is closed without an answer': [(a) => (a.status === 200 ? undefined : a), /reset/],
  'errors have no code': [
    error((body) => {
      delete body['errorCode'];
      delete body['error_code'];
    }),
    /errorCode/,
  ],
  'errors have no message': [
    error((body) => {
      delete body['errorMessage'];
      delete body['error_msg'];
    }),
    /errorMessage/,
  ],
  'the code is another status': [
    error((body) => {
      body['code'] = 499;
    }),
    /code/,
  ],
  'errorCode is of another status': [
    error((body) => {
      body['errorCode'] = 'CCE.01200001';
    }),
    /errorCode/,
  ],
  'errors are plain text': [(a) => (a.status >= 400 ? { ...a, body: 'no' } : a), /not JSON/],
  'errors carry a stack trace': [
    error((body) => {
      body['message'] = 'Error\n    at f (/srv/a.js:1:2)';
    }),
    /stack trace/,
  ],
  'errors carry the token': [
    (a, { token }) =>
      a.status >= 400 && token ? { ...a, body: a.body.replace('{', `{"seen":${JSON.stringify(token)},`) } : a,
    /echoed/,
  ],
  'the token comes back in a header': [
    (a, { token }) => (a.status === 200 && token ? { ...a, headers: { ...a.headers, 'x-subject-token': token } } : a),
    /echoed/,
  ],
  'everybody gets the same certificate': [constant(), /another cluster/],
};

function constant(): Fault {
  let kept: string | undefined;
  return (a) => {
    if (a.status !== 200 || !a.body.includes('client-key-data')) return a;
    return { ...a, body: (kept ??= a.body) };
  };
}
