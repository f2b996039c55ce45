// Exports a whole data folder, and fills one from elsewhere.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openAuthority } from '../../certificate/authority.js';
import { isMissing, isUnusedFolder, listEntries, makeFolder, putFile } from '../../files/atomic-write.js';
import { readFailure } from '../../files/read-failure.js';
import {
  type DataTransfer,
  type StoredCluster,
  type StoredItem,
  type StoredKey,
  type StoredToken,
  type Written,
  isSameItem,
} from '../data-transfer.js';
import { tokenIdOf } from '../new-token.js';
import { readStored } from './access-key-folder.js';
import { createFolder, parseRecord, readAuthority, recordFileOf } from './cluster-files.js';
import type { ClusterFolder } from './cluster-folder.js';
import type { RevocationFolder } from './revocation-folder.js';
import { readRecord } from './token-folder.js';

const extension = '.json';

export class FolderTransfer implements DataTransfer {
  readonly #folder: string;
  readonly #clusters: ClusterFolder;
  readonly #revocations: RevocationFolder;

  constructor(
    dataFolder: string,
    { clusters, revocations }: { clusters: ClusterFolder; revocations: RevocationFolder },
  ) {
    this.#folder = dataFolder;
    this.#clusters = clusters;
    this.#revocations = revocations;
  }

  async *read(onProblem: (problem: unknown) => void): AsyncIterable<StoredItem> {
    const each = async (what: string, read: () => Promise<StoredItem>): Promise<StoredItem[]> => {
      try {
        return [await read()];
      } catch (error) {
        // Removed since it was listed.
        if (!isMissing(error)) onProblem(readFailure(what, error));
        return [];
      }
    };
    for (const clusterId of await this.#names('revocations', /^[0-9a-f-]+$/))
      yield* await each(`the revocations of cluster '${clusterId}'`, async () => ({
        kind: 'revocations',
        clusterId,
        revocations: await this.#revocations.listRevocations(clusterId),
      }));
    for (const id of await this.#clusters.ids()) yield* await each(`cluster '${id}'`, () => this.#readCluster(id));
    for (const id of await this.#names('access-keys', /^[A-Z0-9]{20}$/))
      yield* await each(`access key '${id}'`, () => this.#readKey(id));
    for (const hash of await this.#names('tokens', /^[0-9a-f]{64}$/))
      yield* await each(`token '${tokenIdOf(hash)}'`, () => this.#readToken(hash));
    if (!(await isUnusedFolder(path.join(this.#folder, 'tokens')))) yield { kind: 'mark' };
  }

  async write(item: StoredItem): Promise<Written> {
    if (item.kind === 'revocations') {
      await this.#revocations.merge(item.clusterId, item.revocations);
      return 'copied';
    }
    if (item.kind === 'mark') {
      await makeFolder(path.join(this.#folder, 'tokens'));
      return 'copied';
    }
    const known = await this.#readSame(item);
    if (known) return isSameItem(known, item) ? 'present' : 'different';
    if (item.kind === 'cluster') {
      const { record, authority } = item;
      return (await createFolder(this.#clusterFolder(record.id), record, authority)) ? 'copied' : 'different';
    }
    if (item.kind === 'token') {
      const { caller, createdAt, expiresAt } = item;
      await this.#put('tokens', item.hash, { ...callerOf(caller), createdAt, expiresAt });
    } else {
      const { id, secret, securityTokenHash, expiresAt } = item.key;
      const { createdAt } = item;
      await this.#put('access-keys', id, { ...callerOf(item.key), createdAt, expiresAt, secret, securityTokenHash });
    }
    return 'copied';
  }

  async #readSame(item: StoredCluster | StoredToken | StoredKey): Promise<StoredItem | undefined> {
    try {
      if (item.kind === 'cluster') return await this.#readCluster(item.record.id);
      return await (item.kind === 'token' ? this.#readToken(item.hash) : this.#readKey(item.key.id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #readCluster(id: string): Promise<StoredCluster> {
    const folder = this.#clusterFolder(id);
    const record = parseRecord(await readFile(recordFileOf(folder), 'utf8'), id);
    const authority = await readAuthority(folder);
    // Without a seed file, the seed is derived from the key; other engines keep it separately.
    const seed = authority.seed ?? openAuthority(authority).seed;
    return { kind: 'cluster', record, authority: { ...authority, seed } };
  }

  async #readToken(hash: string): Promise<StoredToken> {
    const text = await readFile(this.#fileOf('tokens', hash), 'utf8');
    const { createdAt, expiresAt, ...caller } = readRecord(tokenIdOf(hash), text);
    return { kind: 'token', hash, caller, createdAt, expiresAt };
  }

  async #readKey(id: string): Promise<StoredKey> {
    return { kind: 'access key', ...readStored(id, await readFile(this.#fileOf('access-keys', id), 'utf8')) };
  }

  async #names(folder: string, pattern: RegExp): Promise<string[]> {
    const files = (await listEntries(path.join(this.#folder, folder))).filter((name) => name.endsWith(extension));
    return files.map((name) => name.slice(0, -extension.length)).filter((name) => pattern.test(name));
  }

  async #put(folder: string, name: string, content: object): Promise<void> {
    await putFile(this.#fileOf(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }

  #fileOf(folder: string, name: string): string {
    return path.join(this.#folder, folder, name + extension);
  }

  #clusterFolder(id: string): string {
    return path.join(this.#folder, 'clusters', id);
  }
}

function callerOf({ userId, projectId, groups }: StoredToken['caller']) {
  return { userId, projectId, groups };
}
