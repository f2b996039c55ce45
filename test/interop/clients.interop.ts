// Real clients of the field, unmodified, each installed at a pinned version from its own registry into a throw-away
// folder and run as a process of its own against a started provider. Ends with a table, with "not run" for clients that
// a machine cannot run.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { KeystoneIdentity } from '../../src/identity/keystone-identity.js';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { KeystoneClient } from '../../src/keystone/keystone-client.js';
import { startApiServer } from '../support/api-server.js';
import { requestVersion, runKubectl } from '../support/handshake.js';
import { type Keystone, keystonePython, startKeystone } from '../support/keystone.js';
import { kubectls } from '../support/programs.js';
import { type Provider, projectId as ownProjectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type InteropClient, interopClients } from './interop-clients.js';

const sources = fileURLToPath(new URL('clients', import.meta.url));
const installMs = 600_000;
// Some run three commands, each of which takes half a minute on a busy machine.
const runMs = 240_000;

let keystone: Keystone | undefined;
let provider: Provider;
let throttled: Provider;
let environment: Record<string, string>;

beforeAll(async () => {
  keystone = keystonePython === undefined ? undefined : await startKeystone();
  const projectId = keystone ? await keystone.createProject('containers') : ownProjectId;
  const tokens = keystone && new KeystoneIdentity({ keystone: new KeystoneClient({ url: keystone.url }) });
  provider = await startProvider({ app: { ...(tokens && { tokens }) } });
  const authority = await createAuthority({ now: new Date() });
  const { url } = await startApiServer(authority);
  const CLUSTER_ID = await provider.addCluster({ authority, projectId, server: url, externalServer: url });
  const { secret, record } = await provider.accessKeys.add({ projectId, userId: 'interop', groups: [] });
  const { dataFolder } = provider;
  throttled = await startProvider({ dataFolder, app: { limits: { perAddress: 1, perCaller: 0 } } });
  environment = {
    ENDPOINT: provider.url,
    PROJECT_ID: projectId,
    CLUSTER_ID,
    ACCESS_KEY: record.id,
    SECRET_KEY: secret,
  };
  if (keystone) Object.assign(environment, await keystoneEnvironment(keystone, projectId));
}, 300_000);

/** A user of the project, and the provider in the catalogue. */
async function keystoneEnvironment(
  { url, createUser, grant, call }: Keystone,
  projectId: string,
): Promise<Record<string, string>> {
  const user = await createUser('interop');
  await grant(`projects/${projectId}`, user.id, 'member');
  const made = (await call('POST', '/services', { body: { service: { type: 'ccev2.0', name: 'cce' } } })) as {
    service: { id: string };
  };
  // Each way in which a token is refused is a region of its own.
  const { dataFolder } = provider;
  const ignorant = await startProvider({ dataFolder });
  const grants = new Map([['nobody', 'nobody']]);
  const tokens = new KeystoneIdentity({ keystone: new KeystoneClient({ url }), grants });
  const forbidding = await startProvider({ dataFolder, app: { tokens } });
  const regions = { RegionOne: provider, Region401: ignorant, Region403: forbidding, Region429: throttled };
  for (const [id, { url: root }] of Object.entries(regions)) {
    if (id !== 'RegionOne') await call('POST', '/regions', { body: { region: { id } } });
    const endpoint = { service_id: made.service.id, interface: 'public', region_id: id, url: root };
    await call('POST', '/endpoints', { body: { endpoint } });
  }
  return {
    OS_AUTH_URL: url,
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_PROJECT_NAME: 'containers',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_REGION_NAME: 'RegionOne',
  };
}

const foreignProject = '88c7b55dcb6254bca2e24bcab9005500';
const ourMessages =
  /cluster_id must match|does not exist|verify aksk|decrypt token fail|another project|none of the roles|too many requests/;
const rows: string[][] = [];

function report(
  { name, folder, language, version: [file, pattern] }: InteropClient,
  verb: string,
  auth: string,
  result: string,
): void {
  const [, version = '?'] = pattern.exec(readFileSync(path.join(sources, folder, file), 'utf8')) ?? [];
  rows.push([name, version, language, verb, auth, result]);
}

afterAll(() => {
  const table = [['client', 'version', 'language', 'verb', 'auth', 'result'], ...rows];
  const width = (column: number) => Math.max(...table.map((row) => row[column]?.length ?? 0));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
});

/** Runs one of a client's scripts; a client's own failure is its exit code 3 with what it surfaces on stdout. */
async function runScript(folder: string, script: string, extra: Record<string, string>, timeout: number) {
  const { PATH, HOME, GOPATH, GOMODCACHE, GOFLAGS, GOPROXY, GOSUMDB } = process.env;
  const tools = { PATH, HOME, GOPATH, GOMODCACHE, GOFLAGS, GOPROXY, GOSUMDB };
  const env = { ...(script === 'install' ? process.env : tools), ...extra };
  try {
    const { stdout } = await promisify(execFile)('bash', [path.join(folder, script), folder], {
      env,
      timeout,
      maxBuffer: 1e8,
    });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
    if (code === 3) return { code, stdout };
    throw new Error(`${script} in ${path.basename(folder)}: ${stderr || stdout || String(error)}`);
  }
}

describe.each(interopClients)('$name', (client) => {
  const missing = client.tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  const folder = temporaryFolder();

  beforeAll(async () => {
    if (missing.length > 0) return;
    cpSync(path.join(sources, client.folder), folder, { recursive: true });
    await runScript(folder, 'install', {}, installMs);
  }, installMs);

  for (const { verb, auth, environment: own = {} } of client.runs) {
    const lacking = [...missing, ...(auth === 'token' && keystonePython === undefined ? ['Keystone'] : [])];
    if (lacking.length > 0) report(client, verb, auth, `not run: ${lacking.join(', ')} missing`);
    const runTest = lacking.length > 0 ? test.skip : test;

    runTest(
      `gets a kubeconfig that a cluster accepts by ${verb} with ${auth}`,
      async () => {
        let result = 'FAILED';
        try {
          const { code, stdout } = await runScript(folder, 'run', { ...environment, ...own }, runMs);
          expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
          const kubeconfig = JSON.parse(stdout) as Kubeconfig;
          await expect(requestVersion(kubeconfig)).resolves.toContain('v1.20.0');
          for (const kubectl of kubectls)
            await expect(runKubectl(kubectl, kubeconfig, 'internal')).resolves.toContain('v1.20.0');
          result = kubectls.length > 0 ? 'let in by kubectl' : 'let in (node:tls)';
        } finally {
          report(client, verb, auth, result);
        }
      },
      runMs * 2,
    );

    const errors: [number, string, () => Record<string, string>][] = [
      [400, 'CCE_CM.0004', () => ({ CLUSTER_ID: 'demo' })],
      [401, 'CCE.01401001', () => (auth === 'token' ? { OS_REGION_NAME: 'Region401' } : { SECRET_KEY: 'wrong' })],
      [
        403,
        'CCE.01403001',
        () => (auth === 'token' ? { OS_REGION_NAME: 'Region403' } : { PROJECT_ID: foreignProject }),
      ],
      [404, 'CCE.01404001', () => ({ CLUSTER_ID: '00000000-0000-4000-8000-000000000000' })],
      [429, 'CCE.01429002', () => (auth === 'token' ? { OS_REGION_NAME: 'Region429' } : { ENDPOINT: throttled.url })],
    ];

    runTest(
      `shows its user our errors by ${verb} with ${auth}`,
      async () => {
        let result = 'FAILED';
        try {
          for (const [status, errorCode, changed] of errors) {
            // Uses up what an address may send to the throttled provider in this minute.
            await fetch(throttled.url);
            const { code, stdout } = await runScript(folder, 'run', { ...environment, ...own, ...changed() }, runMs);
            expect([status, code]).toEqual([status, 3]);
            const surfaced = JSON.parse(stdout) as { code: unknown; message: string };
            if (client.surfaces === 'code and message') expect([status, surfaced.code]).toEqual([status, errorCode]);
            const words = client.ownWords?.[status] ?? ourMessages;
            expect([status, surfaced.message]).toEqual([status, expect.stringMatching(words)]);
          }
          const ownStatuses = Object.keys(client.ownWords ?? {});
          const ours = errors.map(([status]) => String(status)).filter((status) => !ownStatuses.includes(status));
          result = `surfaces ${client.surfaces} of ${ours.join(', ')}`;
          if (ownStatuses.length > 0) result += `; its own words for ${ownStatuses.join(', ')}`;
        } finally {
          report(client, verb, auth, result);
        }
      },
      runMs * 3,
    );
  }

  if (!client.revokes) return;
  (missing.length > 0 ? test.skip : test)(
    'revokes the certificates of its user, and shows why where nothing enforces it',
    async () => {
      let result = 'FAILED';
      try {
        const CLUSTER_ID = await provider.addCluster({ projectId: environment['PROJECT_ID'] ?? '' });
        const revoke = () => runScript(folder, 'run', { ...environment, CLUSTER_ID, REVOKE_USER: 'interop' }, runMs);
        const refused = await revoke();
        expect(refused.code).toBe(3);
        expect(refused.stdout).toContain('does not enforce revocations');
        await provider.clusters.set(CLUSTER_ID, { revocation: 'webhook' }, { now: new Date() });
        expect(await revoke()).toEqual({ code: 0, stdout: '' });
        expect(JSON.stringify(await provider.revocations.listRevocations(CLUSTER_ID))).toContain('interop');
        result = 'revokes its user; surfaces 409';
      } finally {
        report(client, 'POST', 'AK/SK', result);
      }
    },
    runMs * 2,
  );
});
