// The embedded registry: one folder per cluster under `clusters/`, named by the cluster's ID, with its record and its
// authority under the names that kubeadm uses. A folder from elsewhere can be dropped in or mounted read-only.
import { randomBytes } from 'node:crypto';
import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parameterPatterns } from '../../generated/parameters.js';
import { type AuthorityFiles, assertValidAt, openAuthority } from '../certificate/authority.js';
import { isMissing, listEntries, putFolder, removeEntry } from '../data-folder.js';
import { ClusterCertError, firstLine } from '../errors.js';
import { type Cluster, type ClusterRecord, type ClusterRegistry, createClusterRecord } from './cluster-registry.js';

const recordFile = 'cluster.json';
const certificateFile = 'ca.crt';
const privateKeyFile = 'ca.key';
const seedFile = 'seed';
const allFiles = [recordFile, certificateFile, privateKeyFile, seedFile];
const seedBytes = 32;

export class ClusterFolder implements ClusterRegistry {
  readonly #folder: string;
  readonly #opened = new Map<string, { version: string; cluster: Cluster }>();

  constructor(dataFolder: string) {
    this.#folder = path.join(dataFolder, 'clusters');
  }

  async find(projectId: string, clusterId: string): Promise<Cluster | undefined> {
    const cluster = await this.get(clusterId);
    return cluster?.projectId === projectId ? cluster : undefined;
  }

  async findRecord(projectId: string, clusterId: string): Promise<ClusterRecord | undefined> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id) || (await this.#version(id)) === undefined) return undefined;
    const record = await this.#readRecord(id);
    return record.projectId === projectId ? record : undefined;
  }

  async listRecords(projectId: string): Promise<ClusterRecord[]> {
    const records: ClusterRecord[] = [];
    for (const id of await this.ids()) {
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
    const version = await this.#version(id);
    if (version === undefined) {
      this.#opened.delete(id);
      return undefined;
    }
    const known = this.#opened.get(id);
    if (known?.version === version) return known.cluster;
    const cluster = await this.#open(id);
    this.#opened.set(id, { version, cluster });
    return cluster;
  }

  /** The IDs of all clusters, sorted; nothing is opened. */
  async ids(): Promise<string[]> {
    const names = await listEntries(this.#folder);
    return names.filter((name) => parameterPatterns.cluster_id.test(name));
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

  /** Changes whenever a file of the cluster does; undefined when there is no such cluster. */
  async #version(id: string): Promise<string | undefined> {
    const marks = await Promise.all(
      allFiles.map(async (name) => {
        const info = await stat(path.join(this.#folder, id, name)).catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw unreadable(id, error);
        });
        return info && [info.ino, info.size, info.mtimeMs].join(':');
      }),
    );
    return marks.every((mark) => mark === undefined) ? undefined : marks.join(' ');
  }

  async #open(id: string): Promise<Cluster> {
    const record = await this.#readRecord(id);
    try {
      return { ...record, authority: openAuthority(await readAuthority(path.join(this.#folder, id))) };
    } catch (error) {
      throw unreadable(id, error);
    }
  }

  async #readRecord(id: string): Promise<ClusterRecord> {
    try {
      const fields = JSON.parse(await readFile(path.join(this.#folder, id, recordFile), 'utf8')) as ClusterRecord;
      return createClusterRecord({ ...fields, id });
    } catch (error) {
      throw unreadable(id, error);
    }
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
  return new ClusterCertError('data_unreadable', `cluster '${id}' cannot be read: ${firstLine(cause)}`, { cause });
}
