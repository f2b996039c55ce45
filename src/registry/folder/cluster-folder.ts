// The embedded registry: one folder per cluster under `clusters/`, named by the cluster's ID, with its record and its
// authority under the names that kubeadm uses. A folder from elsewhere can be dropped in or mounted read-only.
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parameterPatterns } from '../../../generated/parameters.js';
import { type AuthorityFiles, assertValidAt, openAuthority } from '../../certificate/authority.js';
import { isMissing, listEntries, putFolder, removeEntry, unreadableBecause } from '../../files/atomic-write.js';
import { ClusterCertError } from '../../errors.js';
import { RememberedFiles } from '../../files/remembered-files.js';
import { type Cluster, type ClusterRecord, type ClusterRegistry, createClusterRecord } from '../cluster-registry.js';

const recordFile = 'cluster.json';
const certificateFile = 'ca.crt';
const privateKeyFile = 'ca.key';
const seedFile = 'seed';
const allFiles = [recordFile, certificateFile, privateKeyFile, seedFile];
const seedBytes = 32;
// A cluster that is open takes some 15 KB, a record alone 1 KB.
const mostOpened = 2_000;
const mostRecords = 50_000;
// So many clusters of a list are looked at before anything else gets its turn.
const batch = 200;

export class ClusterFolder implements ClusterRegistry {
  readonly #folder: string;
  readonly #opened = new RememberedFiles<Cluster>({ most: mostOpened });
  readonly #records = new RememberedFiles<ClusterRecord>({ most: mostRecords });

  constructor(dataFolder: string) {
    this.#folder = path.join(dataFolder, 'clusters');
  }

  async find(projectId: string, clusterId: string): Promise<Cluster | undefined> {
    const cluster = await this.get(clusterId);
    return cluster?.projectId === projectId ? cluster : undefined;
  }

  async findRecord(projectId: string, clusterId: string): Promise<ClusterRecord | undefined> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id)) return undefined;
    try {
      if (!this.#filesOf(id).some((file) => statSync(file, { throwIfNoEntry: false }))) return undefined;
      const record = await this.#readRecord(id);
      return record.projectId === projectId ? record : undefined;
    } catch (error) {
      throw unreadable(id, error);
    }
  }

  async listRecords(projectId: string): Promise<ClusterRecord[]> {
    const records: ClusterRecord[] = [];
    for (const [index, id] of (await this.ids()).entries()) {
      if (index % batch === 0) await setImmediate();
      const record = await this.#readRecord(id).catch(() => undefined);
      if (record?.projectId === projectId) records.push(record);
    }
    return records;
  }

  async assertReady(): Promise<void> {
    // Without clusters the folder of this registry is not there yet; the data folder always is.
    await access(path.dirname(this.#folder), constants.R_OK | constants.X_OK);
  }

  /** The cluster of that ID in any project. Throws `data_unreadable` when its folder makes no sense. */
  async get(clusterId: string): Promise<Cluster | undefined> {
    // The pattern keeps every path inside the folder.
    if (!parameterPatterns.cluster_id.test(clusterId)) return undefined;
    const id = clusterId.toLowerCase();
    try {
      return await this.#opened.get(id, this.#filesOf(id), () => this.#open(id));
    } catch (error) {
      throw unreadable(id, error);
    }
  }

  /** The IDs of all clusters, sorted; nothing is opened. */
  async ids(): Promise<string[]> {
    const names = await listEntries(this.#folder);
    // In lower case, as they are looked up.
    return names.filter((name) => parameterPatterns.cluster_id.test(name) && name === name.toLowerCase());
  }

  /** Every cluster, sorted by ID, and an error for each folder that makes no sense. */
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

  /**
   * Registers a cluster with its authority. Throws `authority_unusable` for an authority that could not issue
   * certificates now, `already_exists` for an ID that is taken.
   */
  async add(record: ClusterRecord, authority: AuthorityFiles, { now }: { now: Date }): Promise<void> {
    const { certificatePem } = checkAuthority(authority, now);
    const { id, ...fields } = record;
    const added = await putFolder(path.join(this.#folder, id), {
      [recordFile]: `${JSON.stringify(fields, null, 2)}\n`,
      [certificateFile]: certificatePem,
      [privateKeyFile]: authority.privateKeyPem,
      [seedFile]: authority.seed ?? randomBytes(seedBytes),
    });
    if (!added)
      throw new ClusterCertError(
        'already_exists',
        `cluster '${id}' exists already; remove it first or choose another ID`,
      );
  }

  /** Removes a cluster with its authority's key; false when there is none. */
  async remove(clusterId: string): Promise<boolean> {
    if (!parameterPatterns.cluster_id.test(clusterId)) return false;
    return removeEntry(path.join(this.#folder, clusterId.toLowerCase()));
  }

  #filesOf(id: string): string[] {
    return allFiles.map((name) => path.join(this.#folder, id, name));
  }

  async #open(id: string): Promise<Cluster> {
    const record = await this.#readRecord(id);
    return { ...record, authority: openAuthority(await readAuthority(path.join(this.#folder, id))) };
  }

  async #readRecord(id: string): Promise<ClusterRecord> {
    const file = path.join(this.#folder, id, recordFile);
    const read = async () => {
      const fields = JSON.parse(await readFile(file, 'utf8')) as ClusterRecord;
      return createClusterRecord({ ...fields, id });
    };
    // What is missing is for the reader to say.
    return (await this.#records.get(id, [file], read)) ?? read();
  }
}

function checkAuthority(files: AuthorityFiles, now: Date) {
  const authority = openAuthority(files);
  assertValidAt(authority, now);
  return authority;
}

async function readAuthority(folder: string): Promise<AuthorityFiles> {
  const [certificatePem, privateKeyPem] = await Promise.all(
    [certificateFile, privateKeyFile].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  const seed = await readFile(path.join(folder, seedFile)).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (seed && seed.length < seedBytes)
    throw new ClusterCertError('data_unreadable', `its seed has fewer than ${seedBytes} bytes`);
  return { certificatePem: certificatePem ?? '', privateKeyPem: privateKeyPem ?? '', ...(seed && { seed }) };
}

function unreadable(id: string, cause: unknown): ClusterCertError {
  return new ClusterCertError('data_unreadable', `cluster '${id}' cannot be read: ${unreadableBecause(cause)}`);
}
