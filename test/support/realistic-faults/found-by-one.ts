// A provider for each of these checks in which this check alone finds something; the key is the check's ID.
import { generateKeyPairSync } from 'node:crypto';
import { type Change, errorReply } from '../small-provider.js';
import { cluster, config, encode, headers, instead, onGood, user } from './changes.js';

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
  // One certificate's name for everybody, which a provider may choose: a warning.
  'other-user': { decide: (one) => one.user !== undefined && (one.user = 'kubernetes-admin') },
};
