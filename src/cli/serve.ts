// The command that starts the provider.
import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import path from 'node:path';
import { defaultCacheBytes } from '../cache/cache-shares.js';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import { AccessKeyIdentity } from '../identity/access-key-identity.js';
import {
  type Log,
  TlsFiles,
  createApp,
  createHandlers,
  createLog,
  defaultLimits,
  defaultPolicy,
  listen,
} from '../server/index.js';
import { isReadableByOthers, shellWord } from '../files/exposed-files.js';
import type { DataStore } from '../registry/data-store.js';
import { type Io, defineCommand } from './command.js';
import { openData } from '../registry/open-data.js';
import { dataOption } from './data-folder.js';
import { createDemo, demoInstructions } from './demo.js';
import { metricsOptions, startMetrics } from './serve-metrics.js';
import { keystoneOptions, readKeystone } from './keystone-options.js';
import { kubernetesOptions, readKubernetes } from './kubernetes-options.js';
import { type ValuesOf, flag, optional, withDefault } from './options.js';
import { duration, text, wholeNumber } from './readers.js';
import { groupsOf } from '../registry/groups-of-user.js';
import { assertTogether, usageError } from './usage-error.js';

const drainDeadlineMs = 10_000;

export const serve = defineCommand({
  summary: 'start the provider',
  options: {
    host: withDefault('127.0.0.1', { placeholder: 'ADDRESS', help: 'where to listen', read: text }),
    port: withDefault('8080', {
      placeholder: 'PORT',
      help: '0 takes a free one',
      read: wholeNumber({ least: 0, most: 65_535 }),
    }),
    ...dataOption,
    ...kubernetesOptions,
    'tls-cert': optional({
      placeholder: 'FILE',
      help: 'serve https with this certificate in PEM; with --tls-key',
      read: text,
    }),
    'tls-key': optional({ placeholder: 'FILE', help: 'the private key of that certificate, in PEM', read: text }),
    'behind-tls-proxy': flag(
      'listen on an address other than loopback without TLS, because a proxy in front provides it',
    ),
    'idle-timeout': optional({
      placeholder: 'TIME',
      help: 'how long a connection stays open between requests (default: 5s, with --behind-tls-proxy 75s)',
      read: duration({ least: 1 }),
    }),
    strict: flag('refuse a request without the Content-Type that the API page requires'),
    'validity-days': withDefault(String(defaultPolicy.validityDays), {
      placeholder: 'DAYS',
      help: 'validity for requests that name none, such as a GET',
      read: wholeNumber({ least: 1, most: 36_500 }),
    }),
    'maximum-days': optional({
      placeholder: 'DAYS',
      help: "the longest validity there is, a GET's included (default: five years by the calendar, 1826 or 1827 days, where a request asks; Open Telekom Cloud has 1825)",
      read: wholeNumber({ least: 1, most: 1827 }),
    }),
    'reuse-window': withDefault(`${defaultPolicy.reuseWindowSeconds / 3600}h`, {
      placeholder: 'TIME',
      help: 'how long the same caller gets the same certificate, such as 24h; 0 for never',
      read: duration({ least: 0 }),
    }),
    'outlive-delegation': withDefault(`${defaultPolicy.outliveSeconds / 3600}h`, {
      placeholder: 'TIME',
      help: 'how long a certificate may outlive the token of a trust or an application credential that it was fetched with',
      read: duration({ least: 0 }),
    }),
    'cache-memory': withDefault(String(defaultCacheBytes / 2 ** 20), {
      placeholder: 'MIB',
      help: 'memory of all caches together, in MiB; 256 are enough for some 5,000 clusters in use',
      read: wholeNumber({ least: 1, most: 1_000_000 }),
    }),
    ...keystoneOptions,
    'caller-limit': withDefault(String(defaultLimits.perCaller), {
      placeholder: 'N',
      help: 'requests a minute of one user; 0 for no limit',
      read: wholeNumber({ least: 0, most: 100_000_000 }),
    }),
    'address-limit': withDefault(String(defaultLimits.perAddress), {
      placeholder: 'N',
      help: 'requests a minute of one IP address; 0 for no limit',
      read: wholeNumber({ least: 0, most: 100_000_000 }),
    }),
    ...metricsOptions,
    demo: flag('fill an empty data folder with a demo project; without this, only on a terminal'),
    'no-demo': flag('leave an empty data folder empty'),
  },
  examples: [
    'serve',
    'serve --host 0.0.0.0 --port 8443 --tls-cert tls.crt --tls-key tls.key --data /var/lib/clustercert',
  ],
  async run(values, _positionals, io) {
    const stopped = io.untilStopped();
    // From here on, SIGHUP does not end the process. Changes of files before they are watched are found then.
    let onHangup = () => {};
    io.onHangup?.(() => onHangup());
    const { tlsFiles, ...address } = await readAddress(values);
    const policy = readPolicy(values);
    const limits = { perCaller: values['caller-limit'], perAddress: values['address-limit'] };
    const cacheBytes = values['cache-memory'] * 2 ** 20;
    const log = createLog(io.stderr);
    const engines = await openEngines(values, { environment: io.environment, cacheBytes, log });
    const { store, clusters, tokens, grantedGroups } = engines;
    const { accessKeys, revocations } = store;
    // A token must not end up in the log of a service.
    const withDemo = (values.demo || io.stdout.isTTY === true) && !values['no-demo'] && engines.isStoreAlone;
    const scraped = await startMetrics(values['metrics-address'], log);
    const metrics = scraped?.metrics;
    const app = createApp({
      handlers: createHandlers({
        clusters,
        revocations,
        // Other users' roles are unknown here: they may have any group that a role gives.
        groupsOf: async (user) => [...(await groupsOf(store, user)), ...(user.isCaller ? [] : grantedGroups())],
        policy,
        cacheBytes,
        metrics,
      }),
      revocations,
      tokens,
      signatures: new AccessKeyIdentity(accessKeys),
      limits,
      behindProxy: values['behind-tls-proxy'],
      log,
      assertReady: () => clusters.assertReady(),
      strict: values.strict,
      cacheBytes,
      metrics,
    });
    const { url, drain, replaceTls } = await listen(app, { ...address, tls: await tlsFiles?.read(), log, metrics });
    const following = tlsFiles?.follow(replaceTls, log);
    onHangup = () => void tlsFiles?.reload(replaceTls, log);
    // Only now, because the new token must be shown.
    const demo = withDemo ? createDemo(store) : undefined;
    const demoToken = await demo?.catch(async (error: unknown) => {
      await drain({ deadlineMs: 0 });
      throw error;
    });
    const instructions = demoToken === undefined ? '' : demoInstructions({ url, token: demoToken, data: values.data });
    io.stdout.write(`listening on ${url}\n${scraped ? `metrics at ${scraped.url}\n` : ''}${instructions}`);
    const telling = tellProblems({ store, tlsKey: values['tls-key'], log });
    await stopped;
    telling.stop();
    following?.stop();
    log.info('draining');
    await drain({ deadlineMs: drainDeadlineMs });
    await scraped?.close();
    await engines.close();
    return 0;
  },
});

type EngineOptions = ValuesOf<typeof dataOption & typeof keystoneOptions & typeof kubernetesOptions> & {
  demo: boolean;
};

/** The data, and what finds clusters and callers: the data itself or the services that replace parts of it. */
async function openEngines(
  values: EngineOptions,
  { environment, cacheBytes, log }: { environment: Io['environment']; cacheBytes: number; log: Log },
) {
  const warn = (message: string) => log.error(message);
  const kubernetes = await readKubernetes(values, { environment, cacheBytes, warn });
  if (kubernetes && values.demo) throw usageError('--demo does not go with --clusters kubernetes');
  const store = await openData(values.data, { cacheBytes, keyFile: values['key-file'] });
  const keystone = await readKeystone(values, environment);
  await store.prepare();
  return {
    store,
    clusters: kubernetes?.clusters ?? store.clusters,
    tokens: keystone ?? store.tokens,
    /** Whether nothing replaces a part of the data. */
    isStoreAlone: kubernetes === undefined && keystone === undefined,
    grantedGroups: () => keystone?.grantedGroups() ?? [],
    close: async () => {
      await kubernetes?.close();
      await store.close();
    },
  };
}

// The lists of the commands show further ones.
const mostProblems = 100;

/** Logs faults of the data while requests are served already. */
function tellProblems({ store, tlsKey, log }: { store: DataStore; tlsKey: string | undefined; log: Log }) {
  let isStopped = false;
  const tell = async () => {
    if (tlsKey !== undefined && isReadableByOthers(tlsKey))
      log.warn(`others can read --tls-key; end that with: chmod go= ${shellWord(path.resolve(tlsKey))}`);
    let told = 0;
    for await (const problem of store.problems?.() ?? []) {
      if (isStopped || ++told > mostProblems) break;
      log.warn(problem);
    }
    if (told > mostProblems)
      log.warn(
        `there are more than ${mostProblems} problems; 'clustercert cluster list' and 'clustercert token list' show them`,
      );
  };
  void tell().catch((error: unknown) => log.warn(`the data cannot be checked: ${firstLine(error)}`));
  return { stop: () => (isStopped = true) };
}

interface PolicyOptions {
  'validity-days': number;
  'maximum-days': number | undefined;
  'reuse-window': number;
  'outlive-delegation': number;
}

const readPolicy = (values: PolicyOptions) => ({
  validityDays: values['validity-days'],
  maximumDays: values['maximum-days'],
  reuseWindowSeconds: values['reuse-window'],
  outliveSeconds: values['outlive-delegation'],
});

interface AddressOptions {
  host: string;
  port: number;
  'tls-cert': string | undefined;
  'tls-key': string | undefined;
  'behind-tls-proxy': boolean;
  'idle-timeout': number | undefined;
}

async function readAddress({ host, port, ...values }: AddressOptions) {
  const [certFile, keyFile] = [values['tls-cert'], values['tls-key']];
  assertTogether(values, 'tls-cert', 'tls-key');
  const tlsFiles = certFile !== undefined && keyFile !== undefined ? new TlsFiles({ certFile, keyFile }) : undefined;
  await tlsFiles?.read().catch((error: unknown) => {
    const { cause } = error as Error;
    throw new ClusterCertError('data_unreadable', `--tls-cert and --tls-key cannot be used: ${firstLine(cause)}`);
  });
  if (!tlsFiles && !values['behind-tls-proxy'] && !(await isLoopback(host))) {
    throw usageError(
      `--host ${quoted(host)} is not a loopback address, and responses hold private keys; give --tls-cert and --tls-key, or --behind-tls-proxy`,
    );
  }
  // Longer than usual proxies keep a connection; otherwise they send requests over one that is just being closed.
  const idleSeconds = values['idle-timeout'] ?? (values['behind-tls-proxy'] ? 75 : 5);
  return { host, port, tlsFiles, idleTimeoutMs: idleSeconds * 1000 };
}

async function isLoopback(host: string): Promise<boolean> {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  // An empty host would mean every address.
  const addresses = await (host === '' ? Promise.reject(new Error()) : lookup(host, { all: true })).catch(() => {
    throw usageError(`--host ${quoted(host)} is not known; it must be an address or a host name`);
  });
  return (
    addresses.length > 0 &&
    addresses.every(({ address, family }) => loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  );
}
