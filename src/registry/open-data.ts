// Opens the store that a location names. The location's scheme chooses the engine; without a scheme it is a folder.
import { ClusterCertError, quoted } from '../errors.js';
import type { DataStore, OpenStore, StoreOptions } from './data-store.js';
import { assertFolder, openFolder } from './folder/open-folder.js';

/** The engine of each URL scheme, loaded on use. */
const postgres = async () => (await import('./postgres/open-postgres.js')).openPostgres;
const engines: Record<string, () => Promise<OpenStore>> = { postgres, postgresql: postgres };

/** Throws `invalid_argument` for a location that no engine can have; `label` names its option. */
export function assertLocation(location: string, label: string): void {
  if (schemeOf(location) === undefined) assertFolder(location, label);
}

/**
 * Opens a store; throws `invalid_argument` for a scheme that no engine has, or the engine's error.
 *
 * @example
 * import { openData } from 'cce-clustercert/server';
 *
 * const store = await openData('/var/lib/clustercert');
 * const { clusters, problems } = await store.clusters.list();
 * console.log(clusters.length, problems.length);
 * await store.close();
 */
export async function openData(location: string, options: StoreOptions = {}): Promise<DataStore> {
  const scheme = schemeOf(location);
  if (scheme === undefined) return openFolder(location, options);
  const engine = engines[scheme.toLowerCase()];
  // The rest of a URL may hold a password.
  if (!engine) throw new ClusterCertError('invalid_argument', `${quoted(`${scheme}://`)} ${accepted()}`);
  return (await engine())(location, options);
}

const schemeOf = (location: string) => /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1];

function accepted(): string {
  const schemes = Object.keys(engines).map((scheme) => `${scheme}://`);
  return `names no place where data can be kept; accepted: ${['a folder', ...schemes].join(', ')}`;
}
