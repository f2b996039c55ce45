// Lists the Cluster objects of Cluster API, in pages, in whatever version of cluster.x-k8s.io the management cluster serves.
import { ClusterCertError } from '../../errors.js';
import { type Json, type KubernetesApi, isObject, textIn } from './kubernetes-api.js';

/** Selects clusters. */
export interface ListScope {
  /** Without it, all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

const group = 'cluster.x-k8s.io';
const pageSize = '500';

export class ClusterLists {
  readonly #api: KubernetesApi;
  #version: Promise<string> | undefined;

  constructor(api: KubernetesApi) {
    this.#api = api;
  }

  /** All Cluster objects of a scope. Throws `unavailable`. */
  async list(scope: ListScope): Promise<Json[]> {
    const found = await this.#listOnce(scope);
    if (found) return found;
    // A continue token is valid for minutes only, and an upgrade may remove a version: start again, once.
    this.#version = undefined;
    const again = await this.#listOnce(scope);
    if (again) return again;
    throw new ClusterCertError('unavailable', 'the clusters of the management cluster cannot be listed to their end');
  }

  /** Throws `unavailable` unless the management cluster answers now and serves clusters. */
  async assertServed(): Promise<void> {
    await this.#discover();
  }

  /** Undefined where the list must begin anew. */
  async #listOnce({ namespace, labelSelector }: ListScope): Promise<Json[] | undefined> {
    const version = await this.#servedVersion();
    const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    const selected = { limit: pageSize, ...(labelSelector !== undefined && { labelSelector }) };
    const items: Json[] = [];
    let next = '';
    do {
      const { status, body } = await this.#api.get(`/apis/${group}/${version}${within}/clusters`, {
        ...selected,
        ...(next !== '' && { continue: next }),
      });
      if (status !== 200) return undefined;
      items.push(...itemsOf(body));
      next = isObject(body['metadata']) ? textIn(body['metadata'], 'continue') : '';
    } while (next !== '');
    return items;
  }

  #servedVersion(): Promise<string> {
    if (this.#version) return this.#version;
    const version = this.#discover();
    this.#version = version;
    version.catch(() => {
      if (this.#version === version) this.#version = undefined;
    });
    return version;
  }

  /** The preferred version among those in which the server serves clusters. */
  async #discover(): Promise<string> {
    const { status, body } = await this.#api.get(`/apis/${group}`);
    const preferred = isObject(body['preferredVersion']) ? [body['preferredVersion']] : [];
    const others = Array.isArray(body['versions']) ? body['versions'].filter(isObject) : [];
    const versions = new Set([...preferred, ...others].map((version) => textIn(version, 'version')));
    for (const version of status === 200 ? versions : []) {
      const { body: served } = await this.#api.get(`/apis/${group}/${encodeURIComponent(version)}`);
      const resources = Array.isArray(served['resources']) ? served['resources'].filter(isObject) : [];
      if (resources.some((resource) => textIn(resource, 'name') === 'clusters')) return version;
    }
    throw new ClusterCertError(
      'unavailable',
      `the management cluster serves no clusters of ${group}; Cluster API is not installed there`,
    );
  }
}

function itemsOf({ items }: Json): Json[] {
  if (Array.isArray(items)) return items.filter(isObject);
  throw new ClusterCertError('unavailable', 'the management cluster answers with something other than a list');
}
