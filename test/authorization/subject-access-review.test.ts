import { expect, test } from '@jest/globals';
import {
  readSubjectAccessReview,
  subjectAccessReview,
  whyRevoked,
} from '../../src/authorization/subject-access-review.js';
import type { ClusterRevocations } from '../../src/registry/revocations.js';

const id = (digit: string) => `X509SHA256=${digit.repeat(64)}`;
const time = new Date('2026-01-01T00:00:00Z');
const revocations: ClusterRevocations = {
  users: [{ userId: 'user1', generation: 7, revokedAt: time }],
  credentials: [{ credentialId: id('b'), revokedAt: time, until: time }],
};

const review = (spec: object) => ({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec });
const reason = (spec: object) => whyRevoked(readSubjectAccessReview(review(spec)), revocations);
const extra = (credentialId: string) => ({ 'authentication.kubernetes.io/credential-id': [credentialId] });

test.each([
  ['a certificate of before', { user: 'user1', groups: ['developers'], extra: extra(id('a')) }],
  ['one of another generation', { user: 'user1', groups: ['clustercert:generation:6'], extra: extra(id('a')) }],
  ['one without groups', { user: 'user1', extra: extra(id('a')) }],
  ['a certificate that was revoked itself', { user: 'user2', groups: [], extra: extra(id('b')) }],
])('denies %s', (_name, spec) => {
  expect(subjectAccessReview(reason(spec)).status).toMatchObject({ allowed: false, denied: true });
});

test.each([
  [
    'a certificate of the present generation',
    { user: 'user1', groups: ['clustercert:generation:7'], extra: extra(id('a')) },
  ],
  ['another user', { user: 'user2', groups: [], extra: extra(id('a')) }],
  ['a user who came without a certificate', { user: 'user1', groups: [] }],
  ['a user who came with a token', { user: 'user1', groups: [], extra: extra('JTI=1') }],
])('has no opinion about %s', (_name, spec) => {
  expect(subjectAccessReview(reason(spec)).status).toEqual({ allowed: false });
});

test.each([
  [undefined],
  [null],
  ['text'],
  [{}],
  [{ ...review({}), kind: 'TokenReview' }],
  [{ ...review({}), apiVersion: 'v1' }],
])('refuses %j', (body) => {
  expect(() => readSubjectAccessReview(body)).toThrow('the body is not a SubjectAccessReview');
});
