// The authorities that an engine keeps: opens them, and makes the one that a change asks for.
import { createHash, randomBytes } from 'node:crypto';
import { ByteCache } from '../cache/byte-cache.js';
import { type Authority, type AuthorityFiles, openAuthority } from '../certificate/authority.js';
import { checkAuthority } from '../certificate/check-authority.js';
import { ClusterCertError } from '../errors.js';
import { checkedBounds } from './cache-bounds.js';
import type { ClusterChanges } from './cluster-registry.js';

const seedBytes = 32;

/** An authority, with a new seed if it has none. */
export function withSeed(authority: AuthorityFiles): AuthorityFiles & { seed: Uint8Array } {
  return { ...authority, seed: authority.seed ?? randomBytes(seedBytes) };
}

/** Throws `data_unreadable` for a seed that is too short. */
export function assertSeed(seed: Uint8Array | undefined): void {
  if (seed && seed.length < seedBytes)
    throw new ClusterCertError('data_unreadable', `its seed has fewer than ${seedBytes} bytes`);
}

/** Opens authorities. One that is evicted from a cache and opened again is checked only once. */
export class AuthorityOpener {
  readonly #now: () => Date;
  readonly #checked: ByteCache<object>;

  constructor({ now, cacheBytes }: { now: () => Date; cacheBytes: number | undefined }) {
    this.#now = now;
    this.#checked = new ByteCache(checkedBounds(cacheBytes));
  }

  open(files: AuthorityFiles): Authority {
    const version = createHash('sha256')
      .update(JSON.stringify(Object.values(files)))
      .digest('base64');
    const authority = openAuthority(files, { now: this.#now(), isChecked: this.#checked.get(version) !== undefined });
    this.#checked.set(version, {});
    return authority;
  }
}

/** Whether another certificate of the same files counts by now. */
export function isOutdated({ chosenUntil }: Authority, now: Date): boolean {
  return chosenUntil !== undefined && chosenUntil <= now;
}

/** The parts of the authority that a change leaves. With a new authority, only the first is read. */
export interface AuthorityBefore {
  serverCertificatePem(): Promise<string | undefined> | string | undefined;
  files(): Promise<AuthorityFiles> | AuthorityFiles;
}

/** The new authority, checked; undefined when it does not change. A new one without a seed of its own gets a new seed. */
export async function changedAuthority(
  before: AuthorityBefore,
  { authority, serverCertificatePem }: ClusterChanges,
  now: Date,
): Promise<AuthorityFiles | undefined> {
  if (!authority && serverCertificatePem === undefined) return undefined;
  const server = serverCertificatePem === undefined ? await before.serverCertificatePem() : serverCertificatePem;
  const { certificatePem, privateKeyPem, seed } = authority ? withSeed(authority) : await before.files();
  const files = {
    certificatePem,
    privateKeyPem,
    ...(seed && { seed }),
    ...(server != null && { serverCertificatePem: server }),
  };
  const { certificatePem: checked } = checkAuthority(files, { now }).authority;
  return { ...files, certificatePem: authority ? checked : certificatePem };
}
