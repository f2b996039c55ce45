// What the suites need of an engine: how a store is opened, and what it may believe for how long.
import { randomUUID } from 'node:crypto';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { ClusterRecord, ClusterRegistry } from '../../src/registry/cluster-registry.js';
import type { DataStore } from '../../src/registry/data-store.js';

/** A registry of clusters under test. */
export interface TestedClusters {
  /** Opens the registry; opened again, it is another replica over the same clusters. */
  openClusters: () => Promise<ClusterRegistry>;
  /** Puts a cluster there, as its owner does; gives the record as the registry must find it. */
  put: (record: ClusterRecord, authority: AuthorityFiles) => Promise<ClusterRecord>;
  /** Resolves once what was put there counts as unchanged, so that it may be remembered. */
  settle: () => Promise<void>;
  /** Makes the engine beneath fail, until the function is called that it gives. */
  interrupt?: () => Promise<() => Promise<void>>;
}

/** A store under test: empty, and of its own for each call. */
export interface TestedStore extends Omit<TestedClusters, 'openClusters' | 'put'> {
  /** Opens the store; opened again, it is another replica over the same data. */
  open: (options?: { now?: () => Date }) => Promise<DataStore>;
  /** The longest time in ms that a change made elsewhere may go unseen; 0 for not at all. */
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
