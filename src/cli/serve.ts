// The command that starts the provider.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { createSecureContext } from 'node:tls';
import { makeFolder } from '../files/atomic-write.js';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import { AccessKeyIdentity } from '../identity/access-key-identity.js';
import { createApp, createHandlers, createLog, defaultLimits, defaultPolicy, listen } from '../server/index.js';
import {
  type Command,
  type OptionValues,
  readDuration,
  readFileOption,
  readNumber,
  required,
  usageError,
} from './command.js';
import { dataOption, dataUsage, openData } from './data-option.js';
import { createDemo, demoInstructions } from './demo.js';
import { keystoneOptions, readKeystone } from './keystone-options.js';

const drainDeadlineMs = 10_000;

export const serve: Command = {
  summary: 'start the provider',
  usage: `serve [options]

  --host ADDRESS          where to listen (default: 127.0.0.1)
  --port PORT             0 takes a free one (default: 8080)
${dataUsage}  --tls-cert FILE, --tls-key FILE
                          serve https with this certificate and key in PEM
  --behind-tls-proxy      listen on an address other than loopback without TLS, because a proxy in
                          front provides it
  --strict                refuse a request without the Content-Type that the API page makes mandatory
  --validity-days DAYS    validity where a request names none, as a GET (default: ${defaultPolicy.validityDays})
  --maximum-days DAYS     the longest validity there is, a GET's included (default: five years by the
                          calendar, 1826 or 1827 days, where a request asks; Open Telekom Cloud has 1825)
  --reuse-window TIME     how long the same caller gets the same certificate, such as 24h; 0 for never
                          (default: ${defaultPolicy.reuseWindowSeconds / 3600}h)
  --keystone URL          take tokens of this identity service (Keystone, IAM) instead of 'clustercert
                          token add'; this service's own credentials come from OS_* variables or, with
                          OS_CLOUD, from clouds.yaml; without any, a token is looked up with itself
  --keystone-ca FILE      the CA that the identity service is trusted by, in PEM
  --grant NAME[=GROUP]    a role or group of the identity service that may fetch certificates, and the
                          Kubernetes group it becomes; may be repeated (default: every role, as itself)
  --token-cache TIME      how long an answer of the identity service is believed (default: 60s)
  --caller-limit N        requests a minute of one user; 0 for any (default: ${defaultLimits.perCaller})
  --address-limit N       requests a minute of one address; 0 for any (default: ${defaultLimits.perAddress})
  --no-demo               leave an empty data folder empty

Examples:
  clustercert serve
  clustercert serve --host 0.0.0.0 --port 8443 --tls-cert tls.crt --tls-key tls.key --data /var/lib/clustercert
`,
  options: {
    ...dataOption,
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8080' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'behind-tls-proxy': { type: 'boolean' },
    strict: { type: 'boolean' },
    'validity-days': { type: 'string', default: String(defaultPolicy.validityDays) },
    'maximum-days': { type: 'string' },
    'reuse-window': { type: 'string', default: `${defaultPolicy.reuseWindowSeconds}s` },
    ...keystoneOptions,
    'caller-limit': { type: 'string', default: String(defaultLimits.perCaller) },
    'address-limit': { type: 'string', default: String(defaultLimits.perAddress) },
    'no-demo': { type: 'boolean' },
  },
  positionals: 0,
  async run(values, _positionals, io) {
    const stopped = io.untilStopped();
    const address = await readAddress(values);
    const policy = {
      validityDays: readNumber(values, 'validity-days', { least: 1, most: 36_500 }),
      maximumDays:
        values['maximum-days'] === undefined ? undefined : readNumber(values, 'maximum-days', { least: 1, most: 1827 }),
      reuseWindowSeconds: readDuration(values, 'reuse-window', { least: 0 }),
    };
    const limits = {
      perCaller: readNumber(values, 'caller-limit', { least: 0, most: 100_000_000 }),
      perAddress: readNumber(values, 'address-limit', { least: 0, most: 100_000_000 }),
    };
    const { folder, clusters, tokens, accessKeys } = openData(values);
    const keystone = await readKeystone(values, io.environment);
    await makeFolder(folder);
    const withDemo = values['no-demo'] !== true && !keystone;
    const log = createLog(io.stderr);
    const app = createApp({
      handlers: createHandlers({ clusters, policy }),
      tokens: keystone ?? tokens,
      signatures: new AccessKeyIdentity(accessKeys),
      limits,
      behindProxy: values['behind-tls-proxy'] === true,
      log,
      assertReady: () => clusters.assertReady(),
      strict: values['strict'] === true,
    });
    const { url, drain } = await listen(app, address);
    // Only now: a token that is made must also be seen.
    const demoToken = await (withDemo ? createDemo({ clusters, tokens }) : undefined)?.catch(async (error: unknown) => {
      await drain({ deadlineMs: 0 });
      throw error;
    });
    const instructions = demoToken === undefined ? '' : demoInstructions(url, demoToken);
    io.stdout.write(`listening on ${url}\n${instructions}`);
    await stopped;
    log.info('draining');
    await drain({ deadlineMs: drainDeadlineMs });
    return 0;
  },
};

async function readAddress(values: OptionValues) {
  const host = required(values, 'host');
  const port = readNumber(values, 'port', { least: 0, most: 65_535 });
  const cert = await readFileOption(values, 'tls-cert');
  const key = await readFileOption(values, 'tls-key');
  if ((cert === undefined) !== (key === undefined))
    throw usageError('--tls-cert and --tls-key go together; give both or neither');
  const tls = cert !== undefined && key !== undefined ? checkTls({ cert, key }) : undefined;
  if (!tls && values['behind-tls-proxy'] !== true && !(await isLoopback(host))) {
    throw usageError(
      `--host ${quoted(host)} is not a loopback address, and answers hold private keys; give --tls-cert and --tls-key, or --behind-tls-proxy`,
    );
  }
  return { host, port, tls };
}

function checkTls<Files extends { cert: string; key: string }>(files: Files): Files {
  try {
    createSecureContext(files);
    // TLS compares only keys of the same kind, and with others every handshake would fail.
    if (!new X509Certificate(files.cert).checkPrivateKey(createPrivateKey(files.key)))
      throw new Error('the key is not that of the certificate');
  } catch (cause) {
    throw new ClusterCertError('data_unreadable', `--tls-cert and --tls-key cannot be used: ${firstLine(cause)}`, {
      cause,
    });
  }
  return files;
}

async function isLoopback(host: string): Promise<boolean> {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  // An empty host would be every address.
  const addresses = await (host === '' ? Promise.reject(new Error()) : lookup(host, { all: true })).catch(() => {
    throw usageError(`--host ${quoted(host)} is not known; it must be an address or a host name`);
  });
  return (
    addresses.length > 0 &&
    addresses.every(({ address, family }) => loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  );
}
