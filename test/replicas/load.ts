// Readers of every replica, and writers that change their data: tokens, clusters, CAs, and revocations.
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import type { DataStore } from '../../src/registry/data-store.js';
import { newRecord, projectId } from '../registry/tested-store.js';
import type { Replica } from './replica.js';
import type { Answer, Judge, TestCluster, Thing, Token } from './world.js';

const now = () => performance.now();
const pathOf = ({ id }: TestCluster, operation: string) => `/api/v3/projects/${projectId}/clusters/${id}/${operation}`;

export class Load {
  readonly tokens: Token[] = [];
  readonly clusters: TestCluster[] = [];
  /** Changes that were confirmed. */
  readonly written = { tokens: 0, revokedTokens: 0, clusters: 0, removed: 0, authorities: 0, revokedUsers: 0 };
  /** The longest response time of a replica that was not stopped, in ms. */
  slowestMs = 0;
  readonly #judge: Judge;
  readonly #replicas: readonly Replica[];
  readonly #store: DataStore;
  readonly #authorities: readonly AuthorityFiles[];
  readonly #skewSeconds: number;
  readonly #working: Promise<unknown>[] = [];
  #isStopped = false;

  /** `skewSeconds` is how far the clock of a replica may be from ours. */
  constructor(parts: {
    judge: Judge;
    replicas: readonly Replica[];
    store: DataStore;
    authorities: AuthorityFiles[];
    skewSeconds?: number;
  }) {
    this.#judge = parts.judge;
    this.#replicas = parts.replicas;
    this.#store = parts.store;
    this.#authorities = parts.authorities;
    this.#skewSeconds = parts.skewSeconds ?? 0;
  }

  /** Replicas that we slow down on purpose. */
  readonly stopped = new Set<Replica>();

  async addToken(userId: string): Promise<Token | undefined> {
    const made = await attempt(() =>
      this.#store.tokens.add({ userId, projectId, groups: ['developers'] }, { lifetimeSeconds: 3600 }),
    );
    if (!made) return undefined;
    const token = { token: made.token, id: made.record.id, userId, since: now() };
    this.tokens.push(token);
    this.written.tokens += 1;
    return token;
  }

  async addCluster(): Promise<TestCluster | undefined> {
    const record = newRecord({ id: randomUUID(), revocation: 'webhook' });
    const authority = this.#pickAuthority();
    const isDone = await attempt(async () => {
      await this.#store.clusters.add(record, authority, { now: new Date() });
      return true;
    });
    if (!isDone) return undefined;
    const since = now();
    const { certificatePem } = authority;
    const cluster = { id: record.id, since, authorities: [{ certificatePem, since }], generations: new Map() };
    this.clusters.push(cluster);
    this.written.clusters += 1;
    return cluster;
  }

  start({ readers, writers }: { readers: number; writers: number }): void {
    for (const replica of this.#replicas)
      for (let count = 0; count < readers; count++) this.#working.push(this.#repeat(() => this.#read(replica), 1));
    for (let count = 0; count < writers; count++) this.#working.push(this.#repeat(() => this.#write(), 50));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#working);
  }

  /** Requests a certificate from a replica and checks the response. */
  async ask(
    replica: Replica,
    { token, cluster, days = 365 }: { token: Token; cluster: TestCluster; days?: number },
  ): Promise<Answer | undefined> {
    const [startedAt, wasStopped] = [now(), this.stopped.has(replica)];
    const body = days === 365 ? undefined : JSON.stringify({ duration: days });
    const response = await replica.ask(pathOf(cluster, 'clustercert'), { token: token.token, body });
    if (!response) return undefined;
    const answer = { ...response, token, cluster, days, replica: replica.name, startedAt, endedAt: now() };
    if (!wasStopped && !this.stopped.has(replica))
      this.slowestMs = Math.max(this.slowestMs, answer.endedAt - startedAt);
    this.#judge.take(answer);
    return answer;
  }

  async #repeat(work: () => Promise<unknown>, pauseMs: number): Promise<void> {
    while (!this.#isStopped) {
      await work();
      await setTimeout(pauseMs);
    }
  }

  async #read(replica: Replica): Promise<void> {
    // Also what ended a moment ago, which is where a replica could be wrong.
    const recent = <Kind extends Thing>(things: Kind[]) =>
      pick(things.filter(isThere(Math.random() < 0.8 ? now() : now() - 10_000)));
    const [token, cluster] = [recent(this.tokens), recent(this.clusters)];
    if (!token || !cluster) return;
    const answer = await this.ask(replica, { token, cluster, days: pick([365, 365, 365, 30]) ?? 365 });
    if (answer?.status !== 200) await setTimeout(20);
  }

  async #write(): Promise<void> {
    const change = pick([
      () => this.#addCaller(),
      () => this.#end(this.tokens, 8, 'revokedTokens', ({ id }) => this.#store.tokens.revoke(id)),
      () => (this.clusters.filter(isUntouched).length < 16 ? this.addCluster() : undefined),
      () => this.#end(this.clusters, 6, 'removed', ({ id }) => this.#store.clusters.remove(id)),
      () => this.#replaceAuthority(),
      () => this.#revokeUser(),
      () => this.#revokeUser(),
    ]);
    await change?.();
  }

  async #addCaller(): Promise<void> {
    if (this.tokens.filter(isUntouched).length < 24) await this.addToken(`user-${1 + Math.floor(Math.random() * 12)}`);
  }

  /** Ends one of those that are there, until that is confirmed; some stay. */
  async #end<Kind extends Thing>(
    things: Kind[],
    least: number,
    counted: 'revokedTokens' | 'removed',
    end: (thing: Kind) => Promise<boolean>,
  ): Promise<void> {
    const thing = pick(things.slice(least).filter(isUntouched));
    if (!thing) return;
    thing.endBegan = now();
    // False means that an earlier attempt was done after all.
    while ((await attempt(() => end(thing))) === undefined) {
      if (this.#isStopped) return;
      await setTimeout(100);
    }
    thing.endedAt = now();
    this.written[counted] += 1;
  }

  async #replaceAuthority(): Promise<void> {
    // Of one cluster, one at a time: what is tried again would undo what came meanwhile.
    const isReady = ({ authorities }: TestCluster) => (authorities.at(-1)?.since ?? Infinity) < Infinity;
    const cluster = pick(this.clusters.filter(isUntouched).filter(isReady));
    const files = cluster && this.#authorities[cluster.authorities.length];
    if (!cluster || !files) return;
    // Tried again, it must be the same one.
    const authority = { ...files, seed: randomBytes(32) };
    const known = { certificatePem: authority.certificatePem, since: Infinity };
    cluster.authorities.push(known);
    while (isUntouched(cluster) && !this.#isStopped) {
      const set = () => this.#store.clusters.set(cluster.id, { authority }, { now: new Date() });
      if (await attempt(set)) {
        known.since = now();
        this.written.authorities += 1;
        return;
      }
      await setTimeout(100);
    }
  }

  /** Ends the certificates of a user in a cluster: as the user at any replica, or by a command. */
  async #revokeUser(): Promise<void> {
    const [token, cluster, replica] = [
      pick(this.tokens.filter(isUntouched)),
      pick(this.clusters.filter(isUntouched)),
      pick(this.#replicas),
    ];
    if (!token || !cluster || !replica) return;
    const { userId } = token;
    // A generation is no less than the seconds of the epoch by the clock of whoever made it.
    let generation = Math.floor(Date.now() / 1000) - this.#skewSeconds;
    if (Math.random() < 0.5) {
      const body = JSON.stringify({ userId });
      const response = await replica.ask(pathOf(cluster, 'clustercertrevoke'), { token: token.token, body });
      if (response?.status !== 200) return;
    } else {
      const made = await attempt(() => this.#store.revocations.revokeUser(cluster.id, userId));
      if (made === undefined) return;
      generation = made;
    }
    const known = cluster.generations.get(userId) ?? [];
    cluster.generations.set(userId, [...known, { generation, since: now() }]);
    this.written.revokedUsers += 1;
  }

  #pickAuthority(): AuthorityFiles {
    const [first] = this.#authorities;
    if (!first) throw new TypeError('there is no authority');
    return first;
  }
}

/** Whether the end of a thing was not confirmed at that time. */
const isThere =
  (at: number) =>
  ({ endedAt = Infinity }: Thing) =>
    endedAt > at;

const isUntouched = ({ endBegan }: Thing) => endBegan === undefined;

function pick<Value>(values: readonly Value[]): Value | undefined {
  return values[Math.floor(Math.random() * values.length)];
}

/** The result of a change; undefined if it is not known whether it was done. */
async function attempt<Done>(change: () => Promise<Done>): Promise<Done | undefined> {
  try {
    return await change();
  } catch {
    return undefined;
  }
}
