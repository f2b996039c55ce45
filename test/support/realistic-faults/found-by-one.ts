// For each of these checks, a provider in which this check alone finds something; the key is the check's ID.
import { generateKeyPairSync } from 'node:crypto';
import type { Target } from '../../../src/verify/index.js';
import { forgeAuthority } from '../forge.js';
import { type Call, type Change, errorReply, small } from '../small-provider.js';
import {
  cluster,
  config,
  encode,
  hasRightToken,
  headers,
  instead,
  internal,
  isGet,
  isPost,
  onGood,
  rotated,
  sent,
  takeToken,
  tokenOf,
  typeOf,
  user,
} from './changes.js';
import { found, listOf, lookUps, withPublicAddress } from './look-ups.js';
import { revocationFaults, revocations, unless } from './revocations.js';

/** A change, and further inputs of the run. */
export type FoundByOne = readonly [Change, Partial<Target>?];

const isOf = (id: string) => (call: Call) =>
  hasRightToken(call) && call.path.includes(`${small.project}/clusters/${id}`);

const breaks = (when: (call: Call) => boolean): FoundByOne => [instead(when, internal)];
/** The provider takes these requests for ones with the right token. */
const letsIn = (when: (call: Call) => boolean): FoundByOne => [
  takeToken((call) => (when(call) ? small.token : undefined)),
];
/** The provider finds its cluster by these IDs too. */
const findsBy = (when: (ids: { project: string; cluster: string }, call: Call) => boolean): FoundByOne => [
  {
    decide: (decision, call) => {
      if (isGet(call) && when(decision, call))
        Object.assign(decision, { project: small.project, cluster: small.cluster });
    },
  },
];

/** GET does not find the cluster, and all else does. */
const withoutGet = (id: string): Change => ({
  decide: (decision, call) => {
    if (isGet(call) && decision.cluster === id) decision.cluster = small.foreign;
  },
});

const ofAddresses: Record<string, FoundByOne> = {
  'eip-cluster-answered': breaks(isOf(small.eipCluster)),
  'other-cluster-answered': breaks(isOf(small.otherCluster)),
  'unknown-cluster': findsBy(({ cluster: id }) => id === `${small.cluster.slice(0, -1)}0`),
  'unknown-cluster-hidden': [
    instead(
      (call, { status }) => isGet(call) && status === 401 && call.path.includes('dead'),
      errorReply(404, 'CCE.01404001', 'Resource not found.'),
    ),
  ],
  'malformed-cluster-id': findsBy(({ cluster: id }) => id === `${small.cluster}x`),
  'encoded-cluster-id': breaks((call) => hasRightToken(call) && call.path.includes('/%ff/')),
  'foreign-project': findsBy((_, call) => call.headers['x-project-id'] !== undefined),
  'unknown-project': breaks((call) => hasRightToken(call) && call.path.includes('0123456789abcdef0123456789abcdef')),
  'malformed-project-id': findsBy(({ project }) => project === `${small.project}0`),
};

const ofTokens: Record<string, FoundByOne> = {
  'no-token-other-content-type': letsIn(
    (call) => isGet(call) && tokenOf(call) === undefined && typeOf(call) === 'text/plain',
  ),
  'empty-token': letsIn((call) => isGet(call) && tokenOf(call) === ''),
  'hostile-token': letsIn((call) => isGet(call) && String(tokenOf(call)).includes("OR '1'")),
  'long-token': [
    instead((call) => String(tokenOf(call)).length > 8192, errorReply(400, 'CCE.01400001', 'Invalid request.')),
  ],
  'expired-token': letsIn((call) => isGet(call) && tokenOf(call) === small.expiredToken),
  'token-header-case': [
    { call: (call) => call.rawHeaders.includes('x-auth-token') && delete call.headers['x-auth-token'] },
  ],
  'other-token': breaks((call) => isGet(call) && tokenOf(call) === small.otherToken && call.ofConnection === 1),
  'post-without-token': letsIn((call) => isPost(call) && tokenOf(call) === ''),
  'identity-headers': letsIn((call) => call.headers['x-remote-user'] !== undefined),
  // One certificate's name for everybody, which a provider may choose: a warning.
  'other-user': [{ decide: (one) => one.user !== undefined && (one.user = 'kubernetes-admin') }],
};

const ofAnswers: Record<string, FoundByOne> = {
  'documented-path': [
    {
      reply: (usual, { path }) =>
        path.endsWith('/clustercert') ? { status: 301, headers: { Location: `${path}/` }, body: '' } : usual,
    },
  ],
  'content-type-missing': breaks((call) => hasRightToken(call) && typeOf(call) === undefined),
  'content-type-other': breaks((call) => hasRightToken(call) && typeOf(call) === 'text/plain'),
  'accept-gzip': breaks(
    (call) => hasRightToken(call) && call.headers['accept-encoding'] === 'gzip' && typeOf(call) === 'application/json',
  ),
  'accept-other': breaks((call) => hasRightToken(call) && call.headers.accept === 'text/html'),
  'kept-connection': breaks((call) => hasRightToken(call) && call.ofConnection > 1),
  clock: [headers({ Date: new Date(Date.now() - 3_600_000).toUTCString() })],
  'kubectl-reads-text': [onGood(({ body }) => ({ body: body.replaceAll('/', '\\/') }))],
  'answers-in-time': [
    {
      reply: (usual, call) =>
        hasRightToken(call) && typeOf(call) === 'text/plain' ? new Promise(() => undefined) : usual,
    },
    { timeoutMs: 2000 },
  ],
  'clusters-of-the-project': [
    lookUps((call, kind, usual) => {
      if (call.path.endsWith(small.otherCluster)) return errorReply(404, 'CCE.01404001', 'Resource not found.');
      return kind === 'list' && found(usual) ? listOf(small.cluster, small.eipCluster) : usual;
    }),
  ],
  'get-cluster': [lookUps((_, kind, usual) => (kind === 'one' && found(usual) ? internal : usual))],
  'look-ups-foreign-project': [
    lookUps((call, kind, usual) =>
      kind === 'list' && call.headers['x-auth-token'] === small.token && call.path.includes(small.otherProject)
        ? listOf(small.foreign)
        : usual,
    ),
  ],
  'addresses-of-the-look-up': [
    lookUps((call, kind, usual) =>
      kind === 'one' && found(usual) && call.path.endsWith(small.cluster) ? withPublicAddress(small.cluster) : usual,
    ),
  ],
  'request-ids': [{ reply: (usual) => ({ ...usual, headers: { ...usual.headers, 'X-Request-Id': '2f1c0a9e' } }) }],
  'post-chunked': breaks((call) => isPost(call) && call.headers['transfer-encoding'] === 'chunked'),
  'post-other-cluster': [withoutGet(small.otherCluster)],
  'post-duration-out-of-range': breaks((call) => isPost(call) && sent(call).duration === 0),
};

const ofKubeconfigs: Record<string, FoundByOne> = {
  'current-context': [
    config((one) => {
      if (one.contexts.length > 1) one['current-context'] = 'internal';
    }),
  ],
  'entry-names': [config((one) => void (one.clusters.reverse(), one.contexts.reverse()))],
  references: [config((one) => one.clusters.length > 2 && one.clusters.pop())],
  'unique-names': [
    config((one) => {
      if (one.contexts.length === 1) one.contexts.push(structuredClone(one.contexts[0] as (typeof one.contexts)[0]));
    }),
  ],
  'server-trust': [config((one) => Object.assign(cluster(one), { 'insecure-skip-tls-verify': true }))],
  'certificate-chain': [
    config((one, call) => {
      if (call.path.includes(small.eipCluster))
        for (const each of one.clusters)
          if (each.cluster['certificate-authority-data'])
            each.cluster['certificate-authority-data'] = encode(rotated.pem);
    }),
  ],
  'key-of-certificate': [
    config((one) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      user(one)['client-key-data'] = encode(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    }),
  ],
  'every-certificate': [
    config((one, call) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      if (sent(call).duration === 365)
        user(one)['client-key-data'] = encode(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    }),
  ],
  'unknown-inputs': [
    {
      decide: (one, { query }) => {
        const name = new URLSearchParams(query).get('user');
        if (name !== null) one.fields = { ...one.fields, commonName: name };
      },
    },
  ],
  validity: [{ decide: (one, call) => isGet(call) && (one.fields = { days: [1, 30] }) }],
  // Negative (RFC 5280, section 4.1.2.2), and another one each time.
  'serial-number': [
    {
      decide: (decision, { number }) =>
        (decision.fields = { ...decision.fields, serial: [0x80, number >> 8, number & 0xff, 1] }),
    },
  ],
};

const ofTruth: Record<string, FoundByOne> = {
  'expected-ca': [{}, { expect: { ca: forgeAuthority().pem } }],
  'expected-user': [{}, { expect: { user: 'alice' } }],
  'expected-server': [{}, { expect: { server: 'https://192.168.1.8:5443' } }],
};

const ofRevocation: Record<string, FoundByOne> = {
  ...Object.fromEntries(
    revocationFaults.map(([, id, revoke]): [string, FoundByOne] => [id, [revocations(revoke), { revoke: 'alice' }]]),
  ),
  'revoke-other-cluster': [
    {
      ...revocations(
        unless((_, { path }) => path.includes(`${small.project}/clusters/${small.otherCluster}`), internal),
      ),
      decide: (decision) => {
        if (decision.cluster === small.otherCluster) decision.cluster = small.foreign;
      },
    },
  ],
};

/** The kubeconfig leads to another cluster's API server. */
export const strangeServer = (url: string): FoundByOne => [
  config((one) => (cluster(one)['server'] = url)),
  { connect: true },
];

export const foundByOne: Record<string, FoundByOne> = {
  ...ofAddresses,
  ...ofTokens,
  ...ofAnswers,
  ...ofKubeconfigs,
  ...ofTruth,
  ...ofRevocation,
};
