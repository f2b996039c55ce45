// The table of all decisions about a caller and its project.
import { describe, expect, test } from '@jest/globals';
import { ClusterCertError } from '../../src/errors.js';
import type { Caller } from '../../src/registry/caller.js';
import { type Identities, identify, requireProject } from '../../src/identity/identity.js';

const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
const alice: Caller = { userId: 'alice', projectId, groups: [] };
const bob: Caller = { userId: 'bob', projectId, groups: [] };
const signed = `SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

const unavailable = new ClusterCertError('unavailable', 'down');
const wrong = new ClusterCertError('unauthenticated', 'verify aksk signature fail');

const tokens = {
  good: { findByToken: () => Promise.resolve(alice) },
  unknown: { findByToken: () => Promise.resolve(undefined) },
  down: { findByToken: () => Promise.reject(unavailable) },
};
const signatures = {
  good: { findBySignature: () => Promise.resolve(bob) },
  wrong: { findBySignature: () => Promise.reject(wrong) },
  none: undefined,
};

interface Path {
  token?: string;
  authorization?: string;
  claimed?: string;
  tokens: keyof typeof tokens;
  signatures: keyof typeof signatures;
  outcome: string;
}

const paths: Path[] = [
  { token: 'T', tokens: 'good', signatures: 'none', outcome: 'alice' },
  { token: 'T', tokens: 'unknown', signatures: 'none', outcome: 'unauthenticated: decrypt token fail' },
  { token: 'T', tokens: 'down', signatures: 'none', outcome: 'unavailable: down' },
  { token: 'x'.repeat(16_385), tokens: 'good', signatures: 'none', outcome: 'unauthenticated: decrypt token fail' },
  { token: 'T', authorization: signed, tokens: 'good', signatures: 'good', outcome: 'alice' },
  {
    token: 'T',
    authorization: signed,
    tokens: 'unknown',
    signatures: 'good',
    outcome: 'unauthenticated: decrypt token fail',
  },
  { token: 'T', authorization: signed, tokens: 'down', signatures: 'good', outcome: 'unavailable: down' },
  { token: '', authorization: signed, tokens: 'good', signatures: 'good', outcome: 'bob' },
  { authorization: signed, tokens: 'good', signatures: 'good', outcome: 'bob' },
  { authorization: signed, claimed: projectId, tokens: 'good', signatures: 'good', outcome: 'bob' },
  {
    authorization: signed,
    claimed: 'other',
    tokens: 'good',
    signatures: 'good',
    outcome: 'forbidden: the access key is for another project',
  },
  { token: 'T', claimed: 'other', tokens: 'good', signatures: 'good', outcome: 'alice' },
  { authorization: signed.toLowerCase(), tokens: 'good', signatures: 'good', outcome: 'bob' },
  {
    authorization: signed,
    tokens: 'good',
    signatures: 'wrong',
    outcome: 'unauthenticated: verify aksk signature fail',
  },
  {
    authorization: signed,
    tokens: 'good',
    signatures: 'none',
    outcome: 'unauthenticated: signatures are not accepted here',
  },
  {
    authorization: 'Bearer T',
    tokens: 'good',
    signatures: 'good',
    outcome: 'unauthenticated: the scheme of the header Authorization',
  },
  {
    authorization: '',
    tokens: 'good',
    signatures: 'good',
    outcome: 'unauthenticated: the scheme of the header Authorization',
  },
  { tokens: 'good', signatures: 'good', outcome: 'unauthenticated: x-auth-token not found' },
  { token: '', tokens: 'good', signatures: 'good', outcome: 'unauthenticated: x-auth-token not found' },
];

describe('identify', () => {
  test.each(paths)(
    'token $token, authorization $authorization, X-Project-Id $claimed, tokens $tokens, signatures $signatures: $outcome',
    async (path) => {
      const headers = {
        ...(path.token !== undefined && { 'x-auth-token': path.token }),
        ...(path.claimed !== undefined && { 'x-project-id': path.claimed }),
        ...(path.authorization !== undefined && { authorization: path.authorization }),
      };
      const identities: Identities = {
        tokens: tokens[path.tokens],
        signatures: signatures[path.signatures],
        maximumTokenLength: 16_384,
      };
      const request = { method: 'GET', url: '/', headers, body: Buffer.alloc(0) };
      const [code = '', words] = path.outcome.split(': ');
      if (words === undefined) {
        expect((await identify(request, identities)).userId).toBe(code);
      } else {
        await expect(identify(request, identities)).rejects.toMatchObject({
          code,
          message: expect.stringContaining(words),
        });
      }
    },
  );
});

describe('requireProject', () => {
  test.each<[string | undefined, string]>([
    [projectId, 'let in'],
    ['88c7b55dcb6254bca2e24bcab9005500', 'the caller is authenticated for another project'],
    [undefined, 'the caller is authenticated for no project'],
    ['', 'the caller is authenticated for another project'],
  ])('of a caller of project %j: %s', (own, outcome) => {
    const decide = () => requireProject({ ...alice, projectId: own }, projectId);
    if (outcome === 'let in') expect(decide).not.toThrow();
    else expect(decide).toThrow(outcome);
  });
});
