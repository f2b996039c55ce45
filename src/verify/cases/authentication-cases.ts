// Checks on who may ask: tokens that are missing, garbled, out of date or for another project, and signatures.
import { type Definition, assertAnswered, check, expectAll, expectStatus, row } from '../check.js';
import { NotChecked, found } from '../finding.js';
import { duration30, isOffered, open } from '../good-answers.js';
import type { Ask, Session } from '../session.js';
import type { Signing } from '../sign-request.js';
import { pathOf } from '../target.js';

const source = 'Table 2, X-Auth-Token';
const refused = { statuses: [401], source: `${source}; Status Code page, 401` };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Another character, and one whose first bit differs where the text is base64: its last character has spare bits. */
const other = (character = '') => alphabet[alphabet.indexOf(character) ^ 32] ?? 'a';
const flip = (text: string, at: number) => text.slice(0, at) + other(text[at]) + text.slice(at + 1);

/** Tokens that are nearly the right one. */
function garbled(token: string): Record<string, string> {
  const middle = Math.floor(token.length / 2);
  return {
    'cut in half': token.slice(0, middle),
    'a character changed in the middle': flip(token, middle),
    'a character changed near the front': flip(token, Math.min(3, token.length - 1)),
    'a character changed in the last third': flip(token, Math.floor(token.length * 0.8)),
    'the last character changed': token.endsWith('=') ? `${token}=` : flip(token, token.length - 1),
    'four characters more': `${token}AAAA`,
    'four characters before it': `AAAA${token}`,
    'four characters less': token.slice(0, -4),
    'upper and lower case exchanged': Array.from(token)
      .map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()))
      .join(''),
    'in lower case': token.toLowerCase(),
    'in upper case': token.toUpperCase(),
    'a space in the middle': `${token.slice(0, middle)} ${token.slice(middle)}`,
    'in quotes': `"${token}"`,
    'Bearer before it': `Bearer ${token}`,
    'the characters reversed': Array.from(token).reverse().join(''),
    'something that is no token': 'garbage',
    'a random token of the same length': `MIIF${'Zq7'.repeat(token.length)}`.slice(0, Math.max(24, token.length)),
    'the word null': 'null',
    'the token twice': `${token},${token}`,
  };
}

const withGarbled =
  (more: Ask = {}) =>
  (session: Session) =>
    Object.entries(garbled(session.target.token ?? ''))
      .filter(([, token]) => token !== session.target.token && token !== '')
      .map(([label, token]) => ({ ...more, token, label: `with a wrong token (${label})` }));

const post: Ask = { method: 'POST', body: '{"duration":30}' };

const anonymous = (more: Ask): Ask => ({ ...more, token: null });
/** Where Content-Type is demanded, its absence may be what is told first: the documents leave the order open. */
const noContentType = { statuses: [401, 400, 406, 415], source: `${source}; Status Code page, 401` };

export const authenticationCases = [
  check({
    id: 'no-token',
    name: 'a request without a token is refused',
    source,
    judge: async (session) => {
      const { eipClusterId: clusterId } = session.target;
      return [
        ...(await expectAll(
          session,
          [
            anonymous({ label: 'without a token' }),
            anonymous({
              label: 'with an Authorization that is no signature',
              headers: { Authorization: 'Bearer garbage' },
            }),
            anonymous({
              label: 'that claims to come from the provider itself',
              headers: { 'X-Forwarded-For': '127.0.0.1' },
            }),
            anonymous({
              label: 'with basic authentication',
              headers: { Authorization: 'Basic Z2FyYmFnZTpnYXJiYWdl' },
            }),
            ...(clusterId === undefined ? [] : [anonymous({ clusterId, label: 'of another cluster without a token' })]),
          ],
          refused,
        )),
        ...(await expectStatus(
          session,
          anonymous({ contentType: null, label: 'without a token and Content-Type' }),
          noContentType,
        )),
      ];
    },
  }),
  row({
    id: 'no-token-other-content-type',
    name: 'another Content-Type gives callers without a token nothing',
    source: `${source}; Table 2, Content-Type`,
    asks: () => [anonymous({ contentType: 'text/plain', label: 'without a token, with Content-Type text/plain' })],
    statuses: [401, 400, 406, 415],
  }),
  row({
    id: 'empty-token',
    name: 'an empty token is refused',
    source,
    asks: () => [{ token: '', label: 'with an empty token' }],
    statuses: [401],
  }),
  row({
    id: 'garbled-token',
    name: 'a garbled token is refused',
    source,
    needs: ['token'],
    asks: withGarbled(),
    statuses: [401],
  }),
  row({
    id: 'long-token',
    name: 'a token as long as allowed is read',
    source: `${source}, at most 16384 characters`,
    // Servers in front have limits of their own for headers, and say so in their own way.
    binds: 'open',
    asks: () => [{ token: 'A'.repeat(16384), label: 'with a token of 16384 characters' }],
    statuses: [401],
  }),
  check({
    id: 'long-token-no-crash',
    name: 'a long token gives nothing and breaks nothing',
    source: `${source}, at most 16384 characters`,
    judge: (session) =>
      expectStatus(
        session,
        { token: 'A'.repeat(16384), label: 'with a token of 16384 characters', foreign: true, repeat: 'refused' },
        { statuses: [401], source: `${source}, at most 16384 characters` },
      ),
  }),
  check({
    id: 'expired-token',
    name: 'an expired token is refused',
    source,
    needs: ['expiredToken'],
    judge: async (session) => {
      const { expiredToken: token = '', eipClusterId: clusterId } = session.target;
      return [
        ...(await expectAll(
          session,
          [
            { token, label: 'with an expired token' },
            { token, label: 'with an expired token again', repeat: 2 },
            ...(clusterId === undefined
              ? []
              : [{ token, clusterId, label: 'of another cluster with an expired token' }]),
          ],
          refused,
        )),
        ...(await expectStatus(
          session,
          { token, label: 'with an expired token, without Content-Type', contentType: null },
          noContentType,
        )),
      ];
    },
  }),
  row({
    id: 'token-header-case',
    name: 'the name of the header X-Auth-Token is case-insensitive',
    source: `${source}; RFC 9110, section 5.1`,
    needs: ['token'],
    asks: ({ target: { token = '' } }) => [
      { token: null, headers: { 'x-auth-token': token }, label: 'with x-auth-token in lower case' },
    ],
    statuses: [200],
  }),
  check({
    id: 'token-after-wrong-ones',
    name: 'the token still works after wrong ones',
    source,
    needs: ['token'],
    judge: async (session) => {
      await Promise.all(withGarbled()(session).map((ask) => session.send(ask)));
      await assertAnswered(session);
      return expectStatus(session, { repeat: 9, label: 'after wrong tokens' }, { statuses: [200], source });
    },
  }),
  check({
    id: 'other-token',
    name: "the other user's token is valid, and opens no project that it is not for",
    source: `${source}; Table 1, project_id`,
    needs: ['otherToken'],
    judge: async (session) => {
      const { otherToken: token = '', otherProjectId: projectId, otherClusterId: clusterId } = session.target;
      const own: Ask = { token, label: "with the other user's token" };
      const findings = await expectStatus(session, own, { statuses: [200, 403, 404], source });
      if (projectId === undefined || clusterId === undefined) return findings;
      const foreign: Ask = {
        token,
        projectId,
        clusterId,
        label: "of the other project's cluster with the other user's token",
      };
      const more = await expectStatus(session, foreign, { statuses: [200, 400, 401, 403, 404], source });
      const both = open(session, await session.send(own)) && open(session, await session.send(foreign));
      const fault = {
        where: 'the status',
        expected: 'a token is for one project',
        received: '200 for both projects',
        source: `${source}; Table 1, project_id`,
      };
      return [...findings, ...more, ...(both ? found('GET', [fault]) : [])];
    },
  }),
  check({
    id: 'post-without-token',
    operationId: 'createClusterCert',
    name: 'a POST without a valid token is refused',
    source,
    judge: async (session) => {
      const { expiredToken: token } = session.target;
      const asks: Ask[] = [
        { ...post, token: null, label: 'without a token' },
        { ...post, token: '', label: 'with an empty token' },
        ...(session.target.token === undefined ? [] : withGarbled(post)(session).slice(0, 4)),
        ...(token === undefined ? [] : [{ ...post, token, label: 'with an expired token' }]),
      ];
      // A path that does not offer the method may say so to anybody.
      const more = (await isOffered(session)) ? [] : [404, 405, 501];
      const expectation = { ...refused, statuses: [401, ...more], doubtful: [400] };
      return expectAll(session, asks, expectation);
    },
  }),
];

const signing = 'Table 2, X-Auth-Token (AK/SK); API signing guide';
const key: Pick<Definition, 'needs' | 'source'> = { needs: ['accessKey'], source: signing };

const wrong = (label: string, sign: Signing, more: Ask = {}): Ask => ({
  ...more,
  sign,
  label: `signed, ${label}`,
});

async function refusedSigned(session: Session, asks: Ask[]) {
  // Five failures in a row lock an access key (API signing guide); a right signature in between keeps it open.
  const findings = [];
  for (const [i, ask] of asks.entries()) {
    if (i % 2 === 0) await session.send({ sign: {}, label: 'signed', repeat: 100 + i + asks.length * 10 });
    // A query that the API does not have may be refused for its own sake.
    const statuses = ask.path === undefined ? [401] : [401, 400];
    findings.push(...(await expectStatus(session, ask, { statuses, source: signing })));
  }
  return findings;
}

async function assertSignedWorks(session: Session): Promise<void> {
  const { status } = await session.send({ sign: {}, label: 'signed' });
  if (status !== 200) throw new NotChecked('a right signature was not answered with 200');
}

export const signatureCases = [
  check({
    ...key,
    id: 'signed',
    name: 'a signed request is answered like one with a token',
    judge: async (session) => {
      const asks: Ask[] = [
        { sign: {}, label: 'signed' },
        { sign: {}, label: 'signed again', repeat: 2 },
      ];
      const findings = [];
      for (const ask of asks)
        findings.push(...(await expectStatus(session, ask, { statuses: [200], source: signing })));
      const older: Ask = { sign: { older: true }, label: 'signed in the older form' };
      return [
        ...findings,
        ...(await expectStatus(session, older, { statuses: [200], doubtful: [401], source: signing })),
      ];
    },
  }),
  check({
    ...key,
    id: 'wrong-signature',
    name: 'a wrong signature is refused',
    judge: async (session) => {
      await assertSignedWorks(session);
      return refusedSigned(session, [
        wrong('first digit of the signature changed', { change: 'first digit' }),
        wrong('last digit of the signature changed', { change: 'last digit' }),
        wrong('second half of the signature replaced', { change: 'all but the first half' }),
        wrong('with an empty signature', { change: 'empty' }),
        wrong('with a signature of zeros', { change: 'zeros' }),
        wrong('with another secret key', { secret: 'A'.repeat(40) }),
        wrong('with an unknown access key', { id: 'ZZZZZZZZZZZZZZZZZZZZ' }),
        wrong('the older form with the last digit changed', { older: true, change: 'last digit' }),
      ]);
    },
  }),
  check({
    ...key,
    id: 'signature-of-another-request',
    name: 'a signature is good for its own request',
    judge: async (session) => {
      await assertSignedWorks(session);
      const { projectId, clusterId, otherClusterId, eipClusterId } = session.target;
      const path = pathOf(projectId, clusterId);
      const others = [otherClusterId, eipClusterId].filter((id) => id !== undefined && id !== clusterId);
      const offered = (await session.send(duration30)).status === 200;
      return refusedSigned(session, [
        wrong('for another path', { insteadOf: { path: `${path}/more` } }),
        ...others.map((id = '') => wrong('for another cluster', { insteadOf: { path: pathOf(projectId, id) } })),
        wrong('for another method', { insteadOf: { method: 'DELETE' } }),
        wrong('as if for POST', { insteadOf: { method: 'POST' } }),
        wrong('for another query', { insteadOf: { path: `${path}?a=1` } }),
        wrong('without the query that is sent', { insteadOf: { path } }, { path: `${path}?a=1` }),
        ...(offered ? [wrong('for another body', { insteadOf: { body: '{"duration":1}' } }, duration30)] : []),
      ]);
    },
  }),
  check({
    ...key,
    id: 'signature-out-of-date',
    name: 'a signature is good for 15 minutes',
    judge: async (session) => {
      await assertSignedWorks(session);
      return refusedSigned(session, [
        wrong('an hour ago', { secondsFromNow: -3600 }),
        wrong('three days ago', { secondsFromNow: -3 * 86400 }),
        wrong('an hour from now', { secondsFromNow: 3600 }),
        wrong('three days from now', { secondsFromNow: 3 * 86400 }),
        wrong('without x-sdk-date', { change: 'no x-sdk-date' }),
        wrong('in the older form, two days ago', { older: true, secondsFromNow: -2 * 86400 }),
      ]);
    },
  }),
  check({
    ...key,
    id: 'signed-foreign-project',
    name: 'a signed request opens no other project',
    needs: ['accessKey', 'otherProjectId'],
    judge: async (session) => {
      const { otherProjectId: projectId = '', otherClusterId } = session.target;
      const asks = [undefined, otherClusterId].map((clusterId): Ask => ({
        sign: {},

        projectId,
        ...(clusterId !== undefined && { clusterId }),
        label: 'signed, for the other project',
      }));
      return (
        await Promise.all(
          asks.map((ask) =>
            expectStatus(session, ask, {
              statuses: [403, 404],
              doubtful: [400, 401],
              source: 'Table 1, project_id; Status Code page, 403',
            }),
          ),
        )
      ).flat();
    },
  }),
];
