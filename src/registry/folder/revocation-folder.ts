// The embedded revocations: one file for each cluster under `revocations/`, apart from the cluster's own folder, so
// that adding a cluster again under its ID does not let revoked users back in. A file is read again only when it
// changed.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheBytesOf } from '../../cache/cache-shares.js';
import { isMissing, makeFolder, putFile } from '../../files/atomic-write.js';
import { withFileLock } from '../../files/file-lock.js';
import { readFailure } from '../../files/read-failure.js';
import { RememberedFiles } from '../../files/remembered-files.js';
import { isName } from '../caller.js';
import type { StoreOptions } from '../data-store.js';
import {
  type ClusterRevocations,
  type OpenRevocations,
  type RevocationAdministration,
  assertCredentialId,
  assertUserId,
  isCredentialId,
  nextGeneration,
  normalClusterId,
  openRevocations,
} from '../revocations.js';

/** The content of a file, by user ID and by credential ID. */
interface RevocationFile {
  users: Record<string, { generation: number; revokedAt: string }>;
  credentials: Record<string, { revokedAt: string; until: string }>;
}

const none: ClusterRevocations = Object.freeze({ users: Object.freeze([]), credentials: Object.freeze([]) });
const entryBytes = 200;

export class RevocationFolder implements RevocationAdministration {
  readonly isLocal = true;
  readonly #folder: string;
  readonly #now: () => Date;
  readonly #remembered: RememberedFiles<{ stored: RevocationFile; current?: OpenRevocations }>;

  constructor(dataFolder: string, { now = () => new Date(), cacheBytes }: StoreOptions = {}) {
    this.#folder = path.join(dataFolder, 'revocations');
    this.#now = now;
    this.#remembered = new RememberedFiles({
      maximumBytes: cacheBytesOf('revocations', cacheBytes),
      sizeOf: ({ stored: { users, credentials } }) =>
        entryBytes * (1 + Object.keys(users).length + Object.keys(credentials).length),
    });
  }

  async listRevocations(clusterId: string): Promise<ClusterRevocations> {
    const known = await this.#read(clusterId);
    if (!known) return none;
    const now = this.#now().getTime();
    if (!known.current || known.current.staleAt <= now) known.current = openRevocations(entriesOf(known.stored), now);
    return known.current.revocations;
  }

  async revokeUser(clusterId: string, userId: string): Promise<number> {
    assertUserId(userId);
    return this.#change(clusterId, (stored, now) => {
      const generation = nextGeneration(stored.users[userId]?.generation ?? 0, now);
      stored.users[userId] = { generation, revokedAt: now.toISOString() };
      return generation;
    });
  }

  async revokeCredential(clusterId: string, credential: { credentialId: string; until: Date }): Promise<void> {
    const { credentialId, until } = credential;
    assertCredentialId(credentialId);
    await this.#change(clusterId, (stored, now) => {
      stored.credentials[credentialId] = { revokedAt: now.toISOString(), until: until.toISOString() };
    });
  }

  /** Adds revocations from elsewhere; of two entries of a user, the larger generation counts. */
  async merge(clusterId: string, { users, credentials }: ClusterRevocations): Promise<void> {
    await this.#change(clusterId, (stored) => {
      for (const { userId, generation, revokedAt } of users)
        if ((stored.users[userId]?.generation ?? 0) < generation)
          stored.users[userId] = { generation, revokedAt: revokedAt.toISOString() };
      for (const { credentialId, revokedAt, until } of credentials)
        stored.credentials[credentialId] = { revokedAt: revokedAt.toISOString(), until: until.toISOString() };
    });
  }

  /** Makes changes by any process one after the other, so that none is lost between reading and writing. */
  async #change<Result>(clusterId: string, change: (stored: RevocationFile, now: Date) => Result): Promise<Result> {
    const file = this.#fileOf(clusterId);
    await makeFolder(this.#folder);
    const write = async () => {
      const now = this.#now();
      const stored: RevocationFile = (await readStored(file)) ?? {
        users: withoutPrototype({}),
        credentials: withoutPrototype({}),
      };
      for (const [id, { until }] of Object.entries(stored.credentials))
        if (new Date(until) <= now) Reflect.deleteProperty(stored.credentials, id);
      const result = change(stored, now);
      await putFile(file, `${JSON.stringify(stored, null, 2)}\n`);
      return result;
    };
    return withFileLock(file, write, { isOurs: true });
  }

  async #read(clusterId: string) {
    try {
      return await this.#remembered.get(
        clusterId,
        () => [this.#fileOf(clusterId)],
        async () => {
          const stored = await readStored(this.#fileOf(clusterId));
          return stored && { stored };
        },
      );
    } catch (error) {
      throw readFailure(`the revocations of cluster '${clusterId}'`, error);
    }
  }

  #fileOf(clusterId: string): string {
    // The pattern of IDs keeps every path inside the folder.
    return path.join(this.#folder, `${normalClusterId(clusterId)}.json`);
  }
}

function entriesOf({ users, credentials }: RevocationFile): ClusterRevocations {
  return {
    users: Object.entries(users).map(([userId, { generation, revokedAt }]) => ({
      userId,
      generation,
      revokedAt: new Date(revokedAt),
    })),
    credentials: Object.entries(credentials).map(([credentialId, { revokedAt, until }]) => ({
      credentialId,
      revokedAt: new Date(revokedAt),
      until: new Date(until),
    })),
  };
}

/** A damaged file must not become a list that lets somebody back in. */
async function readStored(file: string): Promise<RevocationFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const { users, credentials } = JSON.parse(text) as { [Field in keyof RevocationFile]?: Record<string, object> };
  if (!isRecord(users) || !isRecord(credentials)) throw new Error('it has no users or no credentials');
  for (const [userId, { generation, revokedAt }] of Object.entries(users as RevocationFile['users'])) {
    if (!isName(userId) || !Number.isSafeInteger(generation) || generation < 1 || !isTime(revokedAt))
      throw new Error('an entry of a user is damaged');
  }
  for (const [id, { revokedAt, until }] of Object.entries(credentials as RevocationFile['credentials']))
    if (!isCredentialId(id) || !isTime(revokedAt) || !isTime(until))
      throw new Error('an entry of a certificate is damaged');
  return {
    users: withoutPrototype(users as RevocationFile['users']),
    credentials: withoutPrototype(credentials as RevocationFile['credentials']),
  };
}

/** Without a prototype, so that no inherited name counts as a user ID and none is lost. */
const withoutPrototype = <Entry>(entries: Record<string, Entry>): Record<string, Entry> =>
  Object.assign(Object.create(null) as Record<string, Entry>, entries);

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
