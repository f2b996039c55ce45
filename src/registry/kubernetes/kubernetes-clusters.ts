// The registry over a Kubernetes management cluster (Cluster API), read-only. Clusters are listed within a project and
// cached for some seconds; Secrets are read for certificates only.
import { LRUCache } from 'lru-cache';
import { parameterPatterns } from '../../../generated/parameters.js';
import type { Authority } from '../../certificate/authority.js';
import type { Cluster, ClusterRecord, ClusterRegistry, ClusterSummary } from '../cluster-registry.js';
import { ClusterAuthorities } from './cluster-authorities.js';
import { type ClusterEntry, readEntry, refused } from './cluster-entry.js';
import { ClusterLists } from './cluster-lists.js';
import { type Json, type KubernetesApi, objectIn, textIn } from './kubernetes-api.js';
import type { ProjectMapping } from './project-mapping.js';

export interface KubernetesClustersOptions {
  readonly api: KubernetesApi;
  readonly projects: ProjectMapping;
  /** The label of Cluster objects whose value is the ID (default: the ID is `metadata.uid`). */
  readonly idLabel?: string | undefined;
  readonly cacheBytes?: number | undefined;
  readonly now?: () => Date;
  /** How long a list of clusters is cached, in ms. */
  readonly leaseMs?: number;
  /** How long an authority is used before its Secrets are read again, in ms. */
  readonly authorityLeaseMs?: number;
  /** Gets a sentence about each fault that the operator must examine. */
  readonly warn?: (message: string) => void;
}

interface ProjectList {
  readonly entries: ReadonlyMap<string, ClusterEntry>;
  /** IDs that more than one cluster claims. */
  readonly contested: ReadonlySet<string>;
}

const defaultLeaseMs = 5_000;
const defaultAuthorityLeaseMs = 30_000;
// Entries are some 1 KB each.
const mostEntries = 20_000;
// The number of IDs, of 36 characters, in the URL of one request.
const idsPerSelector = 100;

export class KubernetesClusters implements ClusterRegistry {
  readonly #options: KubernetesClustersOptions;
  readonly #leaseMs: number;
  readonly #lists: ClusterLists;
  readonly #authorities: ClusterAuthorities;
  readonly #projects = new LRUCache<string, { list: ProjectList; until: number }>({
    maxSize: mostEntries,
    sizeCalculation: ({ list }) => 1 + list.entries.size,
  });
  readonly #listing = new Map<string, Promise<ProjectList>>();
  readonly #clusters = new WeakMap<Authority, Cluster>();

  constructor(options: KubernetesClustersOptions) {
    const { api, cacheBytes, leaseMs = defaultLeaseMs, authorityLeaseMs = defaultAuthorityLeaseMs } = options;
    this.#options = options;
    this.#leaseMs = leaseMs;
    this.#lists = new ClusterLists(api);
    this.#authorities = new ClusterAuthorities(api, {
      cacheBytes,
      now: options.now ?? (() => new Date()),
      leaseMs: authorityLeaseMs,
      refusalLeaseMs: leaseMs,
    });
  }

  async find(projectId: string, clusterId: string): Promise<Cluster | undefined> {
    const entry = await this.#find(projectId, clusterId);
    if (!entry) return undefined;
    const { record, refusal = 'it is not usable' } = entry;
    if (!record) throw refused(entry, refusal);
    const authority = await this.#authorities.get(entry);
    const kept = this.#clusters.get(authority);
    if (kept && isSame(kept, record)) return kept;
    const cluster = Object.freeze({ ...record, authority });
    this.#clusters.set(authority, cluster);
    return cluster;
  }

  async findRecord(projectId: string, clusterId: string): Promise<ClusterSummary | undefined> {
    return (await this.#find(projectId, clusterId))?.summary;
  }

  /**
   * The same for a cluster of any project, for commands. Without a label of IDs, it lists all clusters. Throws
   * `cluster_not_ready` where several claim the ID.
   */
  async findRecordAnywhere(clusterId: string): Promise<ClusterSummary | undefined> {
    if (!parameterPatterns.cluster_id.test(clusterId)) return undefined;
    const id = clusterId.toLowerCase();
    const { idLabel, projects } = this.#options;
    const objects = await this.#lists.list(idLabel === undefined ? {} : { labelSelector: `${idLabel}=${id}` });
    for (const object of objects) {
      const projectId = projects.projectOf(object);
      const isIt = projectId !== undefined && readEntry(object, { projectId, idLabel })?.summary.id === id;
      if (isIt) return this.findRecord(projectId, id);
    }
    return undefined;
  }

  async listRecords(projectId: string): Promise<ClusterSummary[]> {
    const { entries, contested } = await this.#listOf(projectId);
    const summaries = [...entries.values()].map(({ summary }) => summary).filter(({ id }) => !contested.has(id));
    return summaries.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async assertReady(): Promise<void> {
    await this.#lists.assertServed();
  }

  async #find(projectId: string, clusterId: string): Promise<ClusterEntry | undefined> {
    if (!parameterPatterns.cluster_id.test(clusterId)) return undefined;
    const id = clusterId.toLowerCase();
    const { entries, contested } = await this.#listOf(projectId);
    const entry = entries.get(id);
    if (entry && contested.has(id)) throw refused(entry, 'more than one cluster claims its ID');
    return entry;
  }

  #listOf(projectId: string): Promise<ProjectList> {
    const kept = this.#projects.get(projectId);
    if (kept && kept.until > performance.now()) return Promise.resolve(kept.list);
    const running = this.#listing.get(projectId);
    if (running) return running;
    const listing = this.#list(projectId).finally(() => this.#listing.delete(projectId));
    this.#listing.set(projectId, listing);
    return listing;
  }

  async #list(projectId: string): Promise<ProjectList> {
    // The age of a list counts from the request, not from the response.
    const until = performance.now() + this.#leaseMs;
    const scope = this.#options.projects.scopeOf(projectId);
    const { idLabel } = this.#options;
    const objects = scope ? await this.#lists.list(scope) : [];
    const found = objects.flatMap((object) => readEntry(object, { projectId, idLabel }) ?? []);
    const entries = new Map(found.map((entry) => [entry.summary.id, entry]));
    const contested = idLabel === undefined ? new Set<string>() : await this.#contestedOf([...entries.keys()], idLabel);
    const list = { entries, contested };
    this.#projects.set(projectId, { list, until });
    return list;
  }

  /** The IDs that several clusters of any project claim. */
  async #contestedOf(ids: string[], idLabel: string): Promise<Set<string>> {
    const claims = new Map<string, string[]>();
    for (let from = 0; from < ids.length; from += idsPerSelector) {
      const some = ids.slice(from, from + idsPerSelector);
      const claimants = await this.#lists.list({ labelSelector: `${idLabel} in (${some.join(',')})` });
      for (const object of claimants) {
        const id = textIn(objectIn(objectIn(object, 'metadata'), 'labels'), idLabel);
        claims.set(id, [...(claims.get(id) ?? []), placeOf(object)]);
      }
    }
    const contested = [...claims].filter(([, places]) => places.length > 1);
    for (const [id, places] of contested) {
      this.#options.warn?.(
        `cluster ID '${id}' is claimed by ${places.join(' and ')} with the label ${idLabel}; none of them is served until one is left`,
      );
    }
    return new Set(contested.map(([id]) => id));
  }
}

function placeOf(object: Json): string {
  const metadata = objectIn(object, 'metadata');
  return `${textIn(metadata, 'namespace')}/${textIn(metadata, 'name')}`;
}

function isSame(cluster: Cluster, record: ClusterRecord): boolean {
  const fields = ['id', 'projectId', 'name', 'server', 'externalServer', 'revocation'] as const;
  return fields.every((field) => cluster[field] === record[field]);
}
