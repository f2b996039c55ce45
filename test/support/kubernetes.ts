// Real Kubernetes: etcd, kube-apiserver and kubectl, built from Go modules once and kept by version. One etcd serves all
// API servers of a test file. Nothing runs on a machine without Go; the tests say so.
import { afterAll } from '@jest/globals';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { createIssuer } from '../../src/certificate/issue-certificate.js';
import { forDays } from '../../src/certificate/validity.js';
import { servingCertificate } from './api-server.js';
import { temporaryFolder } from './temporary-folder.js';
import { freePort } from './free-port.js';

const issueCertificate = createIssuer({ maximumBytes: 0 });

export type KubernetesVersion = '1.32' | '1.37';

const witness = fileURLToPath(new URL('../apiserver/witness', import.meta.url));
const programsFolder =
  process.env['KUBERNETES_PROGRAMS'] ?? path.join(homedir(), '.cache', 'cce-clustercert-tests', 'kubernetes');

/** Where a program lies once it is built. */
const programOf = (name: 'apiserver' | 'etcd' | 'kubectl', version: KubernetesVersion) =>
  path.join(programsFolder, name === 'etcd' ? '1.37' : version, name);

const isBuilt = (version: KubernetesVersion) =>
  existsSync(programOf('apiserver', version)) &&
  existsSync(programOf('kubectl', version)) &&
  existsSync(programOf('etcd', version));

/** Builds what is missing; whether all of it is there then. Takes some minutes the first time. */
function build(version: KubernetesVersion): boolean {
  if (isBuilt(version)) return true;
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) return false;
  for (const each of new Set<KubernetesVersion>(['1.37', version])) {
    const { status, stderr } = spawnSync(path.join(witness, 'build'), [programsFolder, each], {
      encoding: 'utf8',
      env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-p=2' },
    });
    if (status !== 0) process.stderr.write(stderr.slice(-2000));
  }
  return isBuilt(version);
}

/**
 * Whether an API server of that version can be had here; builds it where it is missing, and says so where it cannot. The
 * variable KUBERNETES_VERSIONS, such as 1.37, limits which ones are built.
 */
export function hasKubernetes(version: KubernetesVersion): boolean {
  const { KUBERNETES_VERSIONS: wanted } = process.env;
  if ((wanted === undefined || wanted.split(',').includes(version)) && build(version)) return true;
  process.stderr.write(
    `NOT RUN: tests with kube-apiserver ${version}, which cannot be built from Go modules here, or is not wanted\n`,
  );
  return false;
}

const running: ChildProcess[] = [];
let etcd: Promise<string> | undefined;
let etcdProcess: ChildProcess | undefined;

/** Stops or continues the etcd of all API servers of the file. */
export const signalEtcd = (name: NodeJS.Signals) => etcdProcess?.kill(name);

afterAll(async () => {
  const open = running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  await Promise.all(
    open.map((child) => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      return ended;
    }),
  );
});

/** The URL of an etcd of its own. */
async function startEtcd(): Promise<string> {
  const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`) as [
    string,
    string,
  ];
  const folder = temporaryFolder();
  const args = [
    ['--data-dir', path.join(folder, 'etcd')],
    ['--listen-client-urls', client],
    ['--advertise-client-urls', client],
    ['--listen-peer-urls', peer],
    ['--initial-advertise-peer-urls', peer],
    ['--initial-cluster', `default=${peer}`],
    ['--log-level', 'error'],
  ].flat();
  etcdProcess = spawn(programOf('etcd', '1.37'), [...args, '--unsafe-no-fsync'], { stdio: 'ignore' });
  running.push(etcdProcess);
  await until('etcd', async () => (await fetch(`${client}/readyz`)).ok);
  return client;
}

export interface KubernetesOptions {
  version?: KubernetesVersion;
  /** The CA that signs the serving certificate. */
  authority: AuthorityFiles;
  /** The CAs that client certificates are trusted by, in PEM; the same when not given. */
  clientAuthorities?: string;
  /** An AuthorizationConfiguration in place of Node and RBAC; its path is `authorizationFile` of the result. */
  authorization?: string;
  /** Is done before the server starts. */
  before?: () => Promise<void>;
  /** Keeps an audit log at level Metadata. */
  audit?: boolean;
}

export interface KubectlResult {
  code: number;
  stdout: string;
  stderr: string;
}

export type Kubernetes = Awaited<ReturnType<typeof startKubernetes>>;

/** Starts an API server with storage of its own and waits until it is ready. */
export async function startKubernetes(options: KubernetesOptions) {
  const { version = '1.37', authority, clientAuthorities = authority.certificatePem, audit = false } = options;
  await options.before?.();
  const folder = temporaryFolder();
  const file = (name: string, text?: string) => {
    const place = path.join(folder, name);
    mkdirSync(path.dirname(place), { recursive: true });
    if (text !== undefined) writeFileSync(place, text, { mode: 0o600 });
    return place;
  };
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  // A CA of the test's own lets its administrator in, whatever the CAs under test are.
  const administrators = await createAuthority({ now: new Date() });
  const clientCaFile = file('client-ca/ca.crt', clientAuthorities + administrators.certificatePem);
  const { cert, key } = servingCertificate(authority, 'localhost');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const serviceAccountKey = file('sa.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const authorizationFile = file('authorization/config.yaml', options.authorization);
  const auditFile = file('audit.log');
  const args = [
    `--etcd-servers=${await (etcd ??= startEtcd())}`,
    `--etcd-prefix=/${randomUUID()}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    // A loopback address is no endpoint.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    `--tls-cert-file=${file('apiserver.crt', cert)}`,
    `--tls-private-key-file=${file('apiserver.key', key)}`,
    `--client-ca-file=${clientCaFile}`,
    `--cert-dir=${file('certificates')}`,
    options.authorization === undefined
      ? '--authorization-mode=Node,RBAC'
      : `--authorization-config=${authorizationFile}`,
    ...(audit
      ? [`--audit-policy-file=${file('audit-policy.yaml', auditPolicy)}`, `--audit-log-path=${auditFile}`]
      : []),
  ];
  const start = async () => {
    const child = spawn(programOf('apiserver', version), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    running.push(child);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log.text += text));
    await until(
      'kube-apiserver',
      () => isReady(url, authority.certificatePem),
      () => log.text.slice(-2000),
    );
    return child;
  };
  const log = { text: '' };
  let child = await start();
  const administrator = file('administrator.kubeconfig', administratorKubeconfig(url, authority, administrators));
  const kubectl = (kubeconfig: string, ...argv: string[]) => runKubectl(version, ['--kubeconfig', kubeconfig, ...argv]);
  return {
    version,
    url,
    /** Replace its text to change the trusted CAs; it is read again within a second. */
    clientCaFile,
    /** Replace its text to change the authorization. */
    authorizationFile,
    /** The path of a kubeconfig that may do anything. */
    administrator,
    kubectl,
    /** The server's own log. */
    log: () => log.text,
    /** The events of the audit log. */
    auditEvents: () =>
      readFileSync(auditFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as AuditEvent),
    /** Applies manifests as the administrator. */
    async apply(...manifests: object[]): Promise<void> {
      const list = file('manifests.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
      const { code, stderr } = await kubectl(administrator, 'apply', '--server-side', '-f', list);
      if (code !== 0) throw new Error(stderr);
    },
    signal: (name: NodeJS.Signals) => child.kill(name),
    async stop(): Promise<void> {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    async restart(): Promise<void> {
      child = await start();
    },
  };
}

export interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string; groups?: string[]; extra?: Record<string, string[]> };
  objectRef?: { resource?: string; namespace?: string; name?: string; apiGroup?: string };
  responseStatus?: { code: number };
  stage: string;
}

const auditPolicy =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n';

function runKubectl(version: KubernetesVersion, args: string[]): Promise<KubectlResult> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: temporaryHome() };
  return new Promise((resolve) => {
    execFile(programOf('kubectl', version), args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

let home: string | undefined;
const temporaryHome = () => (home ??= temporaryFolder());

/** `cluster-admin` by way of `system:masters`, which is the test's own business. */
function administratorKubeconfig(
  url: string,
  { certificatePem }: AuthorityFiles,
  administrators: AuthorityFiles,
): string {
  const { certificatePem: certificate, privateKeyPem } = issueCertificate(openAuthority(administrators), {
    clusterId: randomUUID(),
    userId: 'administrator',
    groups: ['system:masters'],
    validity: forDays(1),
    reuseWindowSeconds: 3600,
    now: new Date(),
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster: { server: url, 'certificate-authority-data': base64(certificatePem) } }],
    users: [
      {
        name: 'it',
        user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(privateKeyPem) },
      },
    ],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    'current-context': 'it',
  });
}

function isReady(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    request(`${url}/readyz`, { ca, agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', reject)
      .end();
  });
}

async function until(what: string, isTrue: () => Promise<boolean>, detail: () => string = () => ''): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isTrue().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${what} does not get ready: ${detail()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
