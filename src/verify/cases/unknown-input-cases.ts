// A check that whoever calls cannot choose user, groups or cluster by fields that the API does not have.
import { judgeSame } from '../all-rules.js';
import { nameOf } from '../certificate-rules.js';
import { check, judgeStatus } from '../check.js';
import { type Fault, type Finding, found } from '../finding.js';
import { type GoodAnswer, duration30, open, repeats } from '../good-answers.js';
import type { Ask, Session } from '../session.js';
import { type Target, pathOf } from '../target.js';

const source = 'Table 1; Table 2: the inputs of the API; CWE-915';

const userNames = ['user', 'username', 'userName', 'user_name', 'userId', 'user_id', 'commonName', 'cn'];
const groupNames = ['groups', 'group', 'organizations', 'role', 'roles'];

/** Members or parameters that would give another user, other groups or another cluster. */
function fields({ otherProjectId, otherClusterId, eipClusterId }: Target): Record<string, string> {
  const cluster = otherClusterId ?? eipClusterId;
  return {
    ...Object.fromEntries(userNames.map((name) => [name, 'admin'])),
    ...Object.fromEntries(groupNames.map((name) => [name, 'system:masters'])),
    ...(cluster !== undefined && { cluster_id: cluster, clusterId: cluster, cluster }),
    ...(otherProjectId !== undefined && { project_id: otherProjectId, projectId: otherProjectId }),
  };
}

const headersOf = ({ projectId, clusterId, otherClusterId, eipClusterId }: Target): Record<string, string> => ({
  ...Object.fromEntries(
    ['X-User-Id', 'X-User', 'X-User-Name', 'X-Remote-User', 'X-Forwarded-User', 'Impersonate-User'].map((name) => [
      name,
      'admin',
    ]),
  ),
  ...Object.fromEntries(
    ['X-Roles', 'X-Remote-Group', 'X-Groups', 'Impersonate-Group'].map((name) => [name, 'system:masters']),
  ),
  'X-Forwarded-Host': 'other-website.example',
  ...Object.fromEntries(
    ['X-Original-URL', 'X-Rewrite-URL'].map((name) => [
      name,
      pathOf(projectId, otherClusterId ?? eipClusterId ?? clusterId),
    ]),
  ),
});

function asksOf({ target }: Session): [like: Ask, ask: Ask][] {
  const others = fields(target);
  const { groups, ...texts } = others;
  return [
    [
      {},
      {
        path: `${pathOf(target.projectId, target.clusterId)}?${new URLSearchParams(others).toString()}`,
        label: 'with user, groups and cluster in the query',
      },
    ],
    [{}, { headers: headersOf(target), label: 'with user, groups and cluster in headers' }],
    [
      duration30,
      {
        ...duration30,
        body: JSON.stringify({ duration: 30, ...texts, groups: [groups] }),
        label: 'with user, groups and cluster in the body',
      },
    ],
  ];
}

const subjectOf = ({ credential }: GoodAnswer) =>
  nameOf(credential.certificates[0]?.x509.subject).split(', ').sort().join(', ');

function faultsBeside(own: GoodAnswer, answer: GoodAnswer): Fault[] {
  const same = judgeSame(own, answer);
  if (same.length > 0 || subjectOf(own) === subjectOf(answer)) return same;
  return [
    {
      where: 'users[0].user.client-certificate-data',
      expected: `the groups of the user: ${subjectOf(own)}`,
      received: subjectOf(answer),
      source,
    },
  ];
}

/** A gateway or provider may refuse what it does not know. */
async function judgeOne(session: Session, like: Ask, ask: Ask): Promise<Finding[]> {
  const base = await session.send(like);
  if (base.status !== 200) return [];
  const answer = await session.send({ ...ask, foreign: true });
  const own = open(session, base);
  const opened = open(session, answer);
  if (!own || !opened) return judgeStatus(session, answer, { statuses: [200, 400, 403, 404, 422], source });
  // Where user or cluster change from call to call, other checks say so.
  const again = open(session, await session.send(repeats[1]));
  const steady = open(session, await session.send());
  if (again && steady && faultsBeside(steady, again).length > 0) return [];
  return session.findingsOf(answer, found(answer.label, faultsBeside(own, opened)));
}

export const unknownInputCases = [
  check({
    id: 'unknown-inputs',
    name: 'user, groups and cluster cannot be chosen by inputs that the API does not have',
    source,
    hostile: true,
    judge: async (session) =>
      (await Promise.all(asksOf(session).map(([like, ask]) => judgeOne(session, like, ask)))).flat(),
  }),
];
