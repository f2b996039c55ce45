// Caches a cluster's certificate and key while they are fresh, in a file that only its owner can read, so that not
// every kubectl call causes a call to the provider.
import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { makeFolder, putFile } from '../files/atomic-write.js';
import { ClusterCertError, type ErrorCode, firstLine } from '../errors.js';
import { withFileLock } from '../files/file-lock.js';

/** Identifies a credential: the cluster, the caller and the kind of call. Another one is never given in its place. */
export type CredentialPlace = Readonly<Record<string, string>>;

export interface Pair {
  certificatePem: string;
  privateKeyPem: string;
  /** The cluster's CA in the provider's response, base64 of PEM; empty where there was none. */
  authority: string;
}

export interface Credential extends Pair {
  fetchedAt: Date;
  /** The processes that got it. */
  askers: readonly string[];
  notAfter: Date;
  /** When to get another one; before `notAfter`. */
  renewAt: Date;
}

export interface CacheOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** The requesting process; undefined if unknown. */
  asker: string | undefined;
  /** The cluster's CA that the requesting process uses; undefined if unknown. */
  authority: string | undefined;
  /** Whether to ignore a cached one. */
  isRenewal: boolean;
  /** How long to wait for another call that is fetching. */
  waitMs: number;
  now: () => Date;
  warn: (message: string) => void;
}

// Long-lived certificates are still fetched daily, so that removed rights do not stay for years.
const longestMs = 24 * 60 * 60 * 1000;
const unusedMs = 7 * longestMs;
// The shortest time between fetches after a refusal.
const betweenFetchesMs = 60_000;
const mostAskers = 20;

/** Errors of a provider that is down or overloaded, not of one that refuses. */
const passing: ErrorCode[] = ['unavailable', 'internal', 'too_many_requests', 'request_timeout'];

/** A fresh credential: the cached one, or one that is fetched and cached. Simultaneous calls cause one fetch. */
export async function cachedCredential(
  place: CredentialPlace,
  fetch: () => Promise<Pair>,
  options: CacheOptions,
): Promise<Credential> {
  const file = cacheFile(place, options.environment);
  if (file === undefined) return fetchOr(undefined, { file, place }, fetch, options);
  const isFresh = (credential: Credential) => options.now() < credential.renewAt && !isRefused(credential, options);
  const kept = await readKept(file, place, options.now());
  if (kept && isFresh(kept)) {
    await noteAsker(file, kept, options);
    return kept;
  }
  const fetchAndKeep = async () => {
    const meanwhile = await readKept(file, place, options.now());
    if (meanwhile && isFresh(meanwhile)) return meanwhile;
    return fetchOr(meanwhile, { file, place }, fetch, options);
  };
  try {
    await makeFolder(path.dirname(file));
  } catch {
    // Without a folder nothing is cached; fetchOr reports that.
    return fetchAndKeep();
  }
  const outcome = { begun: false };
  return withFileLock(
    file,
    () => {
      outcome.begun = true;
      return fetchAndKeep();
    },
    { waitMs: options.waitMs, isOurs: true },
  ).catch((error: unknown) => {
    // kubectl must get a credential even if the file cannot be locked.
    if (outcome.begun) throw error;
    return fetchAndKeep();
  });
}

/**
 * Whether a cached credential is useless before its end. After a 401, client-go calls the plugin again in the same
 * process; otherwise it keeps the credential itself.
 */
function isRefused(kept: Credential, { asker, authority, isRenewal, now }: CacheOptions): boolean {
  if (isRenewal) return true;
  const wasAsked = asker !== undefined && kept.askers.includes(asker);
  const isOfOtherCluster = authority !== undefined && kept.authority !== '' && !isSameText(authority, kept.authority);
  return (wasAsked || isOfOtherCluster) && now().getTime() - kept.fetchedAt.getTime() >= betweenFetchesMs;
}

const isSameText = (one: string, other: string) => one.replaceAll(/\s/g, '') === other.replaceAll(/\s/g, '');

/** Records the processes that have the credential. If that cannot be written, a refusal is not noticed. */
async function noteAsker(file: string, { askers, certificatePem }: Credential, { asker }: CacheOptions): Promise<void> {
  if (asker === undefined || askers.includes(asker)) return;
  const note = async () => {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    // Another call may have renewed it meanwhile, for another process.
    if (kept['certificatePem'] !== certificatePem) return;
    await putFile(file, JSON.stringify({ ...kept, askers: [...askersIn(kept), asker].slice(-mostAskers) }));
  };
  await withFileLock(file, note, { waitMs: 1000, isOurs: true }).catch(() => undefined);
}

function askersIn({ askers }: Record<string, unknown>): string[] {
  return Array.isArray(askers) ? askers.filter((one) => typeof one === 'string') : [];
}

/** Removes all cached credentials of a place, for every caller. */
export async function dropKept(place: CredentialPlace, environment: CacheOptions['environment']): Promise<void> {
  const folder = cacheFolder(environment);
  if (folder === undefined) return;
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const file = path.join(folder, name);
    if (name.endsWith('.json') && (await isKeptFor(file, place))) await rm(file, { force: true });
  }
}

async function isKeptFor(file: string, place: CredentialPlace): Promise<boolean> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return Object.entries(place).every(([name, value]) => kept[name] === value);
  } catch {
    return false;
  }
}

async function fetchOr(
  kept: Credential | undefined,
  { file, place }: { file: string | undefined; place: CredentialPlace },
  fetch: () => Promise<Pair>,
  { now, warn, asker }: CacheOptions,
): Promise<Credential> {
  try {
    const pair = await fetch();
    const fetchedAt = now();
    const askers = asker === undefined ? [] : [asker];
    const credential = describe(pair, fetchedAt, askers);
    if (!credential || credential.notAfter <= fetchedAt) {
      throw new ClusterCertError('unavailable', "the provider's certificate and key are not usable, or have ended");
    }
    await keep(file, JSON.stringify({ ...place, ...pair, fetchedAt, askers }), fetchedAt).catch((error: unknown) =>
      warn(`the credential cannot be kept: ${firstLine(error)}`),
    );
    return credential;
  } catch (error) {
    // A cached credential survives a provider that is down, but not one that refuses.
    if (!kept || !(error instanceof ClusterCertError) || !passing.includes(error.code)) throw error;
    warn(`${error.message}; the last credential is used, valid until ${kept.notAfter.toISOString()}`);
    return { ...kept, renewAt: kept.notAfter };
  }
}

async function keep(file: string | undefined, text: string, now: Date): Promise<void> {
  if (file === undefined) throw new Error('there is no home folder; set HOME or XDG_CACHE_HOME');
  await putFile(file, text);
  await removeUnused(path.dirname(file), now).catch(() => undefined);
}

function cacheFile(place: CredentialPlace, environment: CacheOptions['environment']): string | undefined {
  const parts = Object.entries(place).sort(([one], [other]) => (one < other ? -1 : 1));
  const name = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const folder = cacheFolder(environment);
  return folder && path.join(folder, `${name}.json`);
}

/** Undefined without a home: a key must not go into the current folder. */
function cacheFolder(environment: CacheOptions['environment']): string | undefined {
  const { XDG_CACHE_HOME: cache = '' } = environment;
  // Node's homedir() is empty too if HOME is.
  const home = environment['HOME'] || homedir();
  // The XDG base directory specification demands that relative paths are ignored.
  const folder = path.isAbsolute(cache) ? cache : path.join(home, '.cache');
  return path.isAbsolute(folder) ? path.join(folder, 'cce-clustercert') : undefined;
}

/** Removes keys that were not requested for a week: those in use are written each day. */
async function removeUnused(folder: string, now: Date): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name));
  for (const file of files) {
    const { mtime } = await stat(file);
    if (now.getTime() - mtime.getTime() > unusedMs) await rm(file, { force: true });
  }
}

/** Undefined unless it is a valid credential for that place which only this user can have written. */
async function readKept(file: string, place: CredentialPlace, now: Date): Promise<Credential | undefined> {
  try {
    const { mode, uid } = await stat(file);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o077) !== 0)) return undefined;
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const isFor = Object.entries(place).every(([name, value]) => kept[name] === value);
    const { certificatePem, privateKeyPem, fetchedAt, authority } = kept;
    if (!isFor || typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string') return undefined;
    const fetched = new Date(String(fetchedAt));
    const pair = { certificatePem, privateKeyPem, authority: typeof authority === 'string' ? authority : '' };
    const credential = describe(pair, fetched, askersIn(kept));
    // From the future: the clock was set back, so its age is unknown.
    return credential && fetched <= now && now < credential.notAfter ? credential : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined unless it is a certificate with its key. */
function describe(pair: Pair, fetchedAt: Date, askers: readonly string[]): Credential | undefined {
  try {
    const certificate = new X509Certificate(pair.certificatePem);
    if (!certificate.checkPrivateKey(createPrivateKey(pair.privateKeyPem))) return undefined;
    const notAfter = new Date(certificate.validTo);
    const lifetimeMs = notAfter.getTime() - fetchedAt.getTime();
    const renewAt = new Date(fetchedAt.getTime() + Math.min(lifetimeMs * 0.75, longestMs));
    return { ...pair, askers, fetchedAt, notAfter, renewAt };
  } catch {
    return undefined;
  }
}
