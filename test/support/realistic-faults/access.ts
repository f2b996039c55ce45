// Faults of tokens, doors and caches, each in a provider that is right otherwise.
import { type Call, type Reply, errorReply, small } from '../small-provider.js';
import { good, headers, instead, html, internal, isPost, takeToken, day, type RealisticFault } from './changes.js';

export const accessFaults: Record<string, RealisticFault> = {
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
  'tokens are looked up in an object, which has names of its own': [
    takeToken(({ headers: h }) => (String(h['x-auth-token']) in {} ? small.token : undefined)),
    /hostile-token[^]*constructor/,
  ],
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
    /identity-headers.*with X-Forwarded-For and no token/,
  ],
  'the token is found in two spellings of its header': [
    { call: (call) => call.rawHeaders.includes('X-AUTH-TOKEN') && delete call.headers['x-auth-token'] },
    /token-header-case.*in upper case/,
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
  ...Object.fromEntries(
    ['https://127.0.0.1.other-website.example', 'https://other-website-127.0.0.1', 'null'].map(
      (origin): [string, RealisticFault] => [
        `the website ${origin} may read with credentials`,
        [
          {
            reply: (reply, { headers: h }) => {
              const allow = {
                'Access-Control-Allow-Origin': origin,
                'Access-Control-Allow-Credentials': 'true',
              };
              return h.origin === origin ? { ...reply, headers: { ...reply.headers, ...allow } } : reply;
            },
          },
          /cross-origin/,
        ],
      ],
    ),
  ),
  'a token in the query is taken, in lower case': [
    takeToken(({ query }) =>
      new URLSearchParams(query).get('x-auth-token') === small.token ? small.token : undefined,
    ),
    /token-in-query/,
  ],
  'PROPFIND is taken for GET': [
    { call: (call) => Object.assign(call, call.method === 'PROPFIND' && { method: 'GET' }) },
    /other-methods[^]*PROPFIND/,
  ],
  'PROPFIND breaks the provider': [instead(({ method }) => method === 'PROPFIND', internal), /other-methods/],
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
};
