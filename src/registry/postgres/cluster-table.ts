// Clusters in a database. A look-up reads one row, a list those of its project.
import { parameterPatterns } from '../../../generated/parameters.js';
import type { AuthorityFiles } from '../../certificate/authority.js';
import { checkAuthority } from '../../certificate/check-authority.js';
import { ClusterCertError } from '../../errors.js';
import { readFailure } from '../../files/read-failure.js';
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
import { AuthorityOpener, changedAuthority, isOutdated, withSeed } from '../stored-authority.js';
import { authorityOf, insertCluster, recordColumns, recordOf, updateCluster } from './cluster-rows.js';
import type { Row } from './database.js';
import { Leases } from './leases.js';
import { type DatabaseParts, Table } from './table.js';

// A page of a list of all clusters.
const page = 500;

export class ClusterTable extends Table implements ClusterRegistry, ClusterAdministration {
  readonly #opened: Leases<Cluster>;
  readonly #records: Leases<ClusterRecord>;
  readonly #authorities: AuthorityOpener;

  constructor(parts: DatabaseParts, options: StoreOptions) {
    super(parts, options);
    this.#opened = new Leases<Cluster>(openedBounds(options.cacheBytes));
    this.#records = new Leases<ClusterRecord>(recordBounds(options.cacheBytes));
    this.#authorities = new AuthorityOpener({ now: this.now, cacheBytes: options.cacheBytes });
  }

  async find(projectId: string, clusterId: string): Promise<Cluster | undefined> {
    const cluster = await this.#get(clusterId, projectId);
    return cluster?.projectId === projectId ? cluster : undefined;
  }

  async findRecord(projectId: string, clusterId: string): Promise<ClusterRecord | undefined> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id)) return undefined;
    const record = await this.#records.get(id, async () => {
      const text = `select ${recordColumns} from clustercert.clusters where id = $1`;
      const [row] = await this.schema.lookUp(text, [id]);
      // One of another project is as unknown as none, damaged or not.
      if (row && row.project_id !== projectId) return null;
      return row && { rows: row, make: () => readRecord(row) };
    });
    return record?.projectId === projectId ? record : undefined;
  }

  async listRecords(projectId: string): Promise<ClusterRecord[]> {
    const rows = await this.schema.lookUp(
      `select ${recordColumns} from clustercert.clusters where project_id = $1 order by id`,
      [projectId],
    );
    return rows.flatMap((row) => {
      try {
        return [recordOf(row)];
      } catch {
        return [];
      }
    });
  }

  async assertReady(): Promise<void> {
    if (await this.schema.isThere()) await this.schema.assertFits();
    else throw new ClusterCertError('unavailable', `there are no tables in ${this.database.location}`);
  }

  async get(clusterId: string): Promise<Cluster | undefined> {
    return this.#get(clusterId);
  }

  async ids(): Promise<string[]> {
    if (!(await this.schema.isThere())) return [];
    const { rows } = await this.database.query('select id from clustercert.clusters order by id');
    return rows.map(({ id }) => String(id));
  }

  async list(): Promise<{ clusters: Cluster[]; problems: ClusterCertError[] }> {
    const clusters: Cluster[] = [];
    const problems: ClusterCertError[] = [];
    if (!(await this.schema.isThere())) return { clusters, problems };
    for (let last: string | undefined = ''; last !== undefined;) {
      const { rows } = await this.database.query(
        `select * from clustercert.clusters where id > $1 order by id limit ${page}`,
        [last],
      );
      for (const row of rows) {
        try {
          clusters.push(this.#open(row));
        } catch (error) {
          if (!(error instanceof ClusterCertError)) throw error;
          problems.push(error);
        }
      }
      last = rows.length < page ? undefined : String(rows.at(-1)?.id);
    }
    return { clusters, problems };
  }

  async add(record: ClusterRecord, authority: AuthorityFiles, { now }: { now: Date }): Promise<void> {
    const { certificatePem } = checkAuthority(authority, { now }).authority;
    await this.schema.prepareToSeal();
    const cluster = { record, authority: withSeed({ ...authority, certificatePem }) };
    const isNew = await this.database.transaction((query) => insertCluster(query, this.keys, cluster));
    this.#expire(record.id);
    if (!isNew) throw clusterExists(record.id);
  }

  async set(clusterId: string, changes: ClusterChanges, { now }: { now: Date }): Promise<ClusterRecord | undefined> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id) || !(await this.schema.isThere())) return undefined;
    await this.schema.prepareToSeal();
    const record = await this.database.transaction(async (query) => {
      const { rows } = await query('select * from clustercert.clusters where id = $1 for update', [id]);
      const [row] = rows;
      if (!row) return undefined;
      const changed = changedRecord(readRecord(row), changes);
      const authority = authorityOf(row, this.keys);
      const before = { serverCertificatePem: () => authority.serverCertificatePem, files: () => authority };
      const after = (await changedAuthority(before, changes, now)) ?? authority;
      await updateCluster(query, this.keys, { record: changed, authority: after });
      return changed;
    });
    this.#expire(id);
    return record;
  }

  async remove(clusterId: string): Promise<boolean> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id) || !(await this.schema.isThere())) return false;
    const { count } = await this.database.query('delete from clustercert.clusters where id = $1', [id]);
    this.#expire(id);
    return count > 0;
  }

  /** Of one project, or of any. */
  async #get(clusterId: string, projectId?: string): Promise<Cluster | undefined> {
    const id = clusterId.toLowerCase();
    if (!parameterPatterns.cluster_id.test(id)) return undefined;
    const look = async () => {
      const [row] = await this.schema.lookUp('select * from clustercert.clusters where id = $1', [id]);
      // One of another project is as unknown as none, damaged or not.
      if (row && projectId !== undefined && row.project_id !== projectId) return null;
      return row && { rows: row, make: () => this.#open(row) };
    };
    const cluster = await this.#opened.get(id, look);
    if (!cluster || !isOutdated(cluster.authority, this.now())) return cluster;
    this.#opened.forget(id);
    return this.#opened.get(id, look);
  }

  #open(row: Row): Cluster {
    try {
      const record = recordOf(row);
      return { ...record, authority: this.#authorities.open(authorityOf(row, this.keys)) };
    } catch (error) {
      throw readFailure(`cluster '${String(row.id)}'`, error);
    }
  }

  #expire(id: string): void {
    this.#opened.expire(id);
    this.#records.expire(id);
  }
}

function readRecord(row: Row): ClusterRecord {
  try {
    return recordOf(row);
  } catch (error) {
    throw readFailure(`cluster '${String(row.id)}'`, error);
  }
}
