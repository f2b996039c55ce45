// Checks on the URL: unknown, foreign and malformed clusters and projects, tricks with the path, methods.
import { type Expectation, check, expectAll, expectStatus, row, together } from '../check.js';
import { type Finding, found } from '../finding.js';
import { judgeTrick, kubeconfigIn, tricks } from '../path-tricks.js';
import { judgeAllow, judgeForm } from '../judge-answer.js';
import type { Answer, Ask, Session } from '../session.js';
import { pathOf } from '../target.js';

const hexOther = (text: string, at: number) => text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);

const clusterRow = 'Table 1, cluster_id; Status Code page';
const methodSource = 'the API page: GET; RFC 9110, section 15.5.6';
const projectRow = 'Table 1, project_id; Status Code page';

export const addressCases = [
  row({
    id: 'unknown-cluster',
    name: 'an unknown cluster is not found',
    source: `${clusterRow}, 404`,
    statuses: [404],
    asks: ({ target: { clusterId } }) => [
      { clusterId: '00000000-0000-4000-8000-00000000dead', label: 'of an unknown cluster' },
      {
        clusterId: hexOther(clusterId, clusterId.length - 1),
        label: 'of a cluster whose ID differs in the last digit',
      },
      { clusterId: hexOther(clusterId, 0), label: 'of a cluster whose ID differs in the first digit' },
    ],
  }),
  row({
    id: 'unknown-cluster-hidden',
    name: 'whether a cluster exists is hidden from callers without a token',
    source: `${clusterRow}, 401`,
    statuses: [401],
    asks: () => [
      {
        token: null,
        clusterId: '00000000-0000-4000-8000-00000000dead',
        label: 'of an unknown cluster without a token',
      },
      {
        token: 'garbage',
        clusterId: '00000000-0000-4000-8000-00000000dead',
        label: 'of an unknown cluster with a wrong token',
      },
    ],
  }),
  row({
    id: 'malformed-cluster-id',
    name: 'a malformed cluster ID is refused',
    source: `${clusterRow}, 400`,
    statuses: [400, 404],
    doubtful: [401, 403, 422],
    asks: ({ target: { clusterId } }) =>
      ['nope', `${clusterId}x`, clusterId.slice(0, -1)].map((id) => ({
        clusterId: id,
        label: `of the malformed cluster ID ${id}`,
      })),
  }),
  row({
    id: 'hostile-cluster-id',
    name: 'a hostile cluster ID is refused',
    source: `${clusterRow}, 400`,
    statuses: [400, 404],
    hostile: true,
    asks: () =>
      ['*', '%25', "a'b", "1'%20OR%20'1'='1", 'constructor', '__proto__', '%7B%7D', 'a'.repeat(2000)].map((id) => ({
        clusterId: id,
        foreign: true,
        label: `of the hostile cluster ID ${id.slice(0, 48)}`,
      })),
  }),
  check({
    id: 'encoded-cluster-id',
    name: 'an encoded cluster ID finds nothing else',
    source: `${clusterRow}; RFC 3986, section 2`,
    hostile: true,
    judge: async (session) =>
      (
        await Promise.all(
          encodedIds(session.target.clusterId).map((id) =>
            judgeTrick(session, { path: pathOf(session.target.projectId, id), tidiedToOwn: true }),
          ),
        )
      ).flat(),
  }),
  row({
    id: 'unknown-project',
    name: 'an unknown project is refused',
    source: `${projectRow}, 403`,
    statuses: [403, 404],
    doubtful: [400, 401],
    asks: ({ target: { projectId } }) => [
      { projectId: '0123456789abcdef0123456789abcdef', label: 'of an unknown project' },
      {
        projectId: hexOther(projectId, projectId.length - 1),
        label: 'of a project whose ID differs in the last digit',
      },
      { projectId: hexOther(projectId, 0), label: 'of a project whose ID differs in the first digit' },
    ],
  }),
  row({
    id: 'malformed-project-id',
    name: 'a malformed project ID is refused',
    source: `${projectRow}, 400`,
    statuses: [400, 403, 404],
    doubtful: [401, 422],
    asks: ({ target: { projectId } }) =>
      ['nope', `${projectId}0`, projectId.slice(0, -1), `${projectId.slice(0, 8)}-${projectId.slice(8)}`].map((id) => ({
        projectId: id,
        label: `of the malformed project ID ${id.slice(0, 48)}`,
      })),
  }),
  row({
    id: 'hostile-project-id',
    name: 'a hostile project ID is refused',
    source: `${projectRow}, 400`,
    statuses: [400, 403, 404],
    hostile: true,
    asks: ({ target: { projectId } }) =>
      ['*', '%00', `${projectId}%20`, "a'b", '__proto__'].map((id) => ({
        projectId: id,
        foreign: true,
        label: `of the hostile project ID ${id.slice(0, 48)}`,
      })),
  }),
  check({
    id: 'path-tricks',
    name: 'tricks with the path open nothing',
    hostile: true,
    source: 'Table 1; RFC 3986, section 5.2.4',
    judge: async (session) =>
      (await Promise.all(tricks(session.target).map((trick) => judgeTrick(session, trick)))).flat(),
  }),
  check({
    id: 'other-methods',
    name: 'other methods are refused',
    source: methodSource,
    judge: async (session) => {
      const asks = (session.target.safe ? ['PATCH'] : ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']).map(
        (method): Ask => ({
          method,
          foreign: true,
          ...(['PUT', 'PATCH'].includes(method) && { body: '{}' }),
        }),
      );
      const anonymous: Ask = { method: 'DELETE', token: null, foreign: true, label: 'without a token' };
      const override: Ask = {
        headers: { 'X-HTTP-Method-Override': 'DELETE' },
        label: 'with X-HTTP-Method-Override: DELETE',
      };
      const stranger: Ask = { ...override, token: null, foreign: true, label: `${override.label ?? ''} and no token` };
      const refused = { statuses: [400, 401, 403, 404, 405, 501], source: methodSource };
      if (session.target.safe) return expectAll(session, asks, refused);
      const allowed = async () =>
        (await Promise.all(asks.map((ask) => session.send(ask))))
          // A gateway in front may omit Allow; the service itself may not.
          .filter(({ body }) => body.includes('"errorCode"'))
          .flatMap((answer) => session.findingsOf(answer, found(answer.label, judgeAllow(answer))));
      return together(
        allowed(),
        expectAll(session, [...asks, anonymous, stranger], refused),
        expectStatus(session, override, {
          statuses: [200, 400, 404, 405],
          doubtful: [401, 403],
          source: methodSource,
        }),
      );
    },
  }),
  check({
    id: 'head-and-options',
    name: 'HEAD and OPTIONS reveal no secret',
    source: 'RFC 9110, sections 9.3.2 and 9.3.7',
    judge: (session) => {
      const options = async () =>
        kubeconfigIn(session, await session.send({ method: 'OPTIONS' }), 'RFC 9110, section 9.3.7');
      const form = async () => {
        const answer = await session.send({ method: 'HEAD' });
        return isReset(answer) ? [] : judgeForm(session, answer);
      };
      return together(
        expectUnlessReset(
          session,
          { method: 'HEAD' },
          { statuses: [200, 204, 404, 405, 501], source: 'RFC 9110, section 9.3.2', doubtful: [400, 401, 403] },
        ),
        form(),
        expectUnlessReset(
          session,
          { method: 'HEAD', token: null, label: 'without a token' },
          { statuses: [401, 403, 404, 405, 501], source: 'Table 2, X-Auth-Token', doubtful: [400] },
        ),
        expectUnlessReset(
          session,
          { method: 'OPTIONS' },
          {
            // Nothing in the documents needs OPTIONS; frameworks refuse it as they like.
            statuses: [200, 204, 400, 401, 403, 404, 405, 406, 415, 422, 501],
            source: 'RFC 9110, section 9.3.7',
          },
        ),
        options(),
      );
    },
  }),
];

const isReset = ({ failure }: Answer) => failure?.kind === 'reset';

/** Some front doors refuse a method by closing the connection: nothing is revealed, and GET works. */
async function expectUnlessReset(session: Session, ask: Ask, expectation: Expectation): Promise<Finding[]> {
  const findings = await expectStatus(session, ask, expectation);
  if (!isReset(await session.send(ask))) return findings;
  return findings.map((one) => ({ ...one, severity: 'warning' }));
}

const encodedIds = (id: string) => [
  `${id}%00`,
  `${id}%20`,
  `%20${id}`,
  `${id}%0a`,
  `${id}%2F`,
  `${id}%2Fmore`,
  `x%2F..%2F${id}`,
  `..%2F${id}`,
  '%zz',
  '%ff',
  `%25${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
  `${id};x=1`,
  `${id}%3Fx`,
  `${id}%23x`,
  `${id}.json`,
];
