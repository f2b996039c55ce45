// Puts a cluster into the text of a kubeconfig: its entries are changed in place or added, and every other character is
// kept. Pure: merge-files.ts handles the list of files.
import { isDeepStrictEqual } from 'node:util';
import { ClusterCertError } from '../errors.js';
import { changeNode } from './change-node.js';
import type { ClusterAddition } from './cluster-entries.js';
import { addRootKey, editRootList } from './edit-list.js';
import { type Edit, applyEdits, newlineOf } from './edit-text.js';
import { type Json, type KubeconfigSource, findPair, readKubeconfigSource } from './kubeconfig-source.js';
import { type Plan, carryOut } from './plan-merge.js';
import { renderBlock } from './render-yaml.js';
import type { YamlNode } from './yaml/compose.js';

/** The new current context; undefined to leave `current` as it is. */
export function chooseContext(
  current: unknown,
  { contexts, former }: { contexts: ReadonlyMap<string, string>; former: ReadonlyMap<string, string> },
  { kubeconfig }: ClusterAddition,
  { keepContext = false }: { keepContext?: boolean | undefined },
): string | undefined {
  const wanted = contexts.get(kubeconfig['current-context']);
  if (!keepContext) return wanted;
  // The current context may be one of those that are renamed or removed.
  const [role] = [...former].find(([, name]) => name === current) ?? [];
  return role === undefined ? undefined : (contexts.get(role) ?? wanted);
}

/** The text after the plan, with the current context set if one is given. */
export function writePlan(
  source: KubeconfigSource,
  plans: readonly Plan[],
  currentContext: string | undefined,
): string {
  checkRoot(source);
  const isNew = (source.root?.pairs.length ?? 0) === 0;
  const merged = isNew
    ? writeWhole(source, plans, currentContext)
    : applyEdits(source.text, editsOf(source, plans, currentContext));
  assertNothingElseChanged(source, merged, { plans, currentContext, isNew });
  return merged;
}

function checkRoot({ root, value, errorAt }: KubeconfigSource): void {
  const { kind } = value;
  if (kind === undefined || kind === null || kind === '' || kind === 'Config') return;
  const named = typeof kind === 'string' && /^\w{1,40}$/.test(kind) ? `'${kind}', ` : '';
  throw errorAt(findPair(root, 'kind')?.value.from ?? 0, `it is not a kubeconfig: its kind is ${named}not 'Config'`);
}

function editsOf(source: KubeconfigSource, plans: readonly Plan[], currentContext: string | undefined): Edit[] {
  const [changes, additions]: [Edit[], Edit[]] = [[], []];
  for (const { kind, entries, removed } of plans) {
    const list = findPair(source.root, kind.key)?.value;
    const values = source.value[kind.key] as unknown[];
    for (const { index, entry } of entries) {
      const node = list?.kind === 'seq' && index !== undefined ? list.items[index] : undefined;
      if (!node || list?.kind !== 'seq') continue;
      changes.push(...changeNode(source, { node, value: values[index ?? 0], inFlow: list.inFlow }, entry));
    }
    const added = entries.filter(({ index }) => index === undefined).map(({ entry }) => entry);
    (list === undefined ? additions : changes).push(...editRootList(source, kind.key, { removed, added }));
  }
  // Text after the last list of the root must follow the additions to that list.
  const edits = [...changes, ...additions, ...editCurrentContext(source, currentContext)];
  const atEnd = edits.some(({ start }) => start === source.text.length);
  return atEnd ? [...closeLastScalar(source), ...edits] : edits;
}

/** The value of a block scalar that ends the text without a line end must not get one. */
function closeLastScalar({ root, text }: KubeconfigSource): Edit[] {
  let last: YamlNode | undefined = root;
  while (last && (last.kind === 'map' || last.kind === 'seq'))
    last = last.kind === 'map' ? last.pairs.at(-1)?.value : last.items.at(-1);
  if (last?.kind !== 'scalar' || last.end !== text.length || /[\n\r]$/.test(text)) return [];
  const [header = '', sign = '', digit = ''] = /^([|>])[-+]?([1-9]?)[-+]?/.exec(text.slice(last.start)) ?? [];
  return header === '' ? [] : [{ start: last.start, end: last.start + header.length, text: `${sign}${digit}-` }];
}

function editCurrentContext(source: KubeconfigSource, name: string | undefined): Edit[] {
  const value = source.value['current-context'];
  if (name === undefined || value === name) return [];
  const pair = findPair(source.root, 'current-context');
  if (!pair) return addRootKey(source, 'current-context', name);
  return changeNode(source, { node: pair.value, value, inFlow: source.root?.inFlow ?? false }, name);
}

const newRoot = { apiVersion: 'v1', kind: 'Config', preferences: {} };

/** A file without content gets all of it. */
function writeWhole(
  { text, root }: KubeconfigSource,
  plans: readonly Plan[],
  currentContext: string | undefined,
): string {
  const current = currentContext === undefined ? {} : { 'current-context': currentContext };
  const { clusters, contexts, users } = carryOut({}, plans);
  const { apiVersion, kind, preferences } = newRoot;
  const config = { apiVersion, clusters, contexts, ...current, kind, preferences, users };
  const newline = newlineOf(text);
  if (root)
    return text.slice(0, root.start) + JSON.stringify(config, null, 2).replaceAll('\n', newline) + text.slice(root.end);
  const open = text !== '' && !/[\n\r\ufeff]$/.test(text);
  return text + `${open ? '\n' : ''}${renderBlock(config)}\n`.replaceAll('\n', newline);
}

/** A safety net: a file in an unforeseen style is refused rather than damaged. */
function assertNothingElseChanged(
  source: KubeconfigSource,
  merged: string,
  { plans, currentContext, isNew }: { plans: readonly Plan[]; currentContext: string | undefined; isNew: boolean },
): void {
  const problem = source.errorAt(source.root?.start ?? 0, 'it is written in a way that cannot be added to safely');
  const wanted = {
    ...(isNew && newRoot),
    ...carryOut(source.value, plans),
    ...(currentContext !== undefined && { 'current-context': currentContext }),
  };
  let value: Json;
  try {
    ({ value } = readKubeconfigSource(merged, 'merged'));
  } catch (cause) {
    throw new ClusterCertError(problem.code, problem.message, { cause });
  }
  if (!isDeepStrictEqual(value, wanted)) throw problem;
}
