// Detours in the path of a request (dot segments, doubled slashes, encodings) and their allowed responses.
import { judgeStatus } from './check.js';
import { type Finding, found } from './finding.js';
import { open } from './good-answers.js';
import { judgeSameCluster } from './kubectl-rules.js';
import type { Answer, Ask, Session } from './session.js';
import { type Target, pathOf } from './target.js';

export interface Trick {
  path: string;
  /** Servers that normalise paths turn it into the target's own path, which the token is for. */
  tidiedToOwn?: boolean;
}

/** Detours to the same cluster, and ways out of the project. */
export function tricks({ projectId: p, clusterId: c, otherProjectId, otherClusterId }: Target): Trick[] {
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

/**
 * Servers resolve different detours; only the caller who gets certificates counts. An authorised caller gains nothing
 * by a detour to the same cluster.
 */
export async function judgeTrick(session: Session, { path, tidiedToOwn = false }: Trick): Promise<Finding[]> {
  const { projectId, clusterId } = session.target;
  const shown = path.replaceAll(projectId, 'PROJECT').replaceAll(clusterId, 'CLUSTER');
  const label = `of the path ${shown.slice(0, 100)}`;
  const answer = await session.send({ path, label, foreign: true });
  // A path that opens nothing with a valid token opens nothing without one.
  const isRefused = answer.status >= 400 && answer.status < 500;
  const anonymous = isRefused
    ? []
    : await judgeTrickAnswer(session, { path, token: null, label: `${label} without a token` });
  if (tidiedToOwn && answer.status === 200 && (await isOwn(session, answer))) return anonymous;
  return [...anonymous, ...(await judgeTrickAnswer(session, { path, label }))];
}

/** Whether a kubeconfig is of the very cluster that the token is for. */
async function isOwn(session: Session, answer: Answer): Promise<boolean> {
  const base = open(session, await session.send());
  const other = open(session, answer);
  return base !== undefined && other !== undefined && judgeSameCluster(base.kubeconfig, other.kubeconfig).length === 0;
}

async function judgeTrickAnswer(session: Session, ask: Ask): Promise<Finding[]> {
  const source = 'Table 1; RFC 3986, section 5.2.4';
  const answer = await session.send({ ...ask, foreign: true });
  const kubeconfig = kubeconfigIn(session, answer, source);
  if (kubeconfig.length > 0) return kubeconfig;
  // A gateway's page is no kubeconfig.
  return judgeStatus(session, answer, { statuses: [200, 204, 400, 401, 403, 404, 405, 414], source });
}

/** The fault of an unexpected kubeconfig. */
export function kubeconfigIn(session: Session, answer: Answer, source: string): Finding[] {
  if (!open(session, answer)?.kubeconfig.users?.length) return [];
  return session.findingsOf(
    answer,
    found(answer.label, [
      { where: 'the body', expected: 'no certificates', received: 'a kubeconfig with a credential', source },
    ]),
  );
}
