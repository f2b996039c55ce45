// The needs of the suites from an engine: a way to open a store, and its caching times.
import { randomUUID } from 'node:crypto';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { ClusterRecord, ClusterRegistry } from '../../src/registry/cluster-registry.js';
import type { DataStore } from '../../src/registry/data-store.js';

/** A registry of clusters under test. */
export interface TestedClusters {
  /** Opens the registry; opened again, it is another replica over the same clusters. */
  openClusters: () => Promise<ClusterRegistry>;
  /** Adds a cluster as its owner does; gives the record that the registry must find. */
  put: (record: ClusterRecord, authority: AuthorityFiles) => Promise<ClusterRecord>;
  /** Resolves once added data counts as unchanged, so that it may be cached. */
  settle: () => Promise<void>;
  /** Makes the engine fail until the returned function is called. */
  interrupt?: () => Promise<() => Promise<void>>;
}

/** A store under test: empty, and of its own for each call. */
export interface TestedStore extends Omit<TestedClusters, 'openClusters' | 'put'> {
  /** Opens the store; opened again, it is another replica over the same data. */
  open: (options?: { now?: () => Date }) => Promise<DataStore>;
  /** The longest time in ms until a change made elsewhere is seen; 0 for at once. */
  leaseMs: number;
}

export const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';
export const otherProjectId = '88c7b55dcb6254bca2e24bcab9005500';

/** A record with an ID of its own. */
export function newRecord(fields: Partial<ClusterRecord> = {}): ClusterRecord {
  return { id: randomUUID(), projectId, name: 'shop', server: 'https://192.168.1.7:5443', ...fields };
}

/** Waits, in ms. */
export const waitFor = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const authorities: Promise<AuthorityFiles>[] = [];

/** An authority by its number; each is made once, because RSA keys take long. */
export function authority(number = 0): Promise<AuthorityFiles> {
  return (authorities[number] ??= createAuthority({ now: new Date() }));
}
