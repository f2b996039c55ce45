// One place where clusters, tokens, access keys and revocations are kept, named by `--data`. The commands and the provider use a store and
// do not know which engine is beneath.
import type { AccessKeyAdministration, AccessKeys } from './access-keys.js';
import type { ClusterAdministration, ClusterRegistry } from './cluster-registry.js';
import type { RevocationAdministration } from './revocations.js';
import type { DataTransfer } from './data-transfer.js';
import type { TokenAdministration, Tokens } from './tokens.js';

/** What is kept in one place. */
export interface DataStore {
  /** Names the place in messages: a path, or a URL without its password. */
  readonly location: string;
  readonly clusters: ClusterRegistry & ClusterAdministration;
  readonly tokens: Tokens & TokenAdministration;
  readonly accessKeys: AccessKeys & AccessKeyAdministration;
  readonly revocations: RevocationAdministration;
  /** Whether the place is there. What only reads must not make it. */
  exists(): Promise<boolean>;
  /** Makes what is missing of the place: a folder, tables. Nothing that is kept changes. */
  prepare(): Promise<void>;
  /** What of the place needs mending, such as what cannot be read, one line each; for a provider that starts. */
  problems?(): AsyncIterable<string>;
  /** Takes everything out, and puts it in elsewhere. */
  readonly transfer: DataTransfer;
  /** Encrypts all secrets with the first key of the key file; gives how many rows had another one. Not of a folder. */
  rekey?(): Promise<number>;
  /** Ends connections; the store is not used any more. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The clock of tokens, access keys and revocations (default: the system's). */
  readonly now?: () => Date;
  /** Most bytes that the store's caches take (default: `defaultCacheBytes`). */
  readonly cacheBytes?: number;
  /** The file with the keys that secrets are encrypted with; a database needs it, a folder does without. */
  readonly keyFile?: string | undefined;
  /** How long a look-up in a database may take, in ms, connecting included (default: 1,000, which a provider's callers wait). */
  readonly lookUpMs?: number;
  /** Variables such as PGPASSFILE, which a database goes by (default: the process's). */
  readonly environment?: NodeJS.ProcessEnv;
}

/** What each engine offers: a store at a location of its kind. Throws `invalid_argument` for a location that cannot be one. */
export type OpenStore = (location: string, options: StoreOptions) => Promise<DataStore>;
