// Finds the entries of a cluster and a caller in a kubeconfig: by their marks or, where a program such as client-node
// has dropped these, by their names and contents. Copies that people made are not ours.
import {
  type ClusterAddition,
  type Kind,
  callerIn,
  callerOf,
  clusterContent,
  clusterKind,
  contentOf,
  contextKind,
  defaultName,
  entriesOf,
  isMarked,
  markIn,
  nameOf,
  rolesOf,
  userKind,
} from './cluster-entries.js';
import type { Json } from './kubeconfig-source.js';

/** Indexes in the lists of the file. */
export interface FoundEntries {
  user: number | undefined;
  /** By role. */
  clusters: ReadonlyMap<string, number>;
  contexts: ReadonlyMap<string, number>;
}

/** `alias` is the requested name of the contexts, if any. */
export function findEntries(value: Json, addition: ClusterAddition, alias: string | undefined): FoundEntries {
  const finder = new Finder(value, addition, alias);
  const user = finder.user();
  const roles = [...new Set([...rolesOf(addition), ...finder.markedRoles()])];
  const clusters = mapOf(roles, (role) => finder.cluster(role));
  const contexts = mapOf(roles, (role) => finder.context(role, { user, cluster: clusters.get(role) }));
  return { user, clusters, contexts };
}

function mapOf(roles: string[], find: (role: string) => number | undefined): Map<string, number> {
  return new Map(
    roles.flatMap((role) => {
      const index = find(role);
      return index === undefined ? [] : [[role, index]];
    }),
  );
}

class Finder {
  readonly #clusters: Json[];
  readonly #users: Json[];
  readonly #contexts: Json[];

  constructor(
    value: Json,
    readonly addition: ClusterAddition,
    readonly alias: string | undefined,
  ) {
    this.#clusters = entriesOf(value, clusterKind);
    this.#users = entriesOf(value, userKind);
    this.#contexts = entriesOf(value, contextKind);
  }

  markedRoles(): string[] {
    return this.#contexts.flatMap((entry) => this.#roleOf(entry, contextKind) ?? []);
  }

  user(): number | undefined {
    const name = defaultName(this.addition);
    const candidates = indexesOf(this.#users, (entry) => this.#isOurUser(entry, name));
    const isUsed = (index: number) =>
      this.#contexts.some((entry) => this.#isMarked(entry, contextKind) && refers(entry, 'user', this.#users[index]));
    const chosen = best(candidates, [isUsed, (index) => nameOf(this.#users[index]) === name]);
    return chosen !== undefined && this.#isOtherRole(chosen) ? undefined : chosen;
  }

  #isOurUser(entry: Json, name: string): boolean {
    const wanted = callerOf(this.addition);
    const mark = markIn(entry, userKind, this.addition);
    const caller = callerIn(contentOf(entry, userKind))?.name ?? mark?.['user'];
    if (mark) return caller === undefined || wanted === undefined || caller === wanted.name;
    if (isMarked(entry, userKind)) return false;
    const isSame = caller === undefined ? this.#runsUs(entry) : caller === wanted?.name;
    return isSame && (nameOf(entry) === name || nameOf(entry).startsWith(`${name}-`));
  }

  /** Whether kubectl would call `credential` for this cluster. */
  #runsUs(entry: Json): boolean {
    const { args } = (contentOf(entry, userKind)['exec'] ?? {}) as Json;
    return Array.isArray(args) && args.includes('credential') && args.includes(this.addition.clusterId);
  }

  /** The same person with other groups and another alias gets a second entry, as requested. */
  #isOtherRole(index: number): boolean {
    const [old, wanted] = [callerIn(contentOf(this.#users[index], userKind)), callerOf(this.addition)];
    if (this.alias === undefined || !old || !wanted || old.groups === wanted.groups) return false;
    const names = rolesOf(this.addition).map((role) => `${this.alias ?? ''}-${role}`);
    return !this.#contexts.some((entry) => names.includes(nameOf(entry)) && refers(entry, 'user', this.#users[index]));
  }

  cluster(role: string): number | undefined {
    const [wanted, name] = [clusterContent(this.addition, role), defaultName(this.addition, role)];
    const isSame = (index: number) => contentOf(this.#clusters[index], clusterKind)['server'] === wanted['server'];
    const hasName = (index: number) => nameOf(this.#clusters[index]) === name;
    const candidates = indexesOf(this.#clusters, (entry, index) =>
      this.#isMarked(entry, clusterKind)
        ? this.#roleOf(entry, clusterKind) === role
        : !isMarked(entry, clusterKind) &&
          hasBase(nameOf(entry), name) &&
          isSame(index) &&
          trustOf(entry) === trustOf({ cluster: wanted }),
    );
    return best(candidates, [isSame, hasName]);
  }

  context(
    role: string,
    { user, cluster }: { user: number | undefined; cluster: number | undefined },
  ): number | undefined {
    const isOf = (entry: Json) =>
      user === undefined
        ? !this.#users.some((one) => refers(entry, 'user', one))
        : refers(entry, 'user', this.#users[user]);
    const isHere = (index: number) =>
      cluster !== undefined && refers(this.#contexts[index], 'cluster', this.#clusters[cluster]);
    const candidates = indexesOf(this.#contexts, (entry, index) => {
      if (this.#isMarked(entry, contextKind)) return this.#roleOf(entry, contextKind) === role && isOf(entry);
      if (isMarked(entry, contextKind) || user === undefined) return false;
      return isOf(entry) && isHere(index) && hasRole(nameOf(entry), role);
    });
    const named = (name: string) => (index: number) => nameOf(this.#contexts[index]) === name;
    const aliased = named(`${this.alias ?? ''}-${role}`);
    return best(candidates, [aliased, isHere, named(defaultName(this.addition, role))]);
  }

  #isMarked(entry: Json, kind: Kind): boolean {
    return markIn(entry, kind, this.addition) !== undefined;
  }

  #roleOf(entry: Json, kind: Kind): string | undefined {
    const { context } = markIn(entry, kind, this.addition) ?? {};
    return typeof context === 'string' ? context : undefined;
  }
}

/** Whether a name is `base`, or one such as `base-2`, which is chosen where `base` is taken. */
const hasBase = (name: string, base: string) =>
  name === base || (/^-\d+$/.test(name.slice(base.length)) && name.startsWith(base));
const hasRole = (name: string, role: string) => name.replace(/-\d+$/, '').endsWith(`-${role}`);

function refers(context: Json | undefined, field: 'cluster' | 'user', entry: Json | undefined): boolean {
  return entry !== undefined && contentOf(context, contextKind)[field] === nameOf(entry);
}

/** The CA that the server's certificate is checked against. */
function trustOf(entry: Json): string {
  const content = contentOf(entry, clusterKind);
  const data = content['certificate-authority-data'];
  const authority = typeof data === 'string' ? data.replaceAll(/\s/g, '') : '';
  return `${content['insecure-skip-tls-verify'] === true} ${authority}`;
}

function indexesOf(entries: readonly Json[], isOne: (entry: Json, index: number) => boolean): number[] {
  return entries.flatMap((entry, index) => (isOne(entry, index) ? [index] : []));
}

/** The candidate that fulfils the most conditions, in order of importance; of equal ones the first. */
function best(candidates: readonly number[], preferences: ((index: number) => boolean)[]): number | undefined {
  let left = candidates;
  for (const prefers of preferences) {
    const preferred = left.filter(prefers);
    if (preferred.length > 0) left = preferred;
  }
  return left[0];
}
