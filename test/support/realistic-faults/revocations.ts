// A right revocation, and faults of it that one check finds each.
import { type Call, type Change, type Reply, errorReply, small } from '../small-provider.js';

const done: Reply = { status: 200, headers: {}, body: '' };
/** No user has this ID. */
export const nobody = '{"userId":"00000000000000000000000000000000"}';
const tokens = [small.token, small.otherToken];

export function rightRevocation({ headers, path, body }: Call): Reply {
  if (!tokens.includes(String(headers['x-auth-token'])))
    return errorReply(401, 'CCE.01401001', 'Authorization failed.');
  if (path.includes(small.otherProject)) return errorReply(403, 'CCE.01403001', 'Forbidden.');
  if (![small.cluster, small.eipCluster, small.otherCluster].some((id) => path.includes(id)))
    return errorReply(404, 'CCE.01404001', 'Resource not found.');
  return /^\{"userId":"[^"]+"\}$/.test(body) ? done : errorReply(400, 'CCE.01400001', 'Invalid request.');
}

/** A provider that offers revocation. */
export const revocations = (revoke: (call: Call) => Reply): Change => ({
  reply: (usual, call) => (call.path.endsWith('/clustercertrevoke') ? revoke(call) : usual),
});

export const unless =
  (is: (status: number, call: Call) => boolean, reply: Reply) =>
  (call: Call): Reply => {
    const right = rightRevocation(call);
    return is(right.status, call) ? reply : right;
  };

/** What a provider does wrong, the check that finds it, and its response. */
export const revocationFaults: [what: string, id: string, revoke: (call: Call) => Reply][] = [
  [
    'takes what is not JSON',
    'revoke-invalid-body',
    unless((status, { method }) => status === 400 && method === 'POST', done),
  ],
  [
    'takes a user and an agency at once',
    'revoke-invalid-body',
    unless((status, { body }) => status === 400 && body.includes('agencyId'), done),
  ],
  ['revokes by GET', 'revoke-other-methods', unless((_, { method }) => method === 'GET', done)],
  [
    'breaks over a user that does not exist',
    'revoke-unknown-user',
    unless((status, { body }) => status === 200 && body === nobody, errorReply(500, 'CCE.01500001', 'x')),
  ],
  ['does not look for the cluster', 'revoke-unknown-user', unless((status) => status === 404, done)],
  ['asks for no token', 'revoke-without-token', unless((status) => status === 401, done)],
  [
    'takes callers without a token for somebody without rights',
    'revoke-without-token',
    unless(
      (status, { headers }) => status === 401 && headers['x-auth-token'] === undefined,
      errorReply(403, 'CCE.01403001', 'Forbidden.'),
    ),
  ],
  ['does not look at the project', 'revoke-foreign-project', unless((status) => status === 403, done)],
  [
    'does nothing',
    'revoked',
    unless((status, { body }) => status === 200 && body !== nobody, errorReply(500, 'CCE.03500001', 'x')),
  ],
];
