// Plans a merge: which entries of a kubeconfig are changed, added and removed, and their names. No name occurs twice in
// the files that kubectl reads together.
import { ClusterCertError } from '../errors.js';
import {
  type ClusterAddition,
  type Kind,
  clusterContent,
  clusterKind,
  contentOf,
  contextKind,
  defaultName,
  entriesOf,
  markOf,
  markedExtensions,
  nameOf,
  rolesOf,
  userContent,
  userKind,
} from './cluster-entries.js';
import { findEntries } from './find-entries.js';
import { type Json } from './kubeconfig-source.js';
import { mergeExec } from './merge-exec.js';

export interface Plan {
  kind: Kind;
  /** `index` is undefined for an entry that is new. */
  entries: { role: string; index: number | undefined; entry: Json }[];
  removed: ReadonlySet<number>;
}

export interface MergePlan {
  plans: readonly Plan[];
  /** The resulting names of the contexts, by role. */
  contexts: ReadonlyMap<string, string>;
  /** The old names of renamed or removed contexts, by role. */
  former: ReadonlyMap<string, string>;
}

export interface PlanOptions {
  /** Contexts are called `ALIAS-internal` and so on. Without it a cluster that is there keeps its names. */
  alias?: string | undefined;
  /** The other files of the list, which kubectl reads together with this one. */
  others?: readonly Json[] | undefined;
}

export function planMerge(value: Json, addition: ClusterAddition, { alias, others = [] }: PlanOptions): MergePlan {
  const found = findEntries(value, addition, alias);
  const all = [value, ...others];
  const roles = rolesOf(addition);
  const clusters = planList(value, clusterKind, {
    wanted: roles.map((role) => ({ role, name: defaultName(addition, role), content: clusterContent(addition, role) })),
    found: found.clusters,
    names: new Names(all, clusterKind),
    addition,
  });
  const users = planList(value, userKind, {
    wanted: [{ role: undefined, name: defaultName(addition), content: userContent(addition) }],
    found: new Map(found.user === undefined ? [] : [[undefined, found.user]]),
    names: new Names(all, userKind),
    addition,
  });
  const contexts = planList(value, contextKind, {
    wanted: roles.map((role) => ({
      role,
      name: alias === undefined ? defaultName(addition, role) : `${alias}-${role}`,
      content: { cluster: nameIn(clusters, role), user: nameIn(users, '') },
    })),
    found: found.contexts,
    names: new Names(all, contextKind, alias !== undefined),
    addition,
  });
  const plans = [withoutUsed(clusters, all, contexts), contexts, users];
  const nameAt = ([role, index]: [string, number]) => [role, nameOf(entriesOf(value, contextKind)[index])] as const;
  return {
    plans,
    contexts: new Map(roles.map((role) => [role, nameIn(contexts, role)])),
    former: new Map([...found.contexts].map(nameAt)),
  };
}

interface ListRequest {
  wanted: { role: string | undefined; name: string; content: Json }[];
  found: ReadonlyMap<string | undefined, number>;
  names: Names;
  addition: ClusterAddition;
}

function planList(value: Json, kind: Kind, { wanted, found, names, addition }: ListRequest): Plan {
  const existing = entriesOf(value, kind);
  const entries = wanted.map(({ role, name, content }) => {
    const index = found.get(role);
    const old = index === undefined ? undefined : existing[index];
    const chosen = names.choose(name, old && nameOf(old));
    return {
      role: role ?? '',
      index,
      entry: entryOf(kind, { old, name: chosen, content, mark: markOf(addition, role) }),
    };
  });
  const removed = [...found].flatMap(([role, index]) => (wanted.some((one) => one.role === role) ? [] : [index]));
  return { kind, entries, removed: new Set(removed) };
}

/**
 * The entry with our fields. A new one is sorted as by kubectl, so that kubectl's rewriting does not change the file.
 */
function entryOf(kind: Kind, parts: { old: Json | undefined; name: string; content: Json; mark: Json }): Json {
  const { old, name, mark } = parts;
  const before = contentOf(old, kind);
  const content = { ...parts.content };
  if (content['exec'] !== undefined) content['exec'] = mergeExec(before['exec'], content['exec'] as Json);
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !kind.managed.includes(key)));
  const full = { ...kept, ...content, extensions: markedExtensions(old, kind, mark) };
  return { ...old, [kind.field]: sorted(full), name };
}

/** Chooses names that are free in all files. */
class Names {
  readonly #taken: Map<string, number>;

  constructor(
    values: readonly Json[],
    private readonly kind: Kind,
    /** Whether no other name is acceptable. */
    private readonly isFixed = false,
  ) {
    this.#taken = new Map();
    for (const entry of values.flatMap((value) => entriesOf(value, kind))) this.#take(nameOf(entry));
  }

  choose(wanted: string, old: string | undefined): string {
    if (old !== undefined) this.#taken.set(old, (this.#taken.get(old) ?? 1) - 1);
    const keeps = old !== undefined && !this.isFixed && !this.#isTaken(old);
    const name = keeps ? old : this.isFixed ? this.#claim(wanted) : this.#unused(wanted);
    this.#take(name);
    return name;
  }

  #take(name: string): void {
    this.#taken.set(name, (this.#taken.get(name) ?? 0) + 1);
  }

  #isTaken(name: string): boolean {
    return (this.#taken.get(name) ?? 0) > 0;
  }

  #unused(name: string): string {
    for (let number = 2, candidate = name; ; number += 1) {
      if (!this.#isTaken(candidate)) return candidate;
      candidate = `${name}-${number}`;
    }
  }

  #claim(name: string): string {
    if (!this.#isTaken(name)) return name;
    throw new ClusterCertError(
      'already_exists',
      `the kubeconfig has a ${this.kind.field} '${name}' of something else; choose another --alias, or remove it: kubectl config delete-context ${name}`,
    );
  }
}

const nameIn = ({ entries }: Plan, role: string) => nameOf(entries.find((one) => one.role === role)?.entry);

/** Clusters that a context of something else refers to are not removed. */
function withoutUsed(clusters: Plan, [value = {}, ...others]: readonly Json[], contexts: Plan): Plan {
  const left = entriesOf(value, contextKind).filter((_, index) => !contexts.removed.has(index));
  const planned = contexts.entries.map(({ index }) => index);
  const foreign = entriesOf(value, contextKind).filter(
    (entry, index) => left.includes(entry) && !planned.includes(index),
  );
  const using = [...foreign, ...others.flatMap((other) => entriesOf(other, contextKind))];
  const names = new Set(using.map((entry) => contentOf(entry, contextKind)['cluster']));
  const removed = [...clusters.removed].filter((index) => !names.has(nameOf(entriesOf(value, clusterKind)[index])));
  return { ...clusters, removed: new Set(removed) };
}

/** The value of the file after the plan, without the current context. */
export function carryOut(value: Json, plans: readonly Plan[]): Json {
  const lists = plans.map(({ kind, entries, removed }) => {
    const before: unknown[] = Array.isArray(value[kind.key]) ? (value[kind.key] as unknown[]) : [];
    const changed = before.map((old, index) => entries.find((one) => one.index === index)?.entry ?? old);
    const added = entries.filter(({ index }) => index === undefined).map(({ entry }) => entry);
    const list = [...changed.filter((_, index) => !removed.has(index)), ...added];
    return [kind.key, list.length === 0 && !(kind.key in value) ? undefined : list] as const;
  });
  return { ...value, ...Object.fromEntries(lists.filter(([, list]) => list !== undefined)) };
}

/** Whether the cluster is in a kubeconfig: 2 with a credential of the caller, 1 with one of somebody else, else 0. */
export function presenceIn(value: Json, addition: ClusterAddition): number {
  const found = findEntries(value, addition, undefined);
  if (found.user !== undefined || found.contexts.size > 0) return 2;
  return found.clusters.size > 0 ? 1 : 0;
}

function sorted(object: Json): Json {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
