// Cases on the address: clusters and projects that are unknown, foreign or malformed, tricks with the path, methods.
import { type Definition, contractCase, expectStatus, judgeStatus } from '../contract-case.js';
import { headerOf } from '../exchange.js';
import { type Finding, found } from '../finding.js';
import { open } from '../good-answers.js';
import type { Ask, Session } from '../session.js';
import { type Target, pathOf } from '../target.js';

const hexOther = (text: string, at: number) => text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);

function all(
  name: string,
  source: string,
  statuses: readonly number[],
  asks: (session: Session) => Ask[],
  more: Partial<Definition> = {},
) {
  return contractCase({
    name,
    source,
    ...more,
    judge: async (session) =>
      (await Promise.all(asks(session).map((ask) => expectStatus(session, ask, { statuses, source })))).flat(),
  });
}

const clusterRow = 'Table 1, cluster_id; Status Code page';
const projectRow = 'Table 1, project_id; Status Code page';

export const addressCases = [
  all('an unknown cluster is not found', `${clusterRow}, 404`, [404], ({ target: { clusterId } }) => [
    { clusterId: '00000000-0000-4000-8000-00000000dead', label: 'of an unknown cluster' },
    { clusterId: hexOther(clusterId, clusterId.length - 1), label: 'of a cluster whose ID differs in the last digit' },
    { clusterId: hexOther(clusterId, 0), label: 'of a cluster whose ID differs in the first digit' },
  ]),
  all('an unknown cluster is not told to who has no token', `${clusterRow}, 401`, [401], () => [
    { token: null, clusterId: '00000000-0000-4000-8000-00000000dead', label: 'of an unknown cluster without a token' },
    {
      token: 'garbage',
      clusterId: '00000000-0000-4000-8000-00000000dead',
      label: 'of an unknown cluster with a wrong token',
    },
  ]),
  all('a malformed cluster ID is refused', `${clusterRow}, 400`, [400, 404], ({ target: { clusterId } }) =>
    [
      'nope',
      `${clusterId}x`,
      clusterId.slice(0, -1),
      '*',
      '%25',
      "a'b",
      "1'%20OR%20'1'='1",
      'constructor',
      '__proto__',
      '%7B%7D',
      'a'.repeat(2000),
    ].map((id) => ({
      clusterId: id,
      label: `of the malformed cluster ID ${id.slice(0, 48)}`,
    })),
  ),
  all(
    'an encoded cluster ID finds nothing else',
    `${clusterRow}; RFC 3986, section 2`,
    [400, 404],
    ({ target: { clusterId: id } }) =>
      [
        `${id}%00`,
        `${id}%20`,
        `%20${id}`,
        `${id}%0a`,
        `${id}%2F`,
        `${id}%2Fmore`,
        `x%2F..%2F${id}`,
        `..%2F${id}`,
        `%zz`,
        `%ff`,
        `%25${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
        `${id};x=1`,
        `${id}%3Fx`,
        `${id}%23x`,
        `${id}.json`,
      ].map((clusterId) => ({
        clusterId,
        label: `of the encoded cluster ID ${clusterId.slice(0, 60)}`,
      })),
  ),
  contractCase({
    name: 'a project that the token is not for is refused',
    source: `${projectRow}, 403`,
    needs: ['otherProjectId'],
    judge: (session) => foreign(session, {}),
  }),
  contractCase({
    operationId: 'createClusterCert',
    name: 'a POST for a project that the token is not for is refused',
    source: `${projectRow}, 403`,
    needs: ['otherProjectId'],
    judge: (session) => foreign(session, { method: 'POST', body: '{"duration":30}' }),
  }),
  all('an unknown project is refused', `${projectRow}, 403`, [403, 404], ({ target: { projectId } }) => [
    { projectId: '0123456789abcdef0123456789abcdef', label: 'of an unknown project' },
    { projectId: hexOther(projectId, projectId.length - 1), label: 'of a project whose ID differs in the last digit' },
    { projectId: hexOther(projectId, 0), label: 'of a project whose ID differs in the first digit' },
  ]),
  all('a malformed project ID is refused', `${projectRow}, 400`, [400, 403, 404], ({ target: { projectId } }) =>
    [
      'nope',
      `${projectId}0`,
      projectId.slice(0, -1),
      `${projectId.slice(0, 8)}-${projectId.slice(8)}`,
      '*',
      '%00',
      `${projectId}%20`,
      "a'b",
      '__proto__',
    ].map((id) => ({
      projectId: id,
      label: `of the malformed project ID ${id.slice(0, 48)}`,
    })),
  ),
  contractCase({
    name: 'path tricks open nothing',
    source: 'Table 1; RFC 3986, section 5.2.4',
    judge: async (session) =>
      (await Promise.all(tricks(session.target).map((trick) => judgeTrick(session, trick)))).flat(),
  }),
  contractCase({
    name: 'other methods are refused',
    source: 'the API page: GET; RFC 9110, section 15.5.6',
    judge: async (session) => {
      const asks = ['PUT', 'DELETE', 'PATCH', 'TRACE'].map((method): Ask => ({
        method,
        ...(['PUT', 'PATCH'].includes(method) && { body: '{}' }),
      }));
      const statuses = [404, 405, 501];
      const source = 'the API page: GET; RFC 9110, section 15.5.6';
      const findings = (
        await Promise.all(
          asks.map((ask) => expectStatus(session, ask, { statuses, source, doubtful: [400, 401, 403, 415] })),
        )
      ).flat();
      const anonymous = await expectStatus(
        session,
        { method: 'DELETE', token: null, label: 'without a token' },
        { statuses: [...statuses, 401, 403], source },
      );
      const override = {
        headers: { 'X-HTTP-Method-Override': 'DELETE' },
        label: 'with X-HTTP-Method-Override: DELETE',
      };
      const stranger = { ...override, token: null, label: `${override.label} and no token` };
      return [
        ...findings,
        ...anonymous,
        ...(await expectStatus(session, stranger, { statuses: [401, 404, 405], doubtful: [400, 403], source })),
        ...(await expectStatus(session, override, { statuses: [200, 400, 404, 405], source })),
      ];
    },
  }),
  contractCase({
    name: 'HEAD and OPTIONS have no secret to tell',
    source: 'RFC 9110, sections 9.3.2 and 9.3.7',
    judge: async (session) => {
      const head = await expectStatus(
        session,
        { method: 'HEAD' },
        { statuses: [200, 204, 404, 405, 501], source: 'RFC 9110, section 9.3.2', doubtful: [400] },
      );
      const anonymous = await expectStatus(
        session,
        { method: 'HEAD', token: null, label: 'without a token' },
        { statuses: [401, 403, 404, 405, 501], source: 'Table 2, X-Auth-Token', doubtful: [400] },
      );
      const answer = await session.send({ method: 'OPTIONS' });
      const options = await judgeStatus(session, answer, {
        statuses: [200, 204, 404, 405, 501],
        source: 'RFC 9110, section 9.3.7',
        doubtful: [400, 401, 403],
      });
      return [
        ...head,
        ...anonymous,
        ...options.filter(
          ({ where, received }) => answer.status === 0 || where === 'the status' || /echoed|leaked/.test(received),
        ),
        ...kubeconfigIn(session, { ...answer, status: answer.status }, 'RFC 9110, section 9.3.7'),
      ];
    },
  }),
];

async function foreign(session: Session, more: Ask): Promise<Finding[]> {
  const { otherProjectId: projectId = '', otherClusterId, clusterId } = session.target;
  const ids = otherClusterId === undefined ? [clusterId] : [clusterId, otherClusterId];
  const statuses = more.method === 'POST' ? [403, 404, 405, 501] : [403, 404];
  const asks = ids.flatMap((id): Ask[] => [
    { ...more, projectId, clusterId: id, label: 'for a project that the token is not for' },
    {
      ...more,
      projectId,
      clusterId: id,
      headers: { 'X-Project-Id': projectId },
      label: 'for a foreign project, with X-Project-Id',
    },
  ]);
  const anonymous: Ask[] = ids.map((id) => ({
    ...more,
    token: null,
    projectId,
    clusterId: id,
    label: 'for a foreign project without a token',
  }));
  const source = `${projectRow}, 403`;
  const findings = await Promise.all([
    ...asks.map((ask) => expectStatus(session, ask, { statuses, source })),
    ...anonymous.map((ask) =>
      expectStatus(session, ask, { statuses: [401, ...(more.method === 'POST' ? [404, 405, 501] : [])], source }),
    ),
  ]);
  return findings.flat();
}

interface Trick {
  path: string;
  /** Servers that tidy paths up take it for the target's own path, which the token is for. */
  tidiedToOwn?: boolean;
}

function tricks({ projectId: p, clusterId: c, otherProjectId, otherClusterId }: Target): Trick[] {
  const base = pathOf(p, c);
  const other = pathOf(otherProjectId ?? '', otherClusterId ?? c);
  return [
    { path: `/api/v3/projects/${p}/clusters/x/../${c}/clustercert`, tidiedToOwn: true },
    { path: `/api/v3/projects/${p}/clusters/x/%2e%2e/${c}/clustercert`, tidiedToOwn: true },
    { path: `/api/v3/projects/${p}/clusters//${c}/clustercert`, tidiedToOwn: true },
    { path: `${base}/../clustercert`, tidiedToOwn: true },
    { path: `//api/v3/projects/${p}/clusters/${c}/clustercert`, tidiedToOwn: true },
    { path: `/api/v3/projects/${p}/clusters/./${c}/clustercert`, tidiedToOwn: true },
    { path: `${base}/`, tidiedToOwn: true },
    { path: base.replace('/api/', '/API/'), tidiedToOwn: true },
    { path: base.replace(/t$/, '%74'), tidiedToOwn: true },
    { path: `${base};x=1`, tidiedToOwn: true },
    { path: `${base}?x=1`, tidiedToOwn: true },
    { path: `${base}.json`, tidiedToOwn: true },
    { path: `${base}/more` },
    { path: `${base}%00` },
    { path: `${base}%2Fmore` },
    { path: `/api/v3/projects//clusters/${c}/clustercert` },
    { path: `/api/v3/projects/${p}/clusters/clustercert` },
    ...(otherProjectId === undefined
      ? []
      : [
          { path: `/api/v3/projects/${p}/clusters/${c}/../../..${other.slice('/api/v3/projects'.length)}` },
          { path: `/api/v3/projects/${p}/..${other.slice('/api/v3/projects'.length)}` },
          { path: `/api/v3/projects/${p}%2F..%2F${other.slice('/api/v3/projects/'.length)}` },
        ]),
  ];
}

/** Servers differ in which of them they resolve; what counts is who gets certificates. */
async function judgeTrick(session: Session, { path, tidiedToOwn = false }: Trick): Promise<Finding[]> {
  const { projectId, clusterId } = session.target;
  const label = `of the path ${path.replaceAll(projectId, 'PROJECT').replaceAll(clusterId, 'CLUSTER')}`;
  const anonymous = await judgeTrickAnswer(session, { path, token: null, label: `${label} without a token` });
  const answer = await session.send({ path, label });
  if (tidiedToOwn && answer.status === 200) return anonymous;
  return [...anonymous, ...(await judgeTrickAnswer(session, { path, label }))];
}

async function judgeTrickAnswer(session: Session, ask: Ask): Promise<Finding[]> {
  const source = 'Table 1; RFC 3986, section 5.2.4';
  const answer = await session.send(ask);
  if (answer.status >= 300 && answer.status < 400 && /^\/?\/?api|clusters/.test(headerOf(answer, 'location') ?? ''))
    return [];
  const kubeconfig = kubeconfigIn(session, answer, source);
  if (kubeconfig.length > 0) return kubeconfig;
  return judgeStatus(session, answer, { statuses: [400, 401, 403, 404, 405, 414], source });
}

function kubeconfigIn(session: Session, answer: Awaited<ReturnType<Session['send']>>, source: string): Finding[] {
  if (!open(session, answer)?.kubeconfig.users?.length) return [];
  return found(answer.label, [
    { where: 'the body', expected: 'no certificates', received: 'a kubeconfig with a credential', source },
  ]);
}
