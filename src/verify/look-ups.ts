// The look-ups of the contract as requests, and what their responses hold.
import { type Operation, contract } from './contract-schema.js';
import type { Ask, Session } from './session.js';
import { bodyOf } from './strict-json.js';

interface PathItem {
  get?: Operation;
}

export const lookUps = Object.entries(contract.paths).flatMap(([path, item]) => {
  const operation = (item as PathItem).get;
  return operation && !path.endsWith('/clustercert') ? [{ path, operation }] : [];
});

export function lookUp(
  { target }: Session,
  path: string,
  { projectId = target.projectId, clusterId = target.clusterId, query, ...more }: Ask & { query?: string } = {},
): Ask {
  const filled = path.replace('{project_id}', projectId).replace('{cluster_id}', clusterId);
  return { label: filled, ...more, path: query === undefined ? filled : `${filled}?${query}`, lookUp: true };
}

export const lookUpSource = 'the contract, look-ups';

/** The look-ups that the run's token may make. */
export async function offeredLookUps(session: Session): Promise<string[]> {
  const answers = await Promise.all(lookUps.map(({ path }) => session.send(lookUp(session, path))));
  return lookUps.flatMap(({ path }, i) =>
    answers[i]?.status === 200 && isObject(bodyOf(answers[i]).value) ? path : [],
  );
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export const uidOf = (value: unknown): unknown =>
  isObject(value) && isObject(value['metadata']) ? value['metadata']['uid'] : undefined;

export const clusterList = '/api/v3/projects/{project_id}/clusters';
export const oneCluster = `${clusterList}/{cluster_id}`;

/** Of a list; none if it is none. */
export const itemsOf = (value: unknown): unknown[] =>
  isObject(value) && Array.isArray(value['items']) ? (value['items'] as unknown[]) : [];

/** Pages of a list have further members. */
export const isWhole = (value: unknown) =>
  isObject(value) &&
  Array.isArray(value['items']) &&
  Object.keys(value).every((name) => ['kind', 'apiVersion', 'items'].includes(name));

/** The IDs of a whole list. */
export const listed = (value: unknown): unknown[] => (isWhole(value) ? itemsOf(value).map(uidOf) : []);
