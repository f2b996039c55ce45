// The command that kubectl runs for a certificate: an exec plugin of client.authentication.k8s.io.
import path from 'node:path';
import { startOf } from '../files/file-lock.js';
import type { Kubeconfig } from '../kubeconfig/assemble-kubeconfig.js';
import { defineCommand } from './command.js';
import { connect } from './connect.js';
import {
  type OfEachSetting,
  connectionNotes,
  connectionOptions,
  readConnectionSettings,
} from './connection-options.js';
import { type Credential, type Pair, cachedCredential } from './credential-cache.js';
import { callerOf } from './credentials.js';
import { fetchCertificates, findCluster, lacksPost } from './find-cluster.js';
import { flag } from './options.js';
import { usageError } from './usage-error.js';

const group = 'client.authentication.k8s.io';
const versions = [`${group}/v1beta1`, `${group}/v1`];
const days = 1;

/** The settings that a cached certificate depends on; undefined for those that cannot change it. */
const cacheKeyParts: OfEachSetting<string | undefined> = {
  endpoint: ({ endpoint }) => endpoint ?? '',
  projectId: ({ projectId }) => projectId ?? '',
  credentials: ({ credentials }) => callerOf(credentials),
  caFile: ({ caFile }) => caFile && path.resolve(caFile.file),
  // A proxy does not change the provider.
  proxies: () => undefined,
  timeoutMs: () => undefined,
};

export const credential = defineCommand({
  summary: "give kubectl a cluster's certificate (an exec plugin)",
  positionals: [{ name: 'CLUSTER' }],
  about: [
    "The command that 'clustercert get --exec' makes kubectl call. It prints an ExecCredential in the version that KUBERNETES_EXEC_INFO names, v1beta1 without it. The certificate is valid for a day where the provider offers that (POST), else for as long as the provider decides. It is kept in $XDG_CACHE_HOME/cce-clustercert (~/.cache/cce-clustercert), readable by its owner only, until three quarters of its time but no more than a day have passed. A program that asks again before that was refused with it, so another one is fetched, at most once a minute.",
  ],
  options: { renew: flag('fetch another certificate, even where one is kept'), ...connectionOptions },
  notes: connectionNotes,
  examples: [
    'credential 1df09f9a-5b9e-11ef-8f52-0255ac10003e --endpoint http://127.0.0.1:8080 --project 77b6a44cba5143ab91d13ab9a8ff44fd',
  ],
  async run(values, [cluster = ''], io) {
    const apiVersion = readVersion(io.environment['KUBERNETES_EXEC_INFO']);
    const settings = await readConnectionSettings(values, io.environment);
    const key = Object.entries(cacheKeyParts).flatMap(([name, part]) => {
      const value = part(settings);
      return value === undefined ? [] : [[name, value] as const];
    });
    const place = { cluster, ...Object.fromEntries(key) };
    const fetch = async () => {
      const connection = await connect(settings);
      const clusterId = await findCluster(connection, cluster);
      const kubeconfig = await fetchCertificates(connection, clusterId, { durationDays: days }).catch(
        (error: unknown) => {
          if (!lacksPost(error)) throw error;
          return fetchCertificates(connection, clusterId);
        },
      );
      return pairOf(kubeconfig);
    };
    const found = await cachedCredential(place, fetch, {
      environment: io.environment,
      asker: await askerOf(),
      authority: authorityIn(io.environment['KUBERNETES_EXEC_INFO']),
      isRenewal: values.renew,
      waitMs: settings.timeoutMs,
      now: () => new Date(),
      warn: (message) => io.stderr.write(`warning: ${message}\n`),
    });
    io.stdout.write(`${JSON.stringify(answer(apiVersion, found))}\n`);
    return 0;
  },
});

/** kubectl accepts only the version that it names. */
function readVersion(info: string | undefined): string {
  const [usual = ''] = versions;
  if (info === undefined || info === '') return usual;
  const version = versionIn(info);
  if (version !== undefined && versions.includes(version)) return version;
  throw usageError(`KUBERNETES_EXEC_INFO asks for '${version ?? 'no version'}'; known are ${versions.join(' and ')}`);
}

function versionIn(info: string): string | undefined {
  const apiVersion = readInfo(info)?.apiVersion;
  return typeof apiVersion === 'string' ? apiVersion : undefined;
}

/** The CA of the cluster, if kubectl gives it (`provideClusterInfo`). */
function authorityIn(info: string | undefined): string | undefined {
  const authority = readInfo(info ?? '')?.spec?.cluster?.['certificate-authority-data'];
  return typeof authority === 'string' && authority !== '' ? authority : undefined;
}

interface ExecInfo {
  apiVersion?: unknown;
  spec?: { cluster?: Record<string, unknown> | null } | null;
}

function readInfo(info: string): ExecInfo | undefined {
  try {
    return (JSON.parse(info) as ExecInfo | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The process that runs the plugin, with its start, because numbers are re-used. */
async function askerOf(): Promise<string | undefined> {
  const started = await startOf(process.ppid);
  return started === undefined ? undefined : `${process.ppid} ${started}`;
}

function pairOf({ users, clusters }: Kubeconfig): Pair {
  const { 'client-certificate-data': certificate = '', 'client-key-data': key = '' } = users[0]?.user ?? {};
  const [authority = ''] = clusters.flatMap(({ cluster }) => cluster['certificate-authority-data'] ?? []);
  return { certificatePem: decode(certificate), privateKeyPem: decode(key), authority };
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}

function answer(apiVersion: string, { certificatePem, privateKeyPem, renewAt, notAfter }: Credential) {
  // Long-running programs request another one at this time.
  const expiresAt = renewAt > new Date() ? renewAt : notAfter;
  return {
    apiVersion,
    kind: 'ExecCredential',
    status: {
      expirationTimestamp: expiresAt.toISOString().replace(/\.\d+/, ''),
      clientCertificateData: certificatePem,
      clientKeyData: privateKeyPem,
    },
  };
}
