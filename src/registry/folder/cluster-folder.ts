// The embedded registry: one folder per cluster under `clusters/`, named by the cluster's ID. A folder from elsewhere can be
// dropped in or mounted read-only.
import { statSync } from 'node:fs';
import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { parameterPatterns } from '../../../generated/parameters.js';
import type { AuthorityFiles } from '../../certificate/authority.js';
import { checkAuthority } from '../../certificate/check-authority.js';
import { listEntries, removeEntry } from '../../files/atomic-write.js';
import { ClusterCertError } from '../../errors.js';
import { withFileLock } from '../../files/file-lock.js';
import { isUnavailable, readFailure } from '../../files/read-failure.js';
import { RememberedFiles } from '../../files/remembered-files.js';
import {
  type Cluster,
  type ClusterAdministration,
  type ClusterChanges,
  type ClusterRecord,
  type ClusterRegistry,
  changedRecord,
  clusterExists,
} from '../cluster-registry.js';
import { openedBounds, recordBounds } from '../cache-bounds.js';
import type { StoreOptions } from '../data-store.js';
import { AuthorityOpener, changedAuthority, isOutdated } from '../stored-authority.js';
import {
  changeFolder,
  clusterFiles,
  createFolder,
  isClusterId,
  parseRecord,
  readAuthority,
  readOwner,
  readServerCertificate,
  recordFileOf,
} from './cluster-files.js';
import { ProjectIndexFolder } from './project-index.js';

// Some 150 bytes each.
const mostOwners = 20_000;
// After this time, files that are copied into place one after the other should be complete.
const settlingMs = 10_000;
const retryAfterSeconds = 2;
// Clusters of a list that are checked before other work gets its turn.
const batch = 200;

/** Clusters in a data folder. */
export class ClusterFolder implements ClusterRegistry, ClusterAdministration {
  readonly isLocal = true;
  readonly #folder: string;
  readonly #now: () => Date;
  readonly #opened: RememberedFiles<Cluster>;
  readonly #records: RememberedFiles<ClusterRecord>;
  readonly #authorities: AuthorityOpener;
  readonly #projects: ProjectIndexFolder;
  /** The projects of records that were read, for records that are damaged later. */
  readonly #owners = new LRUCache<string, string>({ max: mostOwners });

  constructor(dataFolder: string, { now = () => new Date(), cacheBytes }: StoreOptions = {}) {
    this.#now = now;
    this.#folder = path.join(dataFolder, 'clusters');
    this.#opened = new RememberedFiles<Cluster>(openedBounds(cacheBytes));
    this.#records = new RememberedFiles<ClusterRecord>(recordBounds(cacheBytes));
    this.#authorities = new AuthorityOpener({ now, cacheBytes });
    this.#projects = new ProjectIndexFolder(this.#folder, () => this.ids());
  }

  async find(projectId: string, clusterId: string): Promise<Cluster | undefined> {
    const cluster = await this.get(clusterId).catch((error: unknown) => this.#hide(error, projectId, clusterId));
    return cluster?.projectId === projectId ? cluster : undefined;
  }

  async findRecord(projectId: string, clusterId: string): Promise<ClusterRecord | undefined> {
    const record = await this.#recordOf(clusterId).catch((error: unknown) => this.#hide(error, projectId, clusterId));
    return record?.projectId === projectId ? record : undefined;
  }

  async listRecords(projectId: string): Promise<ClusterRecord[]> {
    const records: ClusterRecord[] = [];
    const ids = await this.#projects.idsOf(projectId).catch((error: unknown) => {
      throw readFailure('the folder of the clusters', error);
    });
    for (const [position, id] of ids.entries()) {
      if (position % batch === batch - 1) await setImmediate();
      const record = await this.#recordOf(id).catch((error: unknown) => {
        // An incomplete list must not look complete.
        if (isUnavailable(error)) throw error;
        return undefined;
      });
      if (record?.projectId === projectId) records.push(record);
    }
    return records;
  }

  async assertReady(): Promise<void> {
    // Without clusters the registry's folder does not exist yet; the data folder always does.
    await access(path.dirname(this.#folder), constants.R_OK | constants.X_OK);
  }

  async get(clusterId: string): Promise<Cluster | undefined> {
    // The pattern keeps every path inside the folder.
    if (!parameterPatterns.cluster_id.test(clusterId)) return undefined;
    const id = clusterId.toLowerCase();
    try {
      const look = () =>
        this.#opened.get(
          id,
          () => this.#filesOf(id),
          () => this.#open(id),
        );
      const cluster = await look();
      if (!cluster || !isOutdated(cluster.authority, this.#now())) return cluster;
      this.#opened.forget(id);
      return await look();
    } catch (error) {
      if (this.#isGone(id)) return undefined;
      throw readFailure(`cluster '${id}'`, error);
    }
  }

  async ids(): Promise<string[]> {
    const names = await listEntries(this.#folder).catch((error: unknown) => {
      throw readFailure('the folder of the clusters', error);
    });
    return names.filter(isClusterId);
  }

  async list(): Promise<{ clusters: Cluster[]; problems: ClusterCertError[] }> {
    const clusters: Cluster[] = [];
    const problems: ClusterCertError[] = [];
    for (const id of await this.ids()) {
      try {
        const cluster = await this.get(id);
        if (cluster) clusters.push(cluster);
      } catch (error) {
        if (!(error instanceof ClusterCertError)) throw error;
        problems.push(error);
      }
    }
    return { clusters, problems };
  }

  async add(record: ClusterRecord, authority: AuthorityFiles, { now }: { now: Date }): Promise<void> {
    const { certificatePem } = checkAuthority(authority, { now }).authority;
    const { id } = record;
    if (await createFolder(this.#folderOf(id), record, { ...authority, certificatePem })) {
      this.#owners.set(id, record.projectId);
      return;
    }
    throw clusterExists(id);
  }

  async set(clusterId: string, changes: ClusterChanges, { now }: { now: Date }): Promise<ClusterRecord | undefined> {
    if (!(await this.#recordOf(clusterId))) return undefined;
    const folder = this.#folderOf(clusterId.toLowerCase());
    return withFileLock(path.join(folder, 'set'), () => this.#change(clusterId, changes, now), { isOurs: true });
  }

  async remove(clusterId: string): Promise<boolean> {
    if (!parameterPatterns.cluster_id.test(clusterId)) return false;
    return removeEntry(this.#folderOf(clusterId.toLowerCase()));
  }

  async #change(clusterId: string, changes: ClusterChanges, now: Date): Promise<ClusterRecord | undefined> {
    const before = await this.#recordOf(clusterId);
    if (!before) return undefined;
    const folder = this.#folderOf(before.id);
    const record = changedRecord(before, changes);
    // Everything is checked before anything is written.
    const stored = { serverCertificatePem: () => readServerCertificate(folder), files: () => readAuthority(folder) };
    await changeFolder(folder, record, await changedAuthority(stored, changes, now));
    return record;
  }

  async #recordOf(clusterId: string): Promise<ClusterRecord | undefined> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id)) return undefined;
    try {
      if (!this.#isThere(id)) return undefined;
      return await this.#readRecord(id);
    } catch (error) {
      if (this.#isGone(id)) return undefined;
      throw readFailure(`cluster '${id}'`, error);
    }
  }

  /**
   * A cluster of another project is unknown, damaged or not. One that is damaged for the moment is `unavailable`, not
   * `data_unreadable`.
   */
  async #hide(error: unknown, projectId: string, clusterId: string): Promise<undefined> {
    if (isUnavailable(error)) throw error;
    const owner = await readOwner(this.#folderOf(clusterId.toLowerCase()));
    const known = owner ?? this.#owners.get(clusterId.toLowerCase());
    if (known !== undefined && known !== projectId) return undefined;
    if (!(error instanceof ClusterCertError) || !this.#isSettling(clusterId.toLowerCase())) throw error;
    throw new ClusterCertError('unavailable', `${error.message}; its files are being changed`, {
      cause: error,
      retryAfterSeconds,
    });
  }

  /** Whether a file was changed, made or removed a moment ago: the damage may be half of a change. */
  #isSettling(id: string): boolean {
    const now = this.#now().getTime();
    return [this.#folderOf(id), ...this.#filesOf(id)].some((entry) => {
      const { ctimeMs = -Infinity } = statSync(entry, { throwIfNoEntry: false }) ?? {};
      return Math.abs(now - ctimeMs) < settlingMs;
    });
  }

  #folderOf(id: string): string {
    return path.join(this.#folder, id);
  }

  #filesOf(id: string): string[] {
    return clusterFiles.map((name) => path.join(this.#folder, id, name));
  }

  #isThere(id: string): boolean {
    return this.#filesOf(id).some((file) => statSync(file, { throwIfNoEntry: false }));
  }

  /** Whether what failed to be read was removed meanwhile. */
  #isGone(id: string): boolean {
    try {
      return !this.#isThere(id);
    } catch {
      return false;
    }
  }

  async #open(id: string): Promise<Cluster> {
    const record = await this.#readRecord(id);
    return { ...record, authority: this.#authorities.open(await readAuthority(this.#folderOf(id))) };
  }

  async #readRecord(id: string): Promise<ClusterRecord> {
    const file = recordFileOf(this.#folderOf(id));
    const read = async () => {
      const record = parseRecord(await readFile(file, 'utf8'), id);
      this.#owners.set(id, record.projectId);
      return record;
    };
    // The reader reports missing files.
    return (await this.#records.get(id, () => [file], read)) ?? read();
  }
}
