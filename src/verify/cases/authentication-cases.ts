// Checks on tokens: missing, garbled, out of date or for another project.
import { assertAnswered, check, expectAll, expectStatus, row, together } from '../check.js';
import { found } from '../finding.js';
import { isOffered, open } from '../good-answers.js';
import type { Ask, Session } from '../session.js';

const source = 'Table 2, X-Auth-Token';
const refused = { statuses: [401], source: `${source}; Status Code page, 401` };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Another character whose first bit differs in base64, because the last bits of a text may be unused. */
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
    'a space in the middle': `${token.slice(0, middle)} ${token.slice(middle)}`,
    'in quotes': `"${token}"`,
    'Bearer before it': `Bearer ${token}`,
    'the characters reversed': Array.from(token).reverse().join(''),
    'something that is no token': 'garbage',
    'a random token of the same length': `MIIF${'Zq7'.repeat(token.length)}`.slice(0, Math.max(24, token.length)),
    'the word null': 'null',
    'the token twice': `${token},${token}`,
    // As HTTP joins a header that comes twice (RFC 9110, section 5.3).
    'the header twice': `${token}, ${token}`,
  };
}

const withGarbled =
  (more: Ask = {}) =>
  (session: Session) =>
    Object.entries(garbled(session.target.token ?? ''))
      .filter(([, token]) => token !== session.target.token && token !== '')
      .map(([label, token]) => ({
        ...more,
        token,
        // Firewalls refuse quotes in their own way.
        ...(token.includes('"') && { foreign: true }),
        label: `with a wrong token (${label})`,
      }));

/** Pieces of queries, values that programs write for none, and a token that nobody signed. */
const hostileTokens = [
  ...["' OR '1'='1", '" or ""="', '*', '%', '{"$ne":null}'],
  ...['undefined', '0', 'true', '[object Object]'],
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
];
/** What JavaScript finds in every object. */
const inheritedNames = ['constructor', '__proto__'];

const post: Ask = { method: 'POST', body: '{"duration":30}' };

const anonymous = (more: Ask): Ask => ({ ...more, token: null });
/** Where Content-Type is required, its absence may be reported first: the documents leave the order open. */
const noContentType = { statuses: [401, 400, 406, 415], source: `${source}; Status Code page, 401` };

export const authenticationCases = [
  check({
    id: 'no-token',
    name: 'a request without a token is refused',
    source,
    judge: async (session) => {
      const { eipClusterId: clusterId } = session.target;
      return together(
        expectAll(
          session,
          [
            anonymous({ label: 'without a token' }),
            anonymous({
              label: 'with an Authorization that is no signature',
              headers: { Authorization: 'Bearer garbage' },
            }),
            anonymous({
              label: 'with basic authentication',
              headers: { Authorization: 'Basic Z2FyYmFnZTpnYXJiYWdl' },
            }),
            anonymous({ label: 'without a token, with If-None-Match: *', headers: { 'If-None-Match': '*' } }),
            ...(clusterId === undefined ? [] : [anonymous({ clusterId, label: 'of another cluster without a token' })]),
          ],
          refused,
        ),
        expectAll(
          session,
          [
            anonymous({ label: 'with a signature cut off', headers: { Authorization: 'SDK-HMAC-SHA256' } }),
            anonymous({
              label: 'with a signature without its parts',
              headers: { Authorization: 'SDK-HMAC-SHA256 Access, SignedHeaders;Signature' },
            }),
          ],
          { ...refused, doubtful: [400] },
        ),
        expectStatus(
          session,
          anonymous({ contentType: null, label: 'without a token and Content-Type' }),
          noContentType,
        ),
      );
    },
  }),
  row({
    id: 'no-token-other-content-type',
    name: 'another Content-Type gives callers without a token nothing',
    source: `${source}; Table 2, Content-Type`,
    asks: () => [
      anonymous({ contentType: 'text/plain', label: 'without a token, with Content-Type text/plain', unusual: true }),
    ],
    statuses: [401, 400, 403, 406, 415],
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
  check({
    id: 'hostile-token',
    name: 'a token that is a piece of a query or program is refused',
    source,
    hostile: true,
    judge: async (session) => {
      const ask = (token: string): Ask => ({
        token,
        isPublic: true,
        foreign: true,
        label: `with the hostile token ${token}`,
      });
      const expectation = { statuses: [401], source };
      const inherited = await expectAll(session, inheritedNames.map(ask), expectation);
      return [
        ...(await expectAll(session, hostileTokens.map(ask), expectation)),
        // No client sends them: only a provider that lets them in is wrong, and one that breaks is doubtful.
        ...inherited
          .filter(({ severity }) => severity === 'error')
          .map((one) => (one.received === '500' ? { ...one, severity: 'warning' as const } : one)),
      ];
    },
  }),
  row({
    id: 'long-token',
    name: 'a token of the maximum length is read',
    source: `${source}, at most 16384 characters`,
    // Servers in front have their own limits for headers, with their own responses.
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
      return together(
        expectAll(
          session,
          [
            { token, label: 'with an expired token' },
            { token, label: 'with an expired token again', repeat: 2 },
            ...(clusterId === undefined
              ? []
              : [{ token, clusterId, label: 'of another cluster with an expired token' }]),
          ],
          refused,
        ),
        expectStatus(
          session,
          { token, label: 'with an expired token, without Content-Type', contentType: null },
          noContentType,
        ),
      );
    },
  }),
  row({
    id: 'token-header-case',
    name: 'the name of the header X-Auth-Token is case-insensitive',
    source: `${source}; RFC 9110, section 5.1`,
    needs: ['token'],
    asks: ({ target: { token = '' } }) => [
      { token: null, headers: { 'x-auth-token': token }, label: 'with x-auth-token in lower case' },
      { token: null, headers: { 'X-AUTH-TOKEN': token }, label: 'with X-AUTH-TOKEN in upper case' },
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
      // 401 may be of a token for another project: the documents leave open which status that has.
      const findings = await expectStatus(session, own, { statuses: [200, 403, 404], doubtful: [401], source });
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
      const { expiredToken: token, eipClusterId: clusterId } = session.target;
      const asks: Ask[] = [
        { ...post, token: null, label: 'without a token' },
        ...(clusterId === undefined
          ? []
          : [{ ...post, token: null, clusterId, label: 'of another cluster without a token' }]),
        { ...post, token: '', label: 'with an empty token' },
        ...(session.target.token === undefined ? [] : withGarbled(post)(session).slice(0, 4)),
        ...(token === undefined ? [] : [{ ...post, token, label: 'with an expired token' }]),
      ];
      // A path without the method may say so to any caller.
      const more = (await isOffered(session)) ? [] : [404, 405, 501];
      const expectation = { ...refused, statuses: [401, ...more], doubtful: [400] };
      return expectAll(session, asks, expectation);
    },
  }),
];
