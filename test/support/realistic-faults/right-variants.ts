// Right providers that differ from ours: no check may fail.
import { type KeyPairKeyObjectResult, generateKeyPairSync } from 'node:crypto';
import { type Reply, type Change, errorReply } from '../small-provider.js';
import {
  good,
  headers,
  config,
  cluster,
  expired,
  instead,
  html,
  day,
  isGet,
  isPost,
  other,
  sent,
  encode,
  serverAuthority,
  user,
} from './changes.js';

function isParsed(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** The same content each time; of ECDSA, each signature is another one. */
function signedAnew(): Change {
  const keys = new Map<string, KeyPairKeyObjectResult>();
  // In the middle of a second, which rounding leaves alone.
  const now = Math.floor(Date.now() / 1000) * 1000 + 500;
  return {
    decide: (one, call) => {
      if (one.user !== undefined) one.user = 'kubernetes-admin';
      if (!isGet(call)) return;
      const own = keys.get(one.cluster) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
      keys.set(one.cluster, own);
      const days: [number, number] = [(now - day - Date.now()) / day, (now + 90 * day - Date.now()) / day];
      one.fields = { commonName: 'kubernetes-admin', serial: [1, 2, 3], keys: own, days };
    },
  };
}

/** Right, in other ways than ours: no check may fail. */
export const rightVariants: Record<string, Change> = {
  'as it is': {},
  "one administrator's certificate for all users": {
    decide: (one) => one.user !== undefined && (one.user = 'kubernetes-admin'),
  },
  "one administrator's certificate of a cluster, signed anew each time": signedAnew(),
  'another CA signs clients': config((one) => {
    const ca = encode(serverAuthority.pem);
    for (const entry of one.clusters)
      if ('certificate-authority-data' in entry.cluster) entry.cluster['certificate-authority-data'] = ca;
  }),
  'an expired CA stands beside the new one': config((one) => {
    for (const { cluster: entry } of one.clusters)
      if ('certificate-authority-data' in entry)
        entry['certificate-authority-data'] = encode(other(entry['certificate-authority-data']) + expired.pem);
  }),
  'a firewall refuses with a page and the status 200': instead(
    ({ path: where, query }) => /['*;%]|\.\.|__|\/\/|constructor/.test(where + query),
    html(200),
  ),
  'fields that kubectl knows are there and empty': config((one) => {
    Object.assign(user(one), { token: '', username: '', password: '', exec: null, 'as-groups': null });
    Object.assign(cluster(one), { 'proxy-url': '', extensions: [] });
    Object.assign(one, { preferences: { colors: false }, extensions: null });
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
  'a firewall refuses scripts by User-Agent': instead(
    ({ headers: h }) => /python-requests|curl/.test(h['user-agent'] ?? ''),
    html(403),
  ),
  'the public addresses of a private cloud are private ones': config((one) => {
    for (const { cluster: entry } of one.clusters.slice(1)) entry['server'] = 'https://172.20.7.23:5443';
  }),
  'a firewall refuses long URLs': instead(({ path: where, query }) => where.length + query.length > 1900, html(403)),
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
  'a year at most, as -1 says': {
    call: (call) => {
      const { duration = 0, expire_at: end } = sent(call);
      if (end !== undefined) return;
      if (duration === -1 || (duration > 365 && duration <= 1827)) call.body = '{"duration":365}';
    },
  },
  'durations are cut to the range': {
    call: (call) => {
      if (/:(0|-2|1828|99999|"30"|1\.5)\}/.test(call.body)) call.body = '{"duration":30}';
    },
  },
  // As pydantic does.
  'true is read as one day': {
    call: (call) => {
      if (call.body === '{"duration":true}') call.body = '{"duration":1}';
    },
  },
  'nginx cannot lead a NUL on to its own page for errors': instead(({ path: where }) => where.includes('%00'), {
    status: 500,
    headers: { 'Content-Type': 'text/html' },
    body: '<html><body><center><h1>500 Internal Server Error</h1></center><hr><center>nginx</center></body></html>',
  }),
  'expire_at is not known': instead((call) => call.body.includes('expire_at'), errorReply(400, 'CCE.01400001', 'x')),
  // As Express, Fastify and Nest do, also on paths that nobody serves.
  'a framework parses bodies before it looks for the route': instead(
    ({ method, body }) => method === 'POST' && !isParsed(body),
    {
      status: 400,
      headers: { 'Content-Type': 'application/json' },
      body: '{"statusCode":400,"code":"FST_ERR_CTP_INVALID_JSON_BODY","error":"Bad Request","message":"not JSON"}',
    },
  ),
  'a framework refuses OPTIONS without a body': instead(
    ({ method }) => method === 'OPTIONS',
    errorReply(400, 'CCE.01400001', 'x'),
  ),
  // As the rules of OWASP do, with their defaults.
  'a firewall refuses undocumented types': instead(
    ({ headers: h }) => h['content-type'] === 'text/plain' || String(h['accept']).includes('*; q='),
    html(403),
  ),
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
