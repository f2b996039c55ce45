// Faults as they happen in the field, each in a provider that is right otherwise, by the check that has to find it.
import { forgeAuthority } from './forge.js';
import { type Call, type Change, type Kubeconfig, type Reply, errorReply, small } from './small-provider.js';

const good = (reply: Reply) => reply.status === 200 && reply.body.includes('client-key-data');
const onGood = (change: (reply: Reply, call: Call) => Partial<Reply>): Change => ({
  reply: (reply, call) => (good(reply) ? { ...reply, ...change(reply, call) } : reply),
});
const headers = (more: Reply['headers']): Change => onGood((reply) => ({ headers: { ...reply.headers, ...more } }));
const config = (change: (config: Kubeconfig, call: Call) => unknown): Change => ({
  config: (one, call) => void change(one, call),
});
const user = (one: Kubeconfig) => one.users[0]?.user ?? {};
const cluster = (one: Kubeconfig) => one.clusters[0]?.cluster ?? {};
const instead = (when: (call: Call, reply: Reply) => boolean, reply: Reply | undefined): Change => ({
  reply: (usual, call) => (when(call, usual) ? reply : usual),
});
const html = (status: number): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: `<html><body><h1>${status}</h1></body></html>`,
});
const internal = errorReply(500, 'CCE.01500001', 'Internal error.');
const isPost = ({ method }: Call) => method === 'POST';
const sent = (call: Call) => {
  try {
    return (JSON.parse(call.body || '{}') ?? {}) as { duration?: number; expire_at?: string };
  } catch {
    return {};
  }
};
const takeToken = (find: (call: Call) => string | undefined): Change => ({
  call: (call) => {
    const token = find(call);
    if (token !== undefined) call.headers['x-auth-token'] = token;
  },
});
const other = (value: unknown) => Buffer.from(String(value), 'base64').toString();
const encode = (text: string) => Buffer.from(text).toString('base64');
const rotated = forgeAuthority();
const serverAuthority = forgeAuthority({ commonName: 'k3s-server-ca@1700000000' });
const day = 86_400_000;

/** Name: what is wrong, and what the failed checks and their findings must say. */
export const realisticFaults: Record<string, [Change, RegExp]> = {
  // Consistency between calls
  'one backend of three still has the CA of before a rotation': [
    config(
      (one, { number }) =>
        number % 3 === 0 && Object.assign(cluster(one), { 'certificate-authority-data': encode(rotated.pem) }),
    ),
    /same-cluster-same-answer|steady-answers|certificate-chain/,
  ],
  'the server changes from call to call': [
    config((one, { number }) => Object.assign(cluster(one), { server: `https://10.0.0.${number % 200}:5443` })),
    /same-cluster-same-answer/,
  ],
  'an entry is missing in every other answer': [
    config((one, { number }) => number % 2 === 0 && one.clusters.length > 1 && one.clusters.pop()),
    /eip-entries|references|entry-names|steady/,
  ],
  'the user changes from call to call': [
    { decide: (one, { number }) => one.user !== undefined && (one.fields = { commonName: `user${number}` }) },
    /stable-identity/,
  ],
  'one serial number for all certificates': [
    { decide: (one) => (one.fields = { serial: [1, 2, 3] }) },
    /stable-identity/,
  ],
  // Now and then
  'one answer in twenty is a 502': [
    instead(({ number }) => number % 20 === 0, html(502)),
    /intermittent: \d+ of \d+ answers: 502/,
  ],
  'one answer in ten is cut by the server': [
    instead(({ number }) => number % 10 === 5, undefined),
    /intermittent: .* reset/,
  ],
  'one backend of four answers with 500': [instead(({ number }) => number % 4 === 2, internal), /intermittent/],
  // Connection and tokens
  'a token is asked for once on a connection': [
    {
      decide: (one, call) =>
        one.user === undefined && call.earlier.includes(small.token) && (one.user = 'a4a5d4098fb4474fa22cd05f897d6b99'),
    },
    /token-on-each-request/,
  ],
  'any token will do': [
    { decide: (one, { headers: h }) => h['x-auth-token'] && (one.user ??= 'someone') },
    /garbled-token/,
  ],
  'no token is needed': [{ decide: (one) => (one.user ??= 'someone') }, /no-token/],
  'a token is compared without case': [
    takeToken(({ headers: h }) =>
      String(h['x-auth-token']).toLowerCase() === small.token.toLowerCase() ? small.token : undefined,
    ),
    /garbled-token/,
  ],
  'a token is compared by its beginning': [
    takeToken(({ headers: h }) =>
      String(h['x-auth-token']).startsWith(small.token.slice(0, 20)) ? small.token : undefined,
    ),
    /garbled-token/,
  ],
  'a cut token is taken': [
    takeToken(({ headers: h }) =>
      String(h['x-auth-token']).length > 9 && small.token.includes(String(h['x-auth-token'])) ? small.token : undefined,
    ),
    /garbled-token/,
  ],
  'an expired token is taken': [
    takeToken(({ headers: h }) => (h['x-auth-token'] === small.expiredToken ? small.token : undefined)),
    /expired-token/,
  ],
  'an expired token is a 403': [
    instead(({ headers: h }) => h['x-auth-token'] === small.expiredToken, errorReply(403, 'CCE.01403001', 'x')),
    /expired-token/,
  ],
  'a long token is a 500': [
    instead(({ headers: h }) => String(h['x-auth-token']).length > 9000, internal),
    /long-token/,
  ],
  'a long token is answered with certificates': [
    takeToken(({ headers: h }) => (String(h['x-auth-token']).length > 9000 ? small.token : undefined)),
    /long-token/,
  ],
  'POST asks for no token': [{ decide: (one, call) => isPost(call) && (one.user ??= 'someone') }, /post-without-token/],
  'basic authentication opens all': [
    takeToken(({ headers: h }) => (/^Basic/.test(h.authorization ?? '') ? small.token : undefined)),
    /no-token/,
  ],
  'a caller from 127.0.0.1 is let in': [
    takeToken(({ headers: h }) => (h['x-forwarded-for'] === '127.0.0.1' ? small.token : undefined)),
    /no-token/,
  ],
  'without Content-Type nothing is checked': [
    takeToken(({ headers: h }) => (h['content-type'] === undefined ? small.token : undefined)),
    /no-token/,
  ],
  'a missing token is a redirect to a login': [
    instead((_, { status }) => status === 401, { status: 302, headers: { Location: '/login' }, body: '' }),
    /no-token/,
  ],
  'a missing token is a login page': [instead((_, { status }) => status === 401, html(200)), /no-token/],
  'a missing token is a 500': [instead((_, { status }) => status === 401, internal), /no-token/],
  'wrong tokens lock the right one out': [
    (() => {
      let wrong = 0;
      return {
        reply: (reply: Reply, { headers: h }: Call) => {
          if (reply.status === 401 && h['x-auth-token'] !== undefined) wrong += 1;
          return wrong > 10 && reply.status === 200 ? errorReply(401, 'CCE.01401001', 'locked') : reply;
        },
      };
    })(),
    /token-after-wrong-ones|garbled|steady|answered/,
  ],
  // Other doors
  'the token is taken from the query': [
    takeToken(({ query }) => new URLSearchParams(query).get('token') ?? undefined),
    /token-in-query/,
  ],
  'the token is taken from X-Auth-Token in the query': [
    takeToken(({ query }) => new URLSearchParams(query).get('X-Auth-Token') ?? undefined),
    /token-in-query/,
  ],
  'the token is taken from a cookie': [
    takeToken(({ headers: h }) => /(?:^|; )token=([^;]+)/.exec(h.cookie ?? '')?.[1]),
    /cookies/,
  ],
  'a session cookie is as good as a token': [
    {
      ...takeToken(({ headers: h }) => (/session=abcdef0123456789/.test(h.cookie ?? '') ? small.token : undefined)),
      ...headers({ 'Set-Cookie': 'session=abcdef0123456789; Path=/' }),
    },
    /cookies/,
  ],
  'any website may read with credentials': [
    {
      reply: (reply, { headers: h }) =>
        h.origin
          ? {
              ...reply,
              headers: {
                ...reply.headers,
                'Access-Control-Allow-Origin': h.origin,
                'Access-Control-Allow-Credentials': 'true',
              },
            }
          : reply,
    },
    /cross-origin/,
  ],
  // Caches
  'answers are fresh for a minute': [headers({ 'Cache-Control': 'max-age=60' }), /caching/],
  'answers are public': [headers({ 'Cache-Control': 'public' }), /caching/],
  'answers may be kept by proxies': [headers({ 'Cache-Control': 's-maxage=600, must-revalidate' }), /caching/],
  'answers expire tomorrow': [
    headers({ 'Cache-Control': '', Expires: new Date(Date.now() + day).toUTCString() }),
    /caching/,
  ],
  'a cache in front ignores the token': [
    (() => {
      let kept: Reply | undefined;
      return {
        reply: (reply: Reply, call: Call) => {
          if (call.method !== 'GET' || !call.path.includes(small.cluster) || !call.path.includes(small.project))
            return reply;
          if (good(reply)) kept ??= reply;
          return kept ?? reply;
        },
      };
    })(),
    /no-token/,
  ],
  // What real clients send
  '406 for the Accept of the Node SDK': [
    instead(({ headers: h }) => /text\/plain/.test(h.accept ?? ''), errorReply(406, 'CCE.01400001', 'x')),
    /known-clients/,
  ],
  '406 for */*': [
    instead(({ headers: h }) => h.accept === '*/*', errorReply(406, 'CCE.01400001', 'x')),
    /accept-anything/,
  ],
  '415 for a charset': [
    instead(({ headers: h }) => /charset/.test(h['content-type'] ?? ''), errorReply(415, 'CCE.01400006', 'x')),
    /content-type-documented/,
  ],
  'gzip that is none': [
    {
      reply: (reply, { headers: h }) =>
        h['accept-encoding'] === 'gzip' && good(reply)
          ? { ...reply, headers: { ...reply.headers, 'Content-Encoding': 'gzip' } }
          : reply,
    },
    /every-kubeconfig|known-clients/,
  ],
  // expire_at and duration
  'the zone of expire_at is ignored': [
    {
      decide: (one, call) => {
        const end = sent(call).expire_at;
        if (isPost(call) && end)
          one.days = (Date.parse(`${end.slice(0, 10)}T${end.slice(11, 19)}Z`) - Date.now()) / day;
      },
    },
    /post-chosen-end/,
  ],
  'duration wins over expire_at': [
    {
      decide: (one, call) => {
        const { duration } = sent(call);
        if (isPost(call) && duration && duration > 0) one.days = duration;
      },
    },
    /post-chosen-end/,
  ],
  'the shorter of the two wins': [
    {
      decide: (one, call) => {
        const { duration, expire_at: end } = sent(call);
        if (duration && end)
          one.days = Math.min(duration, (Date.parse(`${end.slice(0, 10)}T00:00:00Z`) - Date.now()) / day);
      },
    },
    /post-chosen-end/,
  ],
  'certificates always last 30 days': [{ decide: (one, call) => isPost(call) && (one.days = 30) }, /post-lifetime/],
  'certificates last 30 years': [{ decide: (one, call) => isPost(call) && (one.days = 10_950) }, /post-lifetime/],
  'the duration is read as hours': [
    {
      decide: (one, call) => {
        const { duration } = sent(call);
        if (duration && duration > 0) one.days = duration / 24;
      },
    },
    /post-lifetime/,
  ],
  'a duration nobody tries is wrong': [
    {
      decide: (one, call) => {
        const { duration = 0 } = sent(call);
        if (duration > 365) one.days = 365;
      },
    },
    /post-lifetime/,
  ],
  '-1 is one day': [
    {
      decide: (one, call) => {
        if (sent(call).duration === -1) one.days = 1;
      },
    },
    /post-lifetime/,
  ],
  'a duration that is a word is taken': [
    {
      call: (call) => {
        if (/"abc"/.test(call.body)) call.body = '{"duration":30}';
      },
    },
    /post-invalid-duration/,
  ],
  'a body that is no JSON is taken': [
    {
      call: (call) => {
        if (isPost(call) && !call.body.includes('duration":')) call.body = '{"duration":30}';
        if (call.body === '{"duration":') call.body = '{"duration":30}';
      },
    },
    /post-invalid-body/,
  ],
  'a body that is no JSON is a 500': [
    instead((call) => isPost(call) && call.body === '{"duration":', internal),
    /post-invalid-body/,
  ],
  'an end in the past is taken': [
    {
      call: (call) => {
        if (/2001-/.test(call.body)) call.body = '{"duration":30}';
      },
    },
    /post-invalid-end/,
  ],
  'POST is a 201': [
    { reply: (reply, call) => (isPost(call) && good(reply) ? { ...reply, status: 201 } : reply) },
    /post-30-days/,
  ],
  'POST finds a cluster that is none': [
    {
      decide: (one, call) => {
        if (isPost(call) && /dead$/.test(one.cluster)) one.cluster = small.cluster;
      },
    },
    /post-unknown-cluster/,
  ],
  'POST opens another project': [
    {
      decide: (one, call) => {
        if (isPost(call)) one.project = small.project;
      },
    },
    /post-foreign-project/,
  ],
  // Tenants and IDs
  'the project is not looked at': [
    { decide: (one) => (one.project = small.project) },
    /foreign-project|unknown-project/,
  ],
  'X-Project-Id wins over the path': [
    { decide: (one, { headers: h }) => h['x-project-id'] && (one.project = small.project) },
    /foreign-project/,
  ],
  'the cluster is found by its first digits': [
    {
      decide: (one) => {
        if (small.cluster.startsWith(one.cluster.slice(0, 8))) one.cluster = small.cluster;
      },
    },
    /malformed-cluster-id|unknown-cluster/,
  ],
  'every cluster is the first one': [{ decide: (one) => (one.cluster = small.cluster) }, /unknown-cluster/],
  'an unknown cluster is a 500': [instead((_, { status }) => status === 404, internal), /unknown-cluster/],
  'an unknown cluster is a 200 with an error': [
    { reply: (reply) => (reply.status === 404 ? { ...reply, status: 200 } : reply) },
    /unknown-cluster/,
  ],
  'that a cluster exists is told to strangers': [
    {
      reply: (reply, call) =>
        reply.status === 401 && !call.path.includes(small.cluster) && /clustercert$/.test(call.path)
          ? errorReply(404, 'CCE.01404001', 'x')
          : reply,
    },
    /unknown-cluster-hidden/,
  ],
  'a malformed ID is a 500': [instead((_, { status }) => status === 400, internal), /malformed-cluster-id/],
  'a quote in the ID is a 500': [instead(({ path }) => /'/.test(path), internal), /hostile-cluster-id/],
  'a hostile project ID is a 500': [
    instead(({ path }) => /projects\/(\*|a'b|__proto__|%00)/.test(path), internal),
    /hostile-project-id/,
  ],
  'a star finds the first cluster': [
    {
      decide: (one) => {
        if (one.cluster === '*') one.cluster = small.cluster;
      },
    },
    /hostile-cluster-id/,
  ],
  'an encoded path leads out of the project': [
    {
      call: (call) => {
        if (/%2F|\.\./i.test(call.path)) {
          call.path = `/api/v3/projects/${small.project}/clusters/${small.otherCluster}/clustercert`;
        }
      },
    },
    /path-tricks|encoded-cluster-id/,
  ],
  'a trailing slash needs no token': [
    {
      call: (call) => {
        if (call.path.endsWith('/')) {
          call.path = call.path.slice(0, -1);
          call.headers['x-auth-token'] = small.token;
        }
      },
    },
    /path-tricks/,
  ],
  'DELETE is taken for GET': [
    {
      call: (call) => {
        if (call.method === 'DELETE') call.method = 'GET';
      },
    },
    /other-methods/,
  ],
  'PUT is a 500': [instead(({ method }) => method === 'PUT', internal), /other-methods/],
  'a 405 names no methods': [
    {
      reply: (reply) => (reply.status === 405 ? { ...reply, headers: { 'Content-Type': 'application/json' } } : reply),
    },
    /other-methods/,
  ],
  'HEAD asks for no token': [
    { reply: (reply, { method }) => (method === 'HEAD' ? { ...reply, status: 200, headers: {} } : reply) },
    /head-and-options/,
  ],
  'everybody shares one key': [
    (() => {
      let key: { certificate: unknown; key: unknown } | undefined;
      return config((one) => {
        key ??= { certificate: user(one)['client-certificate-data'], key: user(one)['client-key-data'] };
        Object.assign(user(one), { 'client-certificate-data': key.certificate, 'client-key-data': key.key });
      });
    })(),
    /other-cluster|certificate-chain/,
  ],
  // The kubeconfig
  'kubectl would run a program': [
    config((one) =>
      Object.assign(user(one), { exec: { command: 'curl', apiVersion: 'client.authentication.k8s.io/v1' } }),
    ),
    /kubectl-runs-nothing/,
  ],
  'kubectl would read a file': [
    config((one) => Object.assign(user(one), { 'client-key': '/root/.ssh/id_rsa' })),
    /kubectl-runs-nothing/,
  ],
  'the key is an object': [
    config((one) => Object.assign(user(one), { 'client-key-data': { data: user(one)['client-key-data'] } })),
    /client-key-data/,
  ],
  'the data are PEM lines in a list': [
    config((one) =>
      Object.assign(user(one), { 'client-certificate-data': [other(user(one)['client-certificate-data'])] }),
    ),
    /client-certificate-data/,
  ],
  'the CA has a byte order mark': [
    config((one) =>
      Object.assign(cluster(one), {
        'certificate-authority-data': encode(`\uFEFF${other(cluster(one)['certificate-authority-data'])}`),
      }),
    ),
    /byte order mark/,
  ],
  'the key is indented': [
    config((one) =>
      Object.assign(user(one), {
        'client-key-data': encode(other(user(one)['client-key-data']).replaceAll(/^/gm, '  ')),
      }),
    ),
    /beginning of its line/,
  ],
  'the server has a blank in it': [
    config((one) => Object.assign(cluster(one), { server: 'https://192.168.1.7:5443 ' })),
    /server-urls/,
  ],
  'the server has a backslash': [
    config((one) => Object.assign(cluster(one), { server: 'https:\\\\192.168.1.7:5443' })),
    /server/,
  ],
  'the server is the address of this API': [
    config((one) =>
      Object.assign(cluster(one), {
        server: `https://cce.example.com/api/v3/projects/${small.project}/clusters/x/clustercert`,
      }),
    ),
    /server-urls/,
  ],
  'the numbers are texts': [
    config((one) => Object.assign(cluster(one), { 'insecure-skip-tls-verify': 'false' })),
    /insecure-skip-tls-verify/,
  ],
  'the internal entry has the public address': [
    config((one) => one.clusters.length > 1 && Object.assign(cluster(one), { server: 'https://80.158.7.23:5443' })),
    /eip-entries/,
  ],
  'the user list is an object': [config((one) => Object.assign(one, { users: one.users[0] })), /users/],
  // The certificates
  'the certificate is for servers': [
    { decide: (one) => (one.fields = { purposes: ['1.3.6.1.5.5.7.3.1'] }) },
    /purpose/,
  ],
  'the certificate starts tomorrow': [{ decide: (one) => (one.fields = { days: [1, 30] }) }, /validity/],
  'the certificate ended an hour ago': [{ decide: (one) => (one.fields = { days: [-30, -0.04] }) }, /validity/],
  'the key has 1024 bits': [{ decide: (one) => (one.fields = { bits: 1024 }) }, /strength/],
  'the certificate names nobody': [{ decide: (one) => (one.fields = { commonName: '' }) }, /purpose/],
  // The answer
  'success is 202': [onGood(() => ({ status: 202 })), /answers-with-kubeconfig/],
  'an error with the status 200': [
    onGood(() => ({ body: JSON.stringify({ errorCode: 'CCE.01500001', errorMessage: 'x' }) })),
    /an error with the status 200/,
  ],
  'gzip without its header': [
    {
      reply: async (reply) =>
        good(reply) ? { ...reply, body: (await import('node:zlib')).gzipSync(reply.body) as never } : reply,
    },
    /gzip without the header/,
  ],
  'the media type is text': [headers({ 'Content-Type': 'text/plain' }), /header Content-Type/],
  'the answer is wrapped': [
    onGood((reply) => ({ body: JSON.stringify({ data: JSON.parse(reply.body) as unknown }) })),
    /answers-with-kubeconfig/,
  ],
  'the answer is YAML': [onGood(() => ({ body: 'kind: Config\napiVersion: v1\n' })), /not JSON/],
  'errors are HTML': [
    {
      reply: (reply, { path }) =>
        reply.status >= 400 && /clustercert$/.test(path) ? { ...html(reply.status), status: reply.status } : reply,
    },
    /error-form/,
  ],
  'errors have codes of another status': [
    {
      reply: (reply) =>
        reply.status === 401 ? { ...reply, body: reply.body.replaceAll('CCE.01401001', 'CCE.01404001') } : reply,
    },
    /error-form/,
  ],
  'errors show a stack': [
    {
      reply: (reply) =>
        reply.status >= 400 ? { ...reply, body: reply.body.replace('"}', ' at f (/srv/app/x.js:10:5)"}') } : reply,
    },
    /no-leaks/,
  ],
  'errors repeat the token': [
    {
      reply: (reply, { headers: h }) =>
        reply.status === 403
          ? { ...reply, body: reply.body.replace('Forbidden.', `token ${String(h['x-auth-token'])}`) }
          : reply,
    },
    /no-leaks/,
  ],
  'a header repeats the token': [
    {
      reply: (reply, { headers: h }) => ({
        ...reply,
        headers: { ...reply.headers, 'X-Debug': String(h['x-auth-token'] ?? '') },
      }),
    },
    /no-leaks/,
  ],
  'an error has a private key in it': [
    {
      reply: (reply) =>
        reply.status === 404
          ? { ...reply, body: reply.body.replace('Resource not found.', ['-----BEGIN', 'PRIVATE KEY-----'].join(' ')) }
          : reply,
    },
    /no-leaks/,
  ],
};

/** Right, in other ways than ours: no check may fail. */
export const rightVariants: Record<string, Change> = {
  'as it is': {},
  "one administrator's certificate for all users": {
    decide: (one) => one.user !== undefined && (one.user = 'kubernetes-admin'),
  },
  'another CA signs clients': config((one) => {
    const ca = encode(serverAuthority.pem);
    for (const entry of one.clusters)
      if ('certificate-authority-data' in entry.cluster) entry.cluster['certificate-authority-data'] = ca;
  }),
  'no extended key usage': { decide: (one) => (one.fields = { purposes: undefined as never }) },
  'POST is not offered': instead(isPost, {
    ...errorReply(405, 'CCE.01400001', 'x'),
    headers: { 'Content-Type': 'application/json', Allow: 'GET' },
  }),
  'POST is not found': instead(isPost, errorReply(404, 'CCE.01404001', 'x')),
  'Content-Type is demanded before all else': instead(
    ({ headers: h, path: where }) => /clustercert$/.test(where) && h['content-type'] === undefined,
    errorReply(400, 'CCE.01400006', 'x'),
  ),
  'a firewall refuses what looks hostile': instead(
    ({ path: where, query }) => /['*;%]|\.\.|__|\/\/|constructor/.test(where + query),
    html(418),
  ),
  'a firewall refuses long headers': instead(({ headers: h }) => String(h['x-auth-token']).length > 8000, html(400)),
  'nginx refuses in HTML': instead(
    ({ method, path: where }) => !['GET', 'POST', 'HEAD', 'OPTIONS'].includes(method) || /%/.test(where),
    html(405),
  ),
  'a gateway answers unknown paths': instead(
    ({ path: where, method }) => !/clustercert$/.test(where) || !['GET', 'POST'].includes(method),
    {
      status: 404,
      headers: { 'Content-Type': 'application/json' },
      body: '{"message":"API not found","request_id":"7b3f"}',
    },
  ),
  'a gateway has errors of its own': {
    reply: (reply) =>
      reply.status === 401
        ? {
            ...reply,
            body: '{"error_msg":"Incorrect IAM authentication information: decrypt token fail","error_code":"APIG.0301","request_id":"f0"}',
          }
        : reply,
  },
  'a foreign project is a 401': {
    reply: (reply) => (reply.status === 403 ? errorReply(401, 'CCE.01401001', 'x') : reply),
  },
  'a malformed ID is a 422': {
    reply: (reply) =>
      reply.status === 400 && !/duration|expire/.test(reply.body)
        ? { ...reply, status: 422, body: reply.body.replaceAll('CCE.01400001', 'CCE.01422001') }
        : reply,
  },
  'durations are cut to the range': {
    call: (call) => {
      if (/:(0|-2|1828|99999|"30"|1\.5)\}/.test(call.body)) call.body = '{"duration":30}';
    },
  },
  'expire_at is not known': instead((call) => call.body.includes('expire_at'), errorReply(400, 'CCE.01400001', 'x')),
  'empty errors for methods': instead(({ method }) => !['GET', 'POST'].includes(method), {
    status: 405,
    headers: { Allow: 'GET, POST' },
    body: '',
  }),
  'a slow and serial issuer': (() => {
    let queue = Promise.resolve();
    return {
      reply: (reply: Reply) => {
        if (!good(reply)) return reply;
        queue = queue.then(() => new Promise((resolve) => setTimeout(resolve, 20)));
        return queue.then(() => reply);
      },
    };
  })(),
  'a cookie for the load balancer': headers({ 'Set-Cookie': 'route=abcdef0123456789abcdef; Path=/' }),
  'freshness for the caller alone': headers({ 'Cache-Control': 'private, max-age=60' }),
  'other websites may read without credentials': {
    reply: (reply) => ({ ...reply, headers: { ...reply.headers, 'Access-Control-Allow-Origin': '*' } }),
  },
  'no preferences': config((one) => delete one['preferences']),
  'text before the CA': config((one) =>
    Object.assign(cluster(one), {
      'certificate-authority-data': encode(
        `Certificate:\n    Data:\n${other(cluster(one)['certificate-authority-data'])}`,
      ),
    }),
  ),
  'certificates for ten years': {
    decide: (one, call) => {
      if (!isPost(call)) one.days = 3650;
    },
  },
};
