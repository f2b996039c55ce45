// Keeps a cluster's certificate and key for as long as they are fresh, in a file that only its owner can read, so that
// not every kubectl call is a call to the provider.
import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { makeFolder, putFile } from '../files/atomic-write.js';
import { ClusterCertError, type ErrorCode, firstLine } from '../errors.js';
import { withFileLock } from '../files/file-lock.js';

/** What a credential is for, by name: the cluster, who asked and how. Another one is never given in its place. */
export type CredentialPlace = Readonly<Record<string, string>>;

export interface Credential {
  certificatePem: string;
  privateKeyPem: string;
  notAfter: Date;
  /** When to get another; `notAfter` comes later. */
  renewAt: Date;
}

export interface CacheOptions {
  environment: Readonly<Record<string, string | undefined>>;
  /** How long to wait for another call that is fetching. */
  waitMs: number;
  now: () => Date;
  warn: (message: string) => void;
}

// What a provider gives for long is still asked for daily, so that rights that were taken away do not stay for years.
const longestMs = 24 * 60 * 60 * 1000;
const unusedMs = 7 * longestMs;

/** What a provider that is down or overloaded answers, as against one that refuses. */
const passing: ErrorCode[] = ['unavailable', 'internal', 'too_many_requests', 'request_timeout'];

/** A fresh credential: the kept one, or one that is fetched and kept. Calls at the same time cause one fetch. */
export async function cachedCredential(
  place: CredentialPlace,
  fetch: () => Promise<{ certificatePem: string; privateKeyPem: string }>,
  options: CacheOptions,
): Promise<Credential> {
  const file = cacheFile(place, options.environment);
  if (file === undefined) return fetchOr(undefined, { file, place }, fetch, options);
  const isFresh = (credential: Credential | undefined) => credential && options.now() < credential.renewAt;
  const kept = await readKept(file, place, options.now());
  if (kept && isFresh(kept)) return kept;
  const fetchAndKeep = async () => {
    const meanwhile = await readKept(file, place, options.now());
    if (meanwhile && isFresh(meanwhile)) return meanwhile;
    return fetchOr(meanwhile, { file, place }, fetch, options);
  };
  try {
    await makeFolder(path.dirname(file));
  } catch {
    // Without a folder nothing is kept, which fetchOr says.
    return fetchAndKeep();
  }
  const outcome = { begun: false };
  return withFileLock(
    file,
    () => {
      outcome.begun = true;
      return fetchAndKeep();
    },
    { waitMs: options.waitMs },
  ).catch((error: unknown) => {
    // That the file cannot be locked is no reason to leave kubectl without a credential.
    if (outcome.begun) throw error;
    return fetchAndKeep();
  });
}

async function fetchOr(
  kept: Credential | undefined,
  { file, place }: { file: string | undefined; place: CredentialPlace },
  fetch: () => Promise<{ certificatePem: string; privateKeyPem: string }>,
  { now, warn }: CacheOptions,
): Promise<Credential> {
  try {
    const pair = await fetch();
    const fetchedAt = now();
    const credential = describe(pair, fetchedAt);
    if (!credential || credential.notAfter <= fetchedAt) {
      throw new ClusterCertError('unavailable', "the provider's certificate and key are not usable, or have ended");
    }
    await keep(file, JSON.stringify({ ...place, ...pair, fetchedAt }), fetchedAt).catch((error: unknown) =>
      warn(`the credential cannot be kept: ${firstLine(error)}`),
    );
    return credential;
  } catch (error) {
    // A provider that is down ends nothing that is still valid; one that refuses does.
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

/** Undefined without a home: a key does not go into whatever folder is the current one. */
function cacheFile(place: CredentialPlace, environment: CacheOptions['environment']): string | undefined {
  // Node's own answer is empty too where HOME is.
  const home = environment['HOME'] || homedir();
  const folder = environment['XDG_CACHE_HOME'] || (home && path.join(home, '.cache'));
  if (folder === '') return undefined;
  const parts = Object.entries(place).sort(([one], [other]) => (one < other ? -1 : 1));
  const name = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return path.join(folder, 'cce-clustercert', `${name}.json`);
}

/** Keys that nobody has asked for in a week: what is in use is written anew each day. */
async function removeUnused(folder: string, now: Date): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name));
  for (const file of files) {
    const { mtime } = await stat(file);
    if (now.getTime() - mtime.getTime() > unusedMs) await rm(file, { force: true });
  }
}

/** Undefined for anything but a credential for that place that is still valid and that nobody else could have put there. */
async function readKept(file: string, place: CredentialPlace, now: Date): Promise<Credential | undefined> {
  try {
    const { mode, uid } = await stat(file);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o077) !== 0)) return undefined;
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const isFor = Object.entries(place).every(([name, value]) => kept[name] === value);
    const { certificatePem, privateKeyPem, fetchedAt } = kept;
    if (!isFor || typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string') return undefined;
    const fetched = new Date(String(fetchedAt));
    const credential = describe({ certificatePem, privateKeyPem }, fetched);
    // From the future: the clock was set back, and nothing is known of how old it is.
    return credential && fetched <= now && now < credential.notAfter ? credential : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for what is no certificate with its key. */
function describe(pair: { certificatePem: string; privateKeyPem: string }, fetchedAt: Date): Credential | undefined {
  try {
    const certificate = new X509Certificate(pair.certificatePem);
    if (!certificate.checkPrivateKey(createPrivateKey(pair.privateKeyPem))) return undefined;
    const notAfter = new Date(certificate.validTo);
    const lifetimeMs = notAfter.getTime() - fetchedAt.getTime();
    const renewAt = new Date(fetchedAt.getTime() + Math.min(lifetimeMs * 0.75, longestMs));
    return { ...pair, notAfter, renewAt };
  } catch {
    return undefined;
  }
}
