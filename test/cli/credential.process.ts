// `clustercert credential`, by itself and run by kubectl.
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { readValues } from '../../src/cli/options.js';
import { startApiServer } from '../support/api-server.js';
import { runIn, startIn } from '../support/command-line.js';
import { kubectls } from '../support/programs.js';
import { projectId, startProvider } from '../support/provider.js';
import { answerJson, startStandIn } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authority = await createAuthority({ now: new Date() });
const apiServer = await startApiServer(authority);
const provider = await startProvider();
const clusterId = await provider.addCluster({ name: 'prod', authority, server: apiServer.url });
const token = await provider.addToken();
const newAccess = () => ({
  CLUSTERCERT_ENDPOINT: provider.url,
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: token,
  XDG_CACHE_HOME: temporaryFolder(),
});
type Access = ReturnType<typeof newAccess>;
const folderOf = ({ XDG_CACHE_HOME: cache }: Access) => path.join(cache, 'cce-clustercert');
const keptFile = (access: Access) => path.join(folderOf(access), readdirSync(folderOf(access))[0] ?? '');
const certificatesIssued = () => provider.logged.filter((line) => line['audit'] === 'getClusterCertByUID').length;

interface ExecCredential {
  apiVersion: string;
  kind: string;
  status: { expirationTimestamp: string; clientCertificateData: string; clientKeyData: string };
}
const read = (stdout: string) => JSON.parse(stdout) as ExecCredential;

test('a call that is killed at any moment leaves no partial credential, and the next one works', async () => {
  const environment = newAccess();
  for (let delayMs = 0; delayMs < 400; delayMs += 80) {
    const { child, ended } = startIn({ environment }, 'credential', clusterId);
    await new Promise((resolve) => setTimeout(resolve, 150 + delayMs));
    child.kill('SIGKILL');
    await ended;
  }
  const { code, stdout } = await runIn(environment, 'credential', clusterId);
  expect(code).toBe(0);
  const { clientCertificateData, clientKeyData } = read(stdout).status;
  expect(new X509Certificate(clientCertificateData).checkPrivateKey(createPrivateKey(clientKeyData))).toBe(true);
  // The lock of a killed call blocks nobody, and the next call that needs one removes it.
  expect((await runIn(environment, 'credential', clusterId, '--renew')).code).toBe(0);
  expect(readdirSync(folderOf(environment)).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

test('without a home nothing is kept, least of all in the current folder', async () => {
  const environment = { ...newAccess(), HOME: '', XDG_CACHE_HOME: '', PATH: process.env['PATH'] ?? '' };
  const { code, stdout, stderr } = await startIn({ environment }, 'credential', clusterId).ended;
  expect(code).toBe(0);
  expect(read(stdout).kind).toBe('ExecCredential');
  expect(stderr).toMatch(/^warning: the credential cannot be kept: there is no home folder; .*\n$/);
  expect(existsSync('.cache')).toBe(false);
});

describe('an ExecCredential', () => {
  test('holds a certificate of a day with its key, and ends before it does', async () => {
    const { code, stdout, stderr } = await runIn(newAccess(), 'credential', clusterId);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { kind, status } = read(stdout);
    const certificate = new X509Certificate(status.clientCertificateData);
    expect(kind).toBe('ExecCredential');
    expect(certificate.checkPrivateKey(createPrivateKey(status.clientKeyData))).toBe(true);
    const hours = (time: string) => (Date.parse(time) - Date.now()) / 3_600_000;
    expect(hours(certificate.validTo)).toBeLessThan(49);
    expect(hours(status.expirationTimestamp)).toBeLessThan(hours(certificate.validTo));
    expect(status.expirationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test.each([
    [undefined, 'client.authentication.k8s.io/v1beta1'],
    ['client.authentication.k8s.io/v1beta1', 'client.authentication.k8s.io/v1beta1'],
    ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1'],
  ])('asked for as %p is %p', async (asked, version) => {
    const info = asked === undefined ? {} : { KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion: asked, spec: {} }) };
    const { stdout } = await runIn({ ...newAccess(), ...info }, 'credential', clusterId);
    expect(read(stdout).apiVersion).toBe(version);
  });

  test.each(['{"apiVersion":"client.authentication.k8s.io/v1alpha1"}', 'nonsense', 'null'])(
    'asked for by %p is refused',
    async (info) => {
      const access = { ...newAccess(), KUBERNETES_EXEC_INFO: info };
      const { code, stdout, stderr } = await runIn(access, 'credential', clusterId);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('known are client.authentication.k8s.io/v1beta1 and client.authentication.k8s.io/v1');
    },
  );
});

describe('it is kept,', () => {
  test('readable by its owner only, and used again', async () => {
    const access = newAccess();
    const first = await runIn(access, 'credential', clusterId);
    const issued = certificatesIssued();
    expect(await runIn(access, 'credential', clusterId)).toEqual(first);
    expect(certificatesIssued()).toBe(issued);
    expect(statSync(keptFile(access)).mode & 0o777).toBe(0o600);
    expect(statSync(folderOf(access)).mode & 0o777).toBe(0o700);
    expect(readFileSync(keptFile(access), 'utf8')).not.toContain(token);
  });

  test.each<[string, (file: string) => void]>([
    ['one that is damaged', (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 200))],
    ['one that is empty', (file) => writeFileSync(file, '')],
    ['one that others can read', (file) => chmodSync(file, 0o644)],
    ['one of another cluster', (file) => change(file, { cluster: 'other' })],
    ['one of another caller', (file) => change(file, { credentials: 'token other' })],
    ['one whose key is not its own', (file) => change(file, { privateKeyPem: otherKey() })],
    ['one from the future', (file) => change(file, { fetchedAt: new Date(Date.now() + 3_600_000) })],
    ['one that is old', (file) => change(file, { fetchedAt: new Date(Date.now() - 25 * 3_600_000) })],
  ])('but %s is fetched anew', async (_what, spoil) => {
    const access = newAccess();
    const first = await runIn(access, 'credential', clusterId);
    spoil(keptFile(access));
    const issued = certificatesIssued();
    const second = await runIn(access, 'credential', clusterId);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(read(second.stdout).status.clientKeyData).toBe(read(first.stdout).status.clientKeyData);
    expect(certificatesIssued()).toBe(issued + 1);
    expect(statSync(keptFile(access)).mode & 0o777).toBe(0o600);
  });

  test('but not for longer than a week without being asked for', async () => {
    const access = newAccess();
    await runIn(access, 'credential', clusterId);
    const unused = keptFile(access);
    utimesSync(unused, new Date(), new Date(Date.now() - 8 * 24 * 3_600_000));
    const other = await provider.addToken({ userId: 'b4a5d4098fb4474fa22cd05f897d6b99' });
    await runIn({ ...access, CLUSTERCERT_TOKEN: other }, 'credential', clusterId);
    expect(keptFile(access)).not.toBe(unused);
    expect(readdirSync(folderOf(access))).toHaveLength(1);
  });

  test('for each caller apart', async () => {
    const access = newAccess();
    await runIn(access, 'credential', clusterId);
    const other = await provider.addToken({ userId: 'b4a5d4098fb4474fa22cd05f897d6b99' });
    const { stdout } = await runIn({ ...access, CLUSTERCERT_TOKEN: other }, 'credential', clusterId);
    expect(new X509Certificate(read(stdout).status.clientCertificateData).subject).toContain('CN=b4a5d409');
  });

  test('and fetched once by calls at the same time', async () => {
    const access = newAccess();
    const issued = certificatesIssued();
    const running = Array.from({ length: 6 }, () => startIn({ environment: access }, 'credential', clusterId));
    const outcomes = await Promise.all(running.map(({ ended }) => ended));
    expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1);
    expect(outcomes.every(({ code }) => code === 0)).toBe(true);
    expect(certificatesIssued()).toBe(issued + 1);
  });

  test('and without a place to keep it, it comes all the same', async () => {
    const access = newAccess();
    writeFileSync(folderOf(access), 'a file');
    const { code, stdout, stderr } = await runIn(access, 'credential', clusterId);
    expect(code).toBe(0);
    expect(read(stdout).kind).toBe('ExecCredential');
    expect(stderr).toMatch(/^warning: the credential cannot be kept: .*\n$/);
  });

  function change(file: string, fields: object): void {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...kept, ...fields }));
  }

  function otherKey(): string {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }
});

describe('a provider', () => {
  const kubeconfigOf = async () =>
    JSON.parse((await runIn(newAccess(), 'get', clusterId, '--format', 'json')).stdout) as object;

  test('without POST is asked by GET', async () => {
    const answer = await kubeconfigOf();
    const methods: unknown[] = [];
    const standIn = await startStandIn(({ method }, response) => {
      methods.push(method);
      if (method === 'POST') answerJson(response, 405, {});
      else answerJson(response, 200, answer);
    });
    const { code, stdout } = await runIn({ ...newAccess(), CLUSTERCERT_ENDPOINT: standIn }, 'credential', clusterId);
    expect(code).toBe(0);
    expect(methods).toEqual(['POST', 'GET']);
    // The certificate is valid for a year, but no more than a day of it is used.
    expect(Date.parse(read(stdout).status.expirationTimestamp) - Date.now()).toBeLessThan(25 * 3_600_000);
  });

  test('that is down leaves what is still valid; one that refuses does not', async () => {
    const answer = await kubeconfigOf();
    let status = 200;
    const standIn = await startStandIn((_request, response) =>
      answerJson(response, status, status === 200 ? answer : {}),
    );
    const access = { ...newAccess(), CLUSTERCERT_ENDPOINT: standIn };
    const first = await runIn(access, 'credential', clusterId);
    const file = keptFile(access);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...kept, fetchedAt: new Date(Date.now() - 30 * 3_600_000) }));
    status = 500;
    const down = await runIn(access, 'credential', clusterId);
    expect(down.code).toBe(0);
    expect(down.stderr).toMatch(/^warning: .*; the last credential is used, valid until .*\n$/);
    expect(read(down.stdout).status.clientKeyData).toBe(read(first.stdout).status.clientKeyData);
    status = 403;
    expect(await runIn(access, 'credential', clusterId)).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('get --merge --exec', () => {
  test('names the cloud and what is needed, and holds no secret', async () => {
    const file = path.join(temporaryFolder(), 'clouds.yaml');
    const auth = { auth_url: 'http://127.0.0.1:1', username: 'alice', password: 'secret-password' };
    writeFileSync(file, JSON.stringify({ clouds: { otc: { auth } } }));
    const { describeExec } = await import('../../src/cli/exec-entry.js');
    const { connectionOptions, readConnectionSettings } = await import('../../src/cli/connection-options.js');
    const environment = { OS_CLOUD: 'otc', OS_CLIENT_CONFIG_FILE: file, OS_PASSWORD: 'secret-too' };
    const values = readValues(connectionOptions, { ca: ['ca.pem'] }, environment);
    const settings = await readConnectionSettings(values, environment);
    const { entryFor, notes } = await describeExec(settings, environment);
    const entry = entryFor({ endpoint: 'https://cce.example', projectId, clusterId });
    expect(entry).toMatchObject({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        env: [
          { name: 'OS_CLOUD', value: 'otc' },
          { name: 'OS_CLIENT_CONFIG_FILE', value: file },
        ],
        interactiveMode: 'Never',
      },
    });
    expect((entry['exec'] as { args: string[] }).args.slice(-2)).toEqual(['--ca', path.resolve('ca.pem')]);
    expect(JSON.stringify(entry)).not.toContain('secret');
    expect(notes[0]).toBe('note: kubectl will need OS_PASSWORD in the environment of kubectl');
  });

  const bin = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));

  for (const kubectl of kubectls) {
    test.each(['on PATH', 'not on PATH'])(
      `makes ${kubectl} call clustercert, which is %s`,
      async (where) => {
        const folder = temporaryFolder();
        const file = path.join(folder, 'config');
        const tools = path.join(folder, 'bin');
        mkdirSync(tools);
        if (where === 'on PATH') {
          writeFileSync(path.join(tools, 'clustercert'), `#!/bin/sh\nexec node '${bin}' "$@"\n`, { mode: 0o755 });
        }
        const PATH = `${tools}:${path.dirname(process.execPath)}:/usr/bin:/bin`;
        const environment = { ...newAccess(), PATH, KUBECONFIG: file };
        const merged = await startIn({ environment }, 'get', 'prod', '--merge', '--exec', '--alias', 'p').ended;
        expect(merged).toMatchObject({ code: 0, stdout: '' });
        expect(merged.stderr).toContain('note: kubectl will need CLUSTERCERT_TOKEN in the environment of kubectl\n');
        const text = readFileSync(file, 'utf8');
        for (const secret of [token, 'client-key-data', 'client-certificate-data']) expect(text).not.toContain(secret);
        const [{ user }] = (parse(text) as { users: [{ user: { exec: { command: string } } }] }).users;
        expect(user.exec.command === 'clustercert').toBe(where === 'on PATH');

        const args = ['--cache-dir', folder, 'get', '--raw', '/version'];
        const call = (variables: object) =>
          promisify(execFile)(kubectl, args, { env: { ...environment, ...variables }, timeout: 50_000 });
        expect((await call({})).stdout).toContain('gitVersion');
        const issued = certificatesIssued();
        await call({});
        expect(certificatesIssued()).toBe(issued);
        await expect(call({ CLUSTERCERT_TOKEN: 'wrong' })).rejects.toThrow('decrypt token fail');
      },
      60_000,
    );
  }
});
