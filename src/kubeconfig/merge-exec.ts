// Merges the `exec` of a user entry again: additions by people stay, settings of another access are removed.
import { isDeepStrictEqual } from 'node:util';
import type { Json } from './kubeconfig-source.js';

// Variables that choose the access: one left from another access would change the call.
const chooses = /^(OS|CLUSTERCERT|HW|HUAWEICLOUD)_/;

/** Our fields over those that are there; variables of other names and `provideClusterInfo` are kept. */
export function mergeExec(old: unknown, wanted: Json): Json {
  if (!isExec(old) || !Array.isArray(old['args']) || !old['args'].includes('credential')) return wanted;
  const kept = listOf(old['env']).filter(({ name }) => typeof name === 'string' && !chooses.test(name));
  const ours = listOf(wanted['env']);
  const has = (list: Json[], name: unknown) => list.some((one) => one['name'] === name);
  const env = [
    ...kept.map((one) => ours.find(({ name }) => name === one['name']) ?? one),
    ...ours.filter(({ name }) => !has(kept, name)),
  ];
  const provided = old['provideClusterInfo'] ?? wanted['provideClusterInfo'];
  const merged = {
    ...old,
    ...wanted,
    env: inOrderOf(listOf(old['env']), env),
    ...(provided !== undefined && { provideClusterInfo: provided }),
  };
  return isDeepStrictEqual(merged, old) ? old : merged;
}

/** The order of the file, so that nothing is moved. */
function inOrderOf(old: Json[], env: Json[]): Json[] {
  const place = ({ name }: Json) => {
    const index = old.findIndex((one) => one['name'] === name);
    return index < 0 ? old.length : index;
  };
  return [...env].sort((one, other) => place(one) - place(other));
}

const isExec = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown) => (Array.isArray(value) ? (value as unknown[]).filter(isExec) : []);
