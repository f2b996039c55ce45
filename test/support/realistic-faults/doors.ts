// Faults of other operations, caches and copies: access, storage and repetition outside the response itself.
import { type Call, type Change, type Reply, errorReply, small } from '../small-provider.js';
import { type RealisticFault, day, encode, headers, instead, onGood, sent } from './changes.js';

const json = (value: unknown): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});
const list = json({ kind: 'List', apiVersion: 'v3', items: [] });
const isList = ({ path, method }: Call) => method === 'GET' && path.endsWith('/clusters');
const isKnown = ({ headers: given }: Call) => given['x-auth-token'] === small.token;
const unauthorised = errorReply(401, 'CCE.01401001', 'Authorization failed.');

/** Revocation is offered: JSON is demanded, and what comes then is for the fault to say. */
const revocation = (then: (call: Call) => Reply): Change => ({
  reply: (usual, call) => {
    if (!call.path.endsWith('/clustercertrevoke')) return usual;
    return call.body.endsWith('}') ? then(call) : errorReply(400, 'CCE.01400001', 'Invalid request.');
  },
});

export const doorsFaults: Record<string, RealisticFault> = {
  'clusters are listed for everybody': [instead(isList, list), /look-ups-without-token/],
  'clusters of every project are listed': [
    { reply: (usual, call) => (isList(call) ? (isKnown(call) ? list : unauthorised) : usual) },
    /look-ups-foreign-project/,
  ],
  'a revocation looks for the user before it looks at the token': [
    revocation(() => errorReply(404, 'CCE.01404001', 'Resource not found.')),
    /revoke-without-token/,
  ],
  'a refused revocation repeats the token': [
    revocation(({ headers: given }) =>
      errorReply(401, 'CCE.01401001', `Not valid: ${given['x-auth-token'] as string}`),
    ),
    /no-leaks/,
  ],
  'caches of a delivery network may keep it': [headers({ 'CDN-Cache-Control': 'max-age=600' }), /caching/],
  'a copy of the kubeconfig is in a header': [
    onGood((reply) => ({ headers: { ...reply.headers, 'X-Debug': encode(reply.body) } })),
    /no-leaks/,
  ],
  'another cluster is answered with the first one': [
    {
      decide: (one) => {
        if (one.cluster === small.otherCluster) one.cluster = small.cluster;
      },
    },
    /other-cluster[^]*another API server/,
  ],
  'Retry-After is in words, now and then': [
    instead(({ number }) => number % 20 === 5, {
      ...errorReply(429, 'CCE.02429001', 'Slow down.'),
      headers: { 'Content-Type': 'application/json', 'Retry-After': 'soon' },
    }),
    /retry-after/,
  ],
  'an end is cut to the day before': [
    {
      decide: (one, call) => {
        const end = Date.parse(String(sent(call).expire_at).replace(/^(\S+) (\S+) .*/, '$1T$2Z'));
        if (end > Date.now()) one.days = (Math.floor(end / day) * day - Date.now()) / day;
      },
    },
    /post-chosen-end/,
  ],
};
