// The authorities of clusters, from the Secrets that Cluster API and its control plane providers keep. Each Secret is
// read by its name when a certificate is requested; Secrets are never listed or watched.
import { ByteCache } from '../../cache/byte-cache.js';
import { cacheBytesOf } from '../../cache/cache-shares.js';
import { type Authority, type AuthorityFiles, assertValidAt, openAuthority } from '../../certificate/authority.js';
import { ClusterCertError, firstLine } from '../../errors.js';
import { openedBytesOf } from '../cache-bounds.js';
import { isOutdated } from '../stored-authority.js';
import { type ClusterEntry, refused } from './cluster-entry.js';
import { type Json, type KubernetesApi, objectIn, textIn } from './kubernetes-api.js';

interface Opened {
  /** Versions of its Secrets. */
  readonly version: string;
  readonly outcome: Authority | ClusterCertError;
  /** By `performance.now()`. */
  until: number;
}

export interface AuthoritiesOptions {
  readonly cacheBytes?: number | undefined;
  readonly now: () => Date;
  /** How long an opened authority is used before its Secrets are read again. */
  readonly leaseMs: number;
  /** The same for a refusal. */
  readonly refusalLeaseMs: number;
}

const refusalBytes = 1024;
const clusterLabel = 'cluster.x-k8s.io/cluster-name';
const kamajiLabel = 'kamaji.clastix.io/name';

export class ClusterAuthorities {
  readonly #api: KubernetesApi;
  readonly #options: AuthoritiesOptions;
  readonly #opened: ByteCache<Opened>;
  readonly #reading = new Map<string, Promise<Opened>>();

  constructor(api: KubernetesApi, options: AuthoritiesOptions) {
    this.#api = api;
    this.#options = options;
    this.#opened = new ByteCache({
      maximumBytes: cacheBytesOf('openedClusters', options.cacheBytes),
      sizeOf: ({ outcome }) => (outcome instanceof ClusterCertError ? refusalBytes : openedBytesOf(outcome)),
    });
  }

  /** The same object while the Secrets stay as they are. Throws `cluster_not_ready` with the reason, and `unavailable`. */
  async get(entry: ClusterEntry): Promise<Authority> {
    const key = `${entry.namespace}/${entry.name}/${entry.uid}`;
    const kept = this.#opened.get(key);
    const isFresh = kept && kept.until > performance.now() && this.#isCurrent(kept);
    const { outcome } = isFresh ? kept : await this.#readOnce(key, entry, kept);
    if (outcome instanceof ClusterCertError) throw outcome;
    try {
      assertValidAt(outcome, this.#options.now());
    } catch (error) {
      throw refused(entry, firstLine(error));
    }
    return outcome;
  }

  #readOnce(key: string, entry: ClusterEntry, kept: Opened | undefined): Promise<Opened> {
    const running = this.#reading.get(key);
    if (running) return running;
    const reading = this.#read(key, entry, kept).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #read(key: string, entry: ClusterEntry, kept: Opened | undefined): Promise<Opened> {
    const startedAt = performance.now();
    const { leaseMs, refusalLeaseMs } = this.#options;
    const secrets = await this.#secretsOf(entry);
    const version = JSON.stringify([secrets.client, secrets.server].map(versionOf));
    const isSame = kept?.version === version && this.#isCurrent(kept);
    const outcome = isSame ? kept.outcome : this.#open(entry, secrets);
    const until = startedAt + (outcome instanceof ClusterCertError ? refusalLeaseMs : leaseMs);
    const opened = { version, outcome, until };
    this.#opened.set(key, opened);
    return opened;
  }

  #isCurrent({ outcome }: Opened): boolean {
    return outcome instanceof ClusterCertError || !isOutdated(outcome, this.#options.now());
  }

  async #secretsOf(entry: ClusterEntry): Promise<Secrets> {
    const { namespace, name, kamaji } = entry;
    const [client, server] = await Promise.all([
      this.#secret(namespace, `${name}-cca`),
      this.#secret(namespace, `${name}-ca`),
    ]);
    if (server || kamaji === undefined || kamaji === '' || kamaji === name) return { client, server };
    return { client, server: await this.#secret(namespace, `${kamaji}-ca`) };
  }

  async #secret(namespace: string, name: string): Promise<Json | undefined> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    const { status, body } = await this.#api.get(path);
    if (status === 200) return body;
    // A gateway in front may send the same status for its own reasons.
    if (status === 404 && textIn(body, 'reason') === 'NotFound') return undefined;
    throw new ClusterCertError('unavailable', `the management cluster answers ${path} with status ${status}`);
  }

  #open(entry: ClusterEntry, secrets: Secrets): Authority | ClusterCertError {
    try {
      return openAuthority(filesOf(entry, secrets), { now: this.#options.now() });
    } catch (error) {
      if (!(error instanceof ClusterCertError)) throw error;
      return error.code === 'cluster_not_ready' ? error : refused(entry, firstLine(error));
    }
  }
}

interface Secrets {
  /** The CA that signs clients, where it differs from that of the API server (RKE2, k3s). */
  readonly client: Json | undefined;
  readonly server: Json | undefined;
}

function filesOf(entry: ClusterEntry, { client, server }: Secrets): AuthorityFiles {
  if (!server) throw refused(entry, `the Secret '${entry.name}-ca' is not there`);
  for (const secret of [server, ...(client ? [client] : [])]) assertOwned(entry, secret);
  const signing = client ?? server;
  const [certificatePem, privateKeyPem] = [dataOf(signing, 'tls.crt'), dataOf(signing, 'tls.key')];
  if (privateKeyPem === '')
    throw refused(entry, `its CA is kept elsewhere: the Secret '${nameOf(signing)}' has no tls.key`);
  const files = { certificatePem, privateKeyPem };
  return client ? { ...files, serverCertificatePem: dataOf(server, 'tls.crt') } : files;
}

/** A Secret of that name which belongs to something else must not sign. */
function assertOwned(entry: ClusterEntry, secret: Json): void {
  const labels = objectIn(objectIn(secret, 'metadata'), 'labels');
  if (labels[clusterLabel] === entry.name) return;
  // Kamaji labels its own CA with the name of the control plane.
  const isKamaji = entry.kamaji !== undefined && labels[clusterLabel] === undefined;
  if (isKamaji && [entry.kamaji, entry.name].includes(textIn(labels, kamajiLabel))) return;
  throw refused(entry, `the label ${clusterLabel} of the Secret '${nameOf(secret)}' does not name the cluster`);
}

const nameOf = (secret: Json) => textIn(objectIn(secret, 'metadata'), 'name');

const dataOf = (secret: Json, field: string) =>
  Buffer.from(textIn(objectIn(secret, 'data'), field), 'base64').toString('utf8');

/** The UID too: a Secret that is deleted and created again may have the same number. */
function versionOf(secret: Json | undefined): string[] {
  const metadata = objectIn(secret ?? {}, 'metadata');
  return [textIn(metadata, 'uid'), textIn(metadata, 'resourceVersion')];
}
