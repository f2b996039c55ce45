// Checks on projects that the token is not for, in the path and in the header X-Project-Id.
import { check, expectStatus } from '../check.js';
import type { Finding } from '../finding.js';
import type { Ask, Session } from '../session.js';

const projectRow = 'Table 1, project_id; Status Code page';

export const projectCases = [
  check({
    id: 'foreign-project',
    name: 'a project that the token is not for is refused',
    source: `${projectRow}, 403`,
    needs: ['otherProjectId'],
    judge: (session) => foreign(session, {}),
  }),
  check({
    id: 'post-foreign-project',
    operationId: 'createClusterCert',
    name: 'a POST for a project that the token is not for is refused',
    source: `${projectRow}, 403`,
    needs: ['otherProjectId'],
    judge: (session) => foreign(session, { method: 'POST', body: '{"duration":30}' }),
  }),
];

async function foreign(session: Session, more: Ask): Promise<Finding[]> {
  const { projectId: own, otherProjectId: projectId = '', otherClusterId, clusterId } = session.target;
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
    {
      ...more,
      projectId,
      clusterId: id,
      headers: { 'X-Project-Id': own },
      label: 'for a foreign project, with the own one in X-Project-Id',
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
    // A token for another project gets 403 or 404; some gateways send 401.
    ...asks.map((ask) => expectStatus(session, ask, { statuses, doubtful: [400, 401], source })),
    stranger(session, more),
    ...anonymous.map((ask) =>
      expectStatus(session, ask, {
        statuses: [401, ...(more.method === 'POST' ? [404, 405, 501] : [])],
        doubtful: [400, 403, 404],
        source,
      }),
    ),
  ]);
  return findings.flat();
}

/** The other user's own project in a header does not open the run's project. */
async function stranger(session: Session, more: Ask): Promise<Finding[]> {
  const { otherToken: token, otherProjectId } = session.target;
  if (token === undefined || otherProjectId === undefined) return [];
  const plain = await session.send({ token, label: 'by the other user' });
  if (![403, 404].includes(plain.status)) return [];
  const headers = { 'X-Project-Id': otherProjectId };
  const ask = { ...more, token, headers, label: 'by the other user, with the other project in X-Project-Id' };
  const statuses = [403, 404, ...(more.method === 'POST' ? [405, 501] : [])];
  return expectStatus(session, ask, { statuses, doubtful: [400, 401], source: `${projectRow}, 403` });
}
