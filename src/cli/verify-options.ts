// The options of the kit's command, and the target that they describe.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { firstLine, quoted } from '../errors.js';
import type { Target } from '../verify/index.js';
import { reporters } from '../verify/report.js';
import type { Io } from './command.js';
import { connectBare } from './connect.js';
import { connectionOptions, readConnectionSettings } from './connection-options.js';
import { type ValuesOf, flag, missingOption, optional, repeated, withDefault } from './options.js';
import { proxyFor } from './proxy.js';
import { duration, file, oneOf, text, wholeNumber } from './readers.js';
import { assertTogether, usageError } from './usage-error.js';

/** An input that may come from the environment, the better place for secrets. */
function input(name: string, placeholder: string, help: string) {
  const variable = `CLUSTERCERT_${name.toUpperCase().replaceAll('-', '_')}`;
  return optional({ placeholder, help, variable, read: sendable });
}

/** IDs go into paths and tokens into headers as they are. */
function sendable(value: string, label: string): string {
  const isToken = label.toLowerCase().endsWith('token');
  if (/^[\x21-\x7e]+$/.test(value) && (isToken || !/[/?#]/.test(value))) return value;
  throw usageError(`${label} has a character that cannot be sent; it must be printable ASCII without spaces`);
}

/** Requests a second, or with /m a minute. */
function perSecond(value: string, label: string): number {
  const [, number = '', unit] = /^(\d+(?:\.\d+)?)(\/[sm])?$/.exec(value) ?? [];
  const rate = unit === '/m' ? Number(number) / 60 : Number(number);
  if (rate > 0) return rate;
  throw usageError(
    `${label} ${quoted(value)} is not valid; it must be requests a second, such as 5, or a minute, such as 20/m`,
  );
}

function header(value: string, label: string): [string, string] {
  const [, name, content] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\x20-\x7e]*)$/.exec(value) ?? [];
  if (name !== undefined && content !== undefined) return [name, content];
  throw usageError(`${label} is not valid; it must be 'NAME: VALUE'`);
}

const requirements = ['createClusterCert', 'revokeClusterCert', 'signatures'] as const;

export const verifyOptions = {
  ...connectionOptions,
  timeout: withDefault('5s', { placeholder: 'TIME', help: 'for each request', read: duration({ least: 1 }) }),
  cluster: input('cluster', 'ID', 'a cluster of the project'),
  'other-token': input('other-token', 'TOKEN', 'a token of another user'),
  'expired-token': input('expired-token', 'TOKEN', 'a token that was valid once'),
  'other-project': input('other-project', 'ID', 'a project that the token is not for'),
  'other-cluster': input('other-cluster', 'ID', 'another cluster, of the same project or of the other one'),
  'eip-cluster': input('eip-cluster', 'ID', 'a cluster of the project whose API server has a public address'),
  'access-key': input('access-key', 'AK', 'an access key for the project; with --secret-key'),
  'secret-key': optional({
    placeholder: 'SK',
    help: 'the secret of that access key',
    variable: 'CLUSTERCERT_SECRET_KEY',
    read: text,
  }),
  'expect-ca': optional({ placeholder: 'FILE', help: 'the CA that the kubeconfig must give, in PEM', read: file }),
  'expect-user': optional({ placeholder: 'CN', help: 'the user that the certificate must name', read: text }),
  'expect-server': optional({
    placeholder: 'URL',
    help: 'the API server that the kubeconfig must lead to',
    read: text,
  }),
  connect: flag('use the certificate at the API servers of the kubeconfig'),
  revoke: optional({
    placeholder: 'USER_ID',
    help: "end this user's certificates of the cluster, to see that revocation works; without it, nobody's end",
    read: text,
  }),
  only: repeated({ placeholder: 'CHECK', help: 'run these checks: IDs, or a regular expression', read: text }),
  exclude: repeated({ placeholder: 'CHECK', help: 'leave these checks out, likewise', read: text }),
  safe: flag('send no malformed or hostile requests'),
  require: repeated({
    placeholder: 'WHAT',
    help: 'report a finding if this is not offered: createClusterCert, revokeClusterCert or signatures',
    choices: requirements,
    read: oneOf(requirements),
  }),
  'allow-unchecked': flag('exit with 0 even if the provider prevented some checks'),
  list: flag('list the checks and run none'),
  rate: optional({ placeholder: 'N', help: 'requests a second at most, or a minute: 20/m', read: perSecond }),
  concurrency: withDefault('4', {
    placeholder: 'N',
    help: 'requests at once',
    read: wholeNumber({ least: 1, most: 64 }),
  }),
  'max-wait': withDefault('30s', {
    placeholder: 'TIME',
    help: 'the longest wait in all, where the provider asks for one (429, Retry-After)',
    read: duration({ least: 0 }),
  }),
  header: repeated({ placeholder: "'NAME: VALUE'", help: 'sent with every request', read: header }),
  'client-certificate': optional({ placeholder: 'FILE', help: 'for TLS, in PEM; with --client-key', read: file }),
  'client-key': optional({ placeholder: 'FILE', help: 'the key of that certificate, in PEM', read: file }),
  seed: optional({
    placeholder: 'N',
    help: 'sample the same values as the run that reported it',
    read: wholeNumber({ least: 0, most: 999_999 }),
  }),
  reporter: repeated({
    placeholder: 'NAME[=FILE]',
    help: 'pretty, json, junit or markdown; several may be given, each with a file of its own (default: pretty)',
    choices: reporters,
    read: text,
  }),
  output: optional({ placeholder: 'FILE', help: 'write the report to a file', read: file }),
  baseline: optional({ placeholder: 'FILE', help: 'accepted findings, with the reasons', read: file }),
  'update-baseline': flag('write the findings to the file of --baseline; existing reasons stay'),
};

export type VerifyValues = ValuesOf<typeof verifyOptions>;

/** Reads the files of the options, and signs in to a cloud if one is named. */
export async function readTarget(values: VerifyValues, { environment }: Io): Promise<Target> {
  assertConsistent(values);
  const { 'access-key': id, 'secret-key': secret, cluster } = values;
  const accessKey = id !== undefined && secret !== undefined ? { id, secret } : undefined;
  if (
    values.endpoint === undefined &&
    environment['OS_CLOUD'] === undefined &&
    environment['OS_AUTH_URL'] === undefined
  )
    throw missingOption('endpoint', verifyOptions.endpoint);
  if (cluster === undefined) throw missingOption('cluster', verifyOptions.cluster);
  // An access key may come from the command line or from the environment.
  const keys = accessKey && { CLUSTERCERT_ACCESS_KEY: accessKey.id, CLUSTERCERT_SECRET_KEY: accessKey.secret };
  const settings = await readConnectionSettings(values, { ...environment, ...keys });
  const { endpoint, projectId, token, accessKey: found, caPem, verify } = await connectBare(settings);
  const proxy = proxyFor(new URL(endpoint), settings.proxies);
  const connection = {
    ...(caPem !== undefined && { ca: caPem }),
    ...(!verify && { insecure: true }),
    ...(await readPair(values)),
    ...(proxy !== undefined && { proxy }),
  };
  const key = found ? withoutUndefined(found) : accessKey;
  return {
    endpoint,
    projectId,
    clusterId: cluster,
    ...(token !== undefined && { token }),
    ...(key && { accessKey: key }),
    ...optionalInputs(values),
    connection,
    expect: await readTruth(values),
    timeoutMs: values.timeout * 1000,
    longestWaitMs: values['max-wait'] * 1000,
    concurrency: values.concurrency,
    safe: values.safe,
    connect: values.connect,
    require: values.require ?? [],
    headers: Object.fromEntries(values.header ?? []),
    ...withoutUndefined({ rate: values.rate, seed: values.seed, revoke: values.revoke }),
  };
}

function assertConsistent(values: VerifyValues): void {
  assertTogether(values, 'access-key', 'secret-key');
  assertTogether(values, 'client-certificate', 'client-key');
  if (values['update-baseline'] && values.baseline === undefined)
    throw usageError('--update-baseline goes with --baseline');
  if (values.require?.includes('signatures') && values['access-key'] === undefined && values.token !== undefined)
    throw usageError('--require signatures needs an access key; give --access-key and --secret-key');
}

const optionalInputs = (values: VerifyValues): Partial<Target> =>
  withoutUndefined({
    otherToken: values['other-token'],
    expiredToken: values['expired-token'],
    otherProjectId: values['other-project'],
    otherClusterId: values['other-cluster'],
    eipClusterId: values['eip-cluster'],
  });

function withoutUndefined<T extends object>(fields: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

async function readPair({ 'client-certificate': certificate, 'client-key': key }: VerifyValues) {
  if (certificate === undefined || key === undefined) return {};
  return { certificate: await read(certificate, '--client-certificate'), key: await read(key, '--client-key') };
}

async function readTruth(values: VerifyValues) {
  const { 'expect-ca': caFile, 'expect-user': user, 'expect-server': server } = values;
  if (server !== undefined && !/^https:\/\//.test(server)) throw usageError('--expect-server must be an https URL');
  const ca = caFile === undefined ? undefined : await read(caFile, '--expect-ca');
  if (ca !== undefined && !isCertificate(ca))
    throw usageError(`--expect-ca ${quoted(caFile ?? '')} holds no certificate in PEM`);
  return withoutUndefined({ ca, user, server });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

async function read(name: string, option: string): Promise<string> {
  return readFile(name, 'utf8').catch((cause: unknown) => {
    throw usageError(`${option} ${quoted(name)} cannot be read: ${firstLine(cause)}`);
  });
}
