// Puts a cluster into the text of a kubeconfig: its entries are replaced where they stand or added, and every other
// character is kept. Pure: what the text comes from and goes to is left to kubeconfig-file.ts.
import { isDeepStrictEqual } from 'node:util';
import { ClusterCertError } from '../errors.js';
import { changeEntry } from './change-entry.js';
import {
  type ClusterAddition,
  type Kind,
  type WantedEntry,
  clusterKind,
  contextKind,
  markOf,
  markedExtensions,
  roleOf,
  userKind,
  wantedClusters,
  wantedContexts,
  wantedUsers,
} from './cluster-entries.js';
import { addKey, editList } from './edit-list.js';
import { type Edit, type Json, type KubeconfigSource } from './kubeconfig-source.js';
import { applyEdits, findList, findPair, readKubeconfigSource } from './kubeconfig-source.js';
import { newlineOf, renderBlock, renderScalarLike } from './render-yaml.js';

export interface MergeOptions {
  /** For messages: what the text is called (default: kubeconfig). */
  file?: string | undefined;
  /** Contexts are called `ALIAS-internal` and so on. Without it a cluster that is there keeps its names. */
  alias?: string | undefined;
  /** Leaves the current context as it is. */
  keepContext?: boolean | undefined;
}

export interface Merged {
  text: string;
  /** The names of the cluster's contexts. */
  contexts: string[];
  currentContext: string | undefined;
}

/**
 * The text with the cluster in it; the same text where nothing is to change. Throws `data_unreadable` with file, line
 * and column for a text that is no kubeconfig, and `already_exists` for an alias that something else has.
 */
export function mergeKubeconfig(text: string, addition: ClusterAddition, options: MergeOptions = {}): string {
  return merge(text, addition, options).text;
}

/** As `mergeKubeconfig`, and what came of it. */
export function merge(text: string, addition: ClusterAddition, options: MergeOptions = {}): Merged {
  const source = readKubeconfigSource(text, options.file ?? 'kubeconfig');
  const clusters = planList(source, clusterKind, addition, wantedClusters(addition));
  const users = planList(source, userKind, addition, wantedUsers(addition));
  const names = { clusters: clusters.names, user: users.names.get('') ?? '' };
  const wanted = wantedContexts(addition, { alias: options.alias, ...names });
  const contexts = planList(source, contextKind, addition, wanted, options.alias !== undefined);
  const currentContext = chooseContext(source, addition, contexts.names, options);
  const plans = [clusters, contexts, users];
  const merged = source.root?.items.length
    ? applyEdits(text, editsOf(source, plans, currentContext))
    : writeWhole(source, plans, currentContext);
  assertNothingElseChanged(source, merged, { addition, plans });
  return { text: merged, contexts: [...contexts.names.values()], currentContext };
}

interface Plan {
  kind: Kind;
  /** The names that the entries have in the end, by role. */
  names: Map<string, string>;
  entries: { index: number | undefined; entry: Json }[];
  removed: Set<number>;
}

/** Finds the entry of each role, and a name for those that are new. */
function planList(
  { value }: KubeconfigSource,
  kind: Kind,
  addition: ClusterAddition,
  wanted: readonly WantedEntry[],
  rename = false,
): Plan {
  const existing = entriesOf(value, kind);
  const roles = existing.map((entry) => roleOf(entry, kind, addition));
  const taken = new Set(existing.filter((_, index) => roles[index] === undefined).map(nameOf));
  const names = new Map<string, string>();
  const entries = wanted.map(({ role, name, content }) => {
    const index = roles.indexOf(role);
    const old = index < 0 ? undefined : existing[index];
    const chosen = rename ? claim(name, taken) : old ? nameOf(old) : unused(name, taken);
    names.set(role, chosen);
    taken.add(chosen);
    const marked = { ...content, extensions: markedExtensions(old, kind, markOf(addition, role)) };
    return { index: old && index, entry: { [kind.field]: sorted(marked), name: chosen } };
  });
  const removed = roles.flatMap((role, index) =>
    role !== undefined && !names.has(role) && !isUsedElsewhere(value, kind, addition, nameOf(existing[index]))
      ? [index]
      : [],
  );
  return { kind, names, entries, removed: new Set(removed) };
}

function editsOf(source: KubeconfigSource, plans: readonly Plan[], currentContext: string | undefined): Edit[] {
  const [changes, additions]: [Edit[], Edit[]] = [[], []];
  for (const { kind, entries, removed } of plans) {
    const list = findList(source, kind.key);
    const replaced = new Map<number, string>();
    for (const { index, entry } of entries) {
      const put = list && index !== undefined ? changeEntry(source, list, index, { kind, entry }) : undefined;
      if (index !== undefined && put !== undefined) replaced.set(index, put);
    }
    const added = entries.filter(({ index }) => index === undefined).map(({ entry }) => entry);
    (list === undefined ? additions : changes).push(...editList(source, kind.key, { replaced, removed, added }));
  }
  // What comes after the last list of the root has to come after what is added to that list.
  return [...changes, ...additions, ...editCurrentContext(source, currentContext)];
}

function editCurrentContext(source: KubeconfigSource, name: string | undefined): Edit[] {
  if (name === undefined || source.value['current-context'] === name) return [];
  const pair = findPair(source.root, 'current-context');
  if (!pair) return addKey(source, 'current-context', name);
  const [start, end] = pair.value?.range ?? [pair.key.range[1] + 1, pair.key.range[1] + 1];
  const written = source.text.slice(start, end);
  const inJson = source.root?.flow === true ? '"' : written;
  const space = /[ \t]$/.test(source.text.slice(0, start)) ? '' : ' ';
  // A block scalar ends with the end of its line.
  const lineEnd = /\r?\n$/.exec(written)?.[0] ?? '';
  return [{ start, end, text: space + renderScalarLike(inJson, name) + lineEnd }];
}

/** The context that is current in the end; undefined to leave it as it is. */
function chooseContext(
  { value }: KubeconfigSource,
  addition: ClusterAddition,
  names: ReadonlyMap<string, string>,
  { keepContext = false }: MergeOptions,
): string | undefined {
  const wanted = names.get(addition.kubeconfig['current-context']);
  if (!keepContext) return wanted;
  const current = value['current-context'];
  const entry = entriesOf(value, contextKind).find((one) => nameOf(one) === current);
  const role = roleOf(entry, contextKind, addition);
  // The context that is current may be one of those that get another name or go.
  return role === undefined ? undefined : (names.get(role) ?? wanted);
}

/** A file without content gets all of it. */
function writeWhole(
  { text, root }: KubeconfigSource,
  plans: readonly Plan[],
  currentContext: string | undefined,
): string {
  const lists = Object.fromEntries(plans.map(({ kind, entries }) => [kind.key, entries.map(({ entry }) => entry)]));
  const current = currentContext === undefined ? {} : { 'current-context': currentContext };
  const config = sorted({
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    ...current,
    ...lists,
  });
  if (root) return text.slice(0, root.range[0]) + JSON.stringify(config, null, 2) + text.slice(root.range[1]);
  const open = text !== '' && !text.endsWith('\n');
  return text + `${open ? '\n' : ''}${renderBlock(config)}\n`.replaceAll('\n', newlineOf(text));
}

/** A net under all of the above: a file that is written in a way not thought of is refused rather than damaged. */
function assertNothingElseChanged(
  source: KubeconfigSource,
  merged: string,
  { addition, plans }: { addition: ClusterAddition; plans: readonly Plan[] },
): void {
  const problem = source.errorAt(source.root?.range[0] ?? 0, 'it is written in a way that cannot be added to safely');
  let value: Json;
  try {
    ({ value } = readKubeconfigSource(merged, 'merged'));
  } catch (cause) {
    throw new ClusterCertError(problem.code, problem.message, { cause });
  }
  const empty = Object.keys(source.value).length === 0;
  const kept = empty || isDeepStrictEqual(withoutCluster(value, addition), withoutCluster(source.value, addition));
  const there = plans.every(({ kind, entries }) =>
    entries.every(({ entry }) => {
      const found = entriesOf(value, kind).find((one) => nameOf(one) === entry['name']);
      return found !== undefined && isDeepStrictEqual(managedOf(found, kind), managedOf(entry, kind));
    }),
  );
  if (!kept || !there) throw problem;
}

function withoutCluster(value: Json, addition: ClusterAddition): Json {
  const lists = [clusterKind, userKind, contextKind].map((kind) => [
    kind.key,
    entriesOf(value, kind).filter((entry) => roleOf(entry, kind, addition) === undefined),
  ]);
  return { ...value, 'current-context': undefined, ...(Object.fromEntries(lists) as Json) };
}

function managedOf(entry: Json, { field, managed }: Kind): Json {
  const content = (entry[field] ?? {}) as Json;
  return Object.fromEntries([...managed, 'extensions'].map((name) => [name, content[name]]));
}

/** Whether a context of something else refers to an entry. */
function isUsedElsewhere(value: Json, { key, field }: Kind, addition: ClusterAddition, name: string): boolean {
  if (key === 'contexts') return false;
  return entriesOf(value, contextKind).some((entry) => {
    const context = (entry['context'] ?? {}) as Json;
    return roleOf(entry, contextKind, addition) === undefined && context[field] === name;
  });
}

function entriesOf(value: Json, { key }: Kind): Json[] {
  const list = value[key];
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? (entry as Json) : {}));
}

function nameOf(entry: Json | undefined): string {
  const { name = '' } = entry ?? {};
  return typeof name === 'string' ? name : JSON.stringify(name);
}

function unused(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, candidate = name; ; number += 1) {
    if (!taken.has(candidate)) return candidate;
    candidate = `${name}-${number}`;
  }
}

function claim(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  throw new ClusterCertError(
    'already_exists',
    `the kubeconfig has a context '${name}' of something else; choose another --alias`,
  );
}

/** As kubectl writes them, so that a file does not change when it does. */
function sorted(object: Json): Json {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
