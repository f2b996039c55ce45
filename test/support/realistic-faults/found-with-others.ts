// Checks whose faults necessarily show in other checks too; the key is the check's ID.
import { Version } from '@peculiar/asn1-x509';
import { type Change, errorReply } from '../small-provider.js';
import { hasRightToken, instead, internal, isPost, sent, tokenOf, typeOf } from './changes.js';

export interface FoundWithOthers {
  change: Change;
  /** The IDs of the other checks. */
  others: readonly string[] | 'those of the next requests';
  why: string;
}

const refuses = (status: number) => errorReply(status, `CCE.01${status}001`, 'Not supported.');

export const foundWithOthers: Record<string, FoundWithOthers> = {
  'content-type-documented': {
    change: instead((call) => hasRightToken(call) && /charset/.test(String(typeOf(call))), refuses(415)),
    others: ['known-clients'],
    why: 'the Go SDK sends the same Content-Type',
  },
  'long-token-no-crash': {
    change: instead((call) => String(tokenOf(call)).length > 9000, internal),
    others: ['long-token'],
    why: 'it is the same request; long-token demands more, and only warns',
  },
  'token-after-wrong-ones': {
    change: lockingOut(),
    others: 'those of the next requests',
    why: 'a token that is locked out is refused whatever it is sent for',
  },
  preferences: {
    change: { config: (one) => (one['preferences'] = 'none') },
    others: ['answers-with-kubeconfig'],
    why: 'the schema knows the type as well',
  },
  'x509-version': {
    change: { decide: (one) => (one.fields = { version: Version.v1 }) },
    others: ['purpose'],
    why: 'a certificate of version 1 has no extensions, so it states no purpose',
  },
  'post-longest': {
    change: instead((call) => isPost(call) && sent(call).duration === -1, internal),
    others: ['post-lifetime'],
    why: 'the lifetime is measured on the same request',
  },
};

/** Refuses every token after ten wrong ones. */
function lockingOut(): Change {
  let wrong = 0;
  return {
    reply: (reply, call) => {
      if (reply.status === 401 && tokenOf(call) !== undefined) wrong += 1;
      return wrong > 10 && reply.status === 200 ? errorReply(401, 'CCE.01401001', 'Locked.') : reply;
    },
  };
}
