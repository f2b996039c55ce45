// Checks on signatures with an access key: valid ones are accepted; wrong, late and foreign ones are not.
import { type Definition, check, expectStatus } from '../check.js';
import { type Fault, type Finding, NotChecked, found } from '../finding.js';
import { duration30, signedAsSdksWriteIt } from '../good-answers.js';
import type { Ask, Session } from '../session.js';
import { type Signing, hostHint, signedWithoutHost } from '../sign-request.js';
import { pathOf } from '../target.js';

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
    // An unknown query may itself be refused.
    const statuses = ask.path === undefined ? [401] : [401, 400];
    // The older form need not be known, and a date that is none is malformed.
    const doubtful = ask.sign?.older === true || ask.sign?.date !== undefined ? [400] : [];
    findings.push(...(await expectStatus(session, ask, { statuses, doubtful, source: signing })));
  }
  return findings;
}

async function assertSignedWorks(session: Session): Promise<void> {
  const { status } = await session.send({ sign: {}, label: 'signed' });
  if (status !== 200) throw new NotChecked('a right signature was not answered with 200');
}

/** Which headers the vendor's SDKs sign; all of them send X-Project-Id. */
function sdks({ target: { projectId } }: Session): Ask[] {
  const signed = (name: string, names: string[]): Ask => ({
    headers: { 'X-Project-Id': projectId, 'User-Agent': `huaweicloud-usdk-${name.toLowerCase()}/3.0` },
    sign: { names },
    label: `signed as the ${name} SDK does it`,
  });
  return [
    signed('Node', ['content-type', 'host', 'x-project-id']),
    signed('Python', ['content-type', 'host', 'user-agent', 'x-project-id']),
    signed('Go', ['user-agent', 'x-project-id']),
  ];
}

/** A proxy that changes Host breaks each signature that it is part of, and no other. */
async function changedHost(session: Session): Promise<Finding[]> {
  const answer = await session.send({ sign: {}, label: 'signed' });
  if (answer.status !== 401) return [];
  const { status } = await session.send(signedWithoutHost);
  if (status !== 200) return [];
  const fault: Fault = {
    where: 'header Host',
    expected: 'the one that the client sent and signed',
    received: `401; the same request, signed without Host, is answered 200: ${hostHint}`,
    source: `${signing}: Host is signed`,
  };
  return session.findingsOf(answer, found(answer.label, [fault]));
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
        ...((await session.send(duration30)).status === 200 ? signedAsSdksWriteIt : []),
      ];
      const changed = await changedHost(session);
      if (changed.length > 0) return changed;
      const findings = [];
      for (const ask of [...asks, ...sdks(session)])
        findings.push(...(await expectStatus(session, ask, { statuses: [200], source: signing })));
      if (findings.length > 0) return findings;
      const older: Ask = { sign: { older: true }, label: 'signed in the older form' };
      return expectStatus(session, older, { statuses: [200], doubtful: [400, 401], source: signing });
    },
  }),
  check({
    ...key,
    id: 'wrong-signature',
    name: 'a wrong signature is refused',
    judge: async (session) => {
      await assertSignedWorks(session);
      const temporary = session.target.accessKey?.securityToken !== undefined;
      return refusedSigned(session, [
        ...(temporary ? [wrong('a temporary key without X-Security-Token', { change: 'no x-security-token' })] : []),
        wrong('first digit of the signature changed', { change: 'first digit' }),
        wrong('last digit of the signature changed', { change: 'last digit' }),
        wrong('second half of the signature replaced', { change: 'all but the first half' }),
        wrong('with an empty signature', { change: 'empty' }),
        wrong('with a signature of zeros', { change: 'zeros' }),
        wrong('with another secret key', { secret: 'A'.repeat(40) }),
        wrong('with an unknown access key', { id: 'ZZZZZZZZZZZZZZZZZZZZ' }),
        // What programs look up for a key that is not there.
        ...['', 'undefined', 'null', 'None'].map((secret) =>
          wrong(`with an unknown access key and the secret key '${secret}'`, { id: 'ZZZZZZZZZZZZZZZZZZZZ', secret }),
        ),
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
      // The very signature that is sent once more below: a provider may remember those that were right.
      const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
      await session.send({ sign: { date }, label: 'signed' });
      return refusedSigned(session, [
        wrong('for another path', { insteadOf: { path: `${path}/more` } }),
        ...others.map((id = '') => wrong('for another cluster', { insteadOf: { path: pathOf(projectId, id) } })),
        wrong('for another method', { insteadOf: { method: 'DELETE' } }),
        wrong('as if for POST', { insteadOf: { method: 'POST' } }),
        wrong('for another query', { insteadOf: { path: `${path}?a=1` } }),
        wrong('without the query that is sent', { date, insteadOf: { path } }, { path: `${path}?a=1` }),
        ...(offered
          ? [
              wrong('for another body', { insteadOf: { body: '{"duration":1}' } }, duration30),
              wrong('as if for GET', { insteadOf: { method: 'GET' } }, duration30),
            ]
          : []),
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
        // Clocks may differ by ten minutes.
        wrong('half an hour ago', { secondsFromNow: -1800 }),
        wrong('three days ago', { secondsFromNow: -3 * 86400 }),
        wrong('half an hour from now', { secondsFromNow: 1800 }),
        wrong('three days from now', { secondsFromNow: 3 * 86400 }),
        wrong('without x-sdk-date', { change: 'no x-sdk-date' }),
        wrong('with a date that is none', { date: '99999999T999999Z' }),
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
      await assertSignedWorks(session);
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
