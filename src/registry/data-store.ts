// The store of clusters, tokens, access keys and revocations, named by `--data`. Commands and provider use it without
// knowing its engine.
import type { AccessKeyAdministration, AccessKeys } from './access-keys.js';
import type { ClusterAdministration, ClusterRegistry } from './cluster-registry.js';
import type { RevocationAdministration } from './revocations.js';
import type { DataTransfer } from './data-transfer.js';
import type { TokenAdministration, Tokens } from './tokens.js';

/** The contents of one place. */
export interface DataStore {
  /** Names the place in messages: a path, or a URL without its password. */
  readonly location: string;
  readonly clusters: ClusterRegistry & ClusterAdministration;
  readonly tokens: Tokens & TokenAdministration;
  readonly accessKeys: AccessKeys & AccessKeyAdministration;
  readonly revocations: RevocationAdministration;
  /** Whether the place exists. Reading must not create it. */
  exists(): Promise<boolean>;
  /** Creates the missing parts of the place, such as a folder or tables. No data changes. */
  prepare(): Promise<void>;
  /** The faults of the place, such as unreadable data, one line each; logged by a provider that starts. */
  problems?(): AsyncIterable<string>;
  /** Exports everything, and imports it elsewhere. */
  readonly transfer: DataTransfer;
  /**
   * Encrypts all secrets with the first key of the key file; gives the number of rows that had another. Folders lack
   * it.
   */
  rekey?(): Promise<number>;
  /** Ends connections; the store must not be used afterwards. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The clock of tokens, access keys and revocations (default: the system's). */
  readonly now?: () => Date;
  /** The most bytes of the store's caches (default: `defaultCacheBytes`). */
  readonly cacheBytes?: number;
  /** The file with the keys that encrypt secrets; databases need it, folders do not. */
  readonly keyFile?: string | undefined;
  /**
   * The most time of a look-up in a database, in ms, connecting included (default: 1,000, for the callers of a
   * provider).
   */
  readonly lookUpMs?: number;
  /** Variables such as PGPASSFILE, for a database (default: the process's). */
  readonly environment?: NodeJS.ProcessEnv;
}

/** An engine: opens a store at a location of its kind. Throws `invalid_argument` for a location that it cannot have. */
export type OpenStore = (location: string, options: StoreOptions) => Promise<DataStore>;
