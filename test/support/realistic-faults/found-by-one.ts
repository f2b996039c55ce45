// A provider for each of these checks in which this check alone finds something; the key is the check's ID.
import { generateKeyPairSync } from 'node:crypto';
import { type Change, type Reply, errorReply } from '../small-provider.js';
import { cluster, config, encode, good, headers, instead, onGood, user } from './changes.js';

const cached = new Map<string, Reply>();

export const foundByOne: Record<string, Change> = {
  'current-context': config((one) => {
    if (one.contexts.length > 1) one['current-context'] = 'internal';
  }),
  'server-trust': config((one) => Object.assign(cluster(one), { 'insecure-skip-tls-verify': true })),
  'key-of-certificate': config((one) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    user(one)['client-key-data'] = encode(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }),
  // Negative (RFC 5280, section 4.1.2.2), and another one each time.
  'serial-number': {
    decide: (decision, { number }) =>
      (decision.fields = { ...decision.fields, serial: [0x80, number >> 8, number & 0xff, 1] }),
  },
  clock: headers({ Date: new Date(Date.now() - 3_600_000).toUTCString() }),
  'kubectl-reads-text': onGood(({ body }) => ({ body: body.replaceAll('/', '\\/') })),
  'long-token': instead(
    (call) => String(call.headers['x-auth-token']).length > 8192,
    errorReply(400, 'CCE.01400001', 'Invalid request.'),
  ),
  // A cache that does not ask whose the answer is.
  'other-user': {
    reply: (reply, { method, path }) => {
      if (!good(reply) || method !== 'GET') return reply;
      if (!cached.has(path)) cached.set(path, reply);
      return cached.get(path);
    },
  },
};
