// Checks on revocation, where it is offered. They end nobody's certificates: the bodies are not JSON or name a user
// that does not exist. Only `--revoke` ends the certificates of the user that it names.
import { type Definition, assertAnswered, check, expectAll, expectStatus, together } from '../check.js';
import { valuesOf } from '../certificate-fields.js';
import type { ReadCertificate } from '../credential.js';
import { open } from '../good-answers.js';
import { type Fault, type Finding, NotOffered, found } from '../finding.js';
import { judgeForm, judgeRefusedForm } from '../judge-answer.js';
import type { Answer, Ask, Session } from '../session.js';
import { pathOf } from '../target.js';

const source = 'the contract, revokeClusterCert';

/** An ID that no user of any cloud has, because IDs are random. */
const nobody = '{"userId":"00000000000000000000000000000000"}';
const nobodyTwice = `${nobody.slice(0, -1)},"agencyId":"00000000000000000000000000000000"}`;
const notJson = '{"userId":';

function revocation({ target }: Session, label: string, more: Ask = {}): Ask {
  const { projectId = target.projectId, clusterId = target.clusterId, ...rest } = more;
  const path = `${pathOf(projectId, clusterId)}revoke`;
  return { method: 'POST', body: notJson, lookUp: true, ...rest, path, label: `to revoke, ${label}` };
}

async function assertOffered(session: Session): Promise<void> {
  const answer = await session.send(revocation(session, 'with a body that is not JSON'));
  const { status } = answer;
  // A server in front may lead unknown paths elsewhere.
  const isElsewhere = status >= 300 && status < 400;
  const isRefused =
    isMissing(answer) ||
    isElsewhere ||
    (await isRefusedInFront(session, answer)) ||
    (await isRefusedByParser(session, answer));
  if (!isRefused) return;
  await assertAnswered(session);
  throw new NotOffered(`POST …/clustercertrevoke is answered ${status}: it is not offered`);
}

const isMissing = ({ status }: Answer) => [404, 405, 501].includes(status);

/** A gateway without the route sends its own form, whatever the request. */
async function isRefusedInFront(session: Session, answer: Answer): Promise<boolean> {
  if (![400, 401, 403].includes(answer.status)) return false;
  const other = await session.send(withoutToken(session));
  const same = other.status === answer.status && other.body.equals(answer.body);
  return same && judgeForm(session, answer).length > 0;
}

/** Many frameworks parse bodies before they look for the route, so that a path that nobody serves is answered alike. */
async function isRefusedByParser(session: Session, answer: Answer): Promise<boolean> {
  if (![400, 415, 422].includes(answer.status) || !isMissing(await session.send(withoutToken(session)))) return false;
  const pairs = [revocation(session, 'with a body that is not JSON'), withoutToken(session)].map(async (ask) => {
    const elsewhere = {
      ...ask,
      path: `${ask.path ?? ''}d-nothing`,
      label: 'to a path that nobody serves',
      foreign: true,
    };
    const [one, other] = await Promise.all([session.send(ask), session.send(elsewhere)]);
    return one.status === other.status && wordsOf(one) === wordsOf(other);
  });
  return (await Promise.all(pairs)).every(Boolean);
}

/** The body without the path, IDs and times that it may repeat. */
const wordsOf = ({ body, sent }: Answer) =>
  body
    .toString('latin1')
    .replaceAll(sent.path, '')
    .replaceAll(/[\w:.-]*\d[\w:.-]*/g, '');

const withoutToken = (session: Session) => revocation(session, 'without a token', { token: null, body: nobody });

const revocationCheck = (id: string, name: string, definition: Omit<Definition, 'id' | 'name' | 'source'>) =>
  check({
    hostile: true,
    ...definition,
    id,
    operationId: 'revokeClusterCert',
    name: `${name}, where revocation is offered`,
    source,
    judge: async (session) => {
      await assertOffered(session);
      return definition.judge(session);
    },
  });

export const revocationCases = [
  revocationCheck('revoke-invalid-body', 'a revocation that is not JSON is refused', {
    judge: async (session) => {
      const ask = revocation(session, 'with a body that is not JSON');
      // A provider may refuse missing rights and unenforced clusters before it reads the body.
      const expectation = { statuses: [400, 415, 422, 403, 409], doubtful: [401], source };
      const two = revocation(session, 'with a user and an agency', { body: nobodyTwice });
      const answers = await Promise.all([ask, two].map((one) => session.send(one)));
      const form = answers
        .filter(({ status }) => status >= 400 && status < 500)
        .flatMap((answer) => judgeRefusedForm(session, answer));
      return [
        ...(await expectAll(session, [ask], expectation)),
        ...form,
        ...(await expectAll(session, [two], { ...expectation, doubtful: [401, 404] })),
      ];
    },
  }),
  revocationCheck('revoke-unknown-user', 'a revocation of a user that does not exist breaks nothing', {
    judge: (session) => {
      const refusals = [404, 400, 422, 403, 409];
      const clusterId = '00000000-0000-4000-8000-00000000dead';
      return together(
        // Whether a name may be revoked that nobody has is left to the provider.
        expectStatus(session, revocation(session, 'a user that does not exist', { body: nobody }), {
          statuses: [200, ...refusals],
          doubtful: [401],
          source,
        }),
        expectStatus(session, revocation(session, 'in an unknown cluster', { clusterId, body: nobody }), {
          statuses: refusals,
          doubtful: [401],
          source,
        }),
      );
    },
  }),
  revocationCheck('revoke-other-cluster', 'a cluster that GET does not find is none to revoke in', {
    needs: ['otherClusterId'],
    judge: async (session) => {
      const { otherClusterId: clusterId = '' } = session.target;
      const { status } = await session.send({ clusterId, label: 'of the other cluster' });
      if (![403, 404].includes(status)) return [];
      const ask = revocation(session, 'in the other cluster', { clusterId, body: nobody });
      // Of a user that does not exist, in a cluster that is not found.
      return expectAll(session, [ask], { statuses: [404, 400, 422, 403, 409], doubtful: [401], source });
    },
  }),
  revocationCheck('revoke-other-methods', 'a GET revokes nothing', {
    judge: (session) => {
      const ask = revocation(session, 'by GET', { method: 'GET', foreign: true });
      delete ask.body;
      return expectAll(session, [ask], { statuses: [400, 401, 403, 404, 405, 501], source });
    },
  }),
  revocationCheck('revoke-without-token', 'a revocation without a valid token is refused', {
    judge: async (session) => {
      const { expiredToken: token } = session.target;
      const asks = [
        withoutToken(session),
        revocation(session, 'with an empty token', { token: '', body: nobody }),
        revocation(session, 'with a wrong token', { token: 'garbage', body: nobody }),
        ...(token === undefined ? [] : [revocation(session, 'with an expired token', { token, body: nobody })]),
      ];
      // 404 and 409 would mean that user and cluster were looked up before the token.
      const findings = await expectAll(session, asks, { statuses: [401], doubtful: [400, 403], source });
      const taken = (await Promise.all(asks.map((ask) => judgeTaken(session, ask)))).flat();
      // Of the same request, the error says more than the warning.
      const told = new Set(taken.map(({ request }) => request));
      return [...taken, ...findings.filter(({ severity, request }) => severity === 'error' || !told.has(request))];
    },
  }),
  revocationCheck('revoke-foreign-project', 'a revocation in a project that the token is not for is refused', {
    needs: ['otherProjectId'],
    judge: (session) => {
      const { otherProjectId: projectId = '', clusterId, otherClusterId } = session.target;
      const clusters = [clusterId, ...(otherClusterId === undefined ? [] : [otherClusterId])];
      const asks = clusters.map((id) =>
        revocation(session, 'in the other project', { projectId, clusterId: id, body: nobody }),
      );
      return expectAll(session, asks, { statuses: [403, 404], doubtful: [400, 401, 409], source });
    },
  }),
  revocationCheck('revoked', 'a revocation is done, or refused with the reason', {
    needs: ['revoke'],
    last: true,
    judge: async (session) => {
      const body = JSON.stringify({ userId: session.target.revoke });
      const ask = revocation(session, 'the user of --revoke', { body });
      const answer = await session.send(ask);
      const findings = await expectAll(session, [ask], { statuses: [200, 409], doubtful: [403], source });
      if (answer.status === 200)
        return [
          ...findings,
          ...session.findingsOf(answer, found(answer.label, filled(answer))),
          ...(await afterRevocation(session)),
        ];
      return answer.status === 409 ? [...findings, ...judgeForm(session, answer)] : findings;
    },
  }),
];

/**
 * 403 is about rights, which only a known caller has. A gateway may confuse the two; the service itself does not, where it
 * answers 401 to the same token elsewhere.
 */
async function judgeTaken(session: Session, ask: Ask): Promise<Finding[]> {
  const answer = await session.send(ask);
  if (answer.status !== 403 || judgeForm(session, answer).length > 0) return [];
  const { token = null } = ask;
  const get = await session.send({ token });
  if (get.status !== 401) return [];
  const fault: Fault = {
    where: 'the status',
    expected: '401, as GET is answered with the same token or none',
    received: '403, so the caller was taken for somebody without the right to revoke',
    source,
  };
  return session.findingsOf(answer, found(answer.label, [fault]));
}

/** The user may get new certificates, and gets none that is refused. */
async function afterRevocation(session: Session): Promise<Finding[]> {
  const [revoked] = open(session, await session.send())?.credential.certificates ?? [];
  const isOwn = revoked && ['2.5.4.3', '2.5.4.10', '2.5.4.11'].some((type) => isNamed(revoked, type, session));
  // Of somebody else's certificates, the run sees none.
  if (!isOwn) return [];
  const ask = { repeat: 'revoked', label: "after the user's certificates were revoked" };
  const findings = await expectStatus(session, ask, { statuses: [200], source });
  const answer = await session.send(ask);
  const [next] = open(session, answer)?.credential.certificates ?? [];
  if (next?.x509.fingerprint256 !== revoked.x509.fingerprint256) return findings;
  const fault: Fault = {
    where: 'users[0].user.client-certificate-data',
    expected: 'a new certificate',
    received: 'the one that was revoked',
    source,
  };
  return [...findings, ...session.findingsOf(answer, found(answer.label, [fault]))];
}

const isNamed = ({ fields }: ReadCertificate, type: string, { target }: Session) =>
  valuesOf(fields.subject, type).includes(target.revoke ?? '');

/** The documented response has no body; a harmless one is left to the provider. */
function filled({ body }: { body: Buffer }): (Fault & Partial<Pick<Finding, 'severity'>>)[] {
  if (body.length === 0) return [];
  return [{ severity: 'warning', where: 'the body', expected: 'nothing', received: `${body.length} bytes`, source }];
}
