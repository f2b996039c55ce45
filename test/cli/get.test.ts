// `clustercert get`, as transcripts against the real provider.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { startApiServer } from '../support/api-server.js';
import { clusterAdd, run, runIn, startServe } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { decode, runKubectl } from '../support/handshake.js';
import { keystonePython, startKeystone } from '../support/keystone.js';
import { kubectls, testWith } from '../support/programs.js';
import { projectId, startProvider, userId } from '../support/provider.js';
import { answerJson, startIdentityService, startStandIn } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authority = ecAuthority();
const apiServer = await startApiServer(authority);
const provider = await startProvider();
const clusterId = await provider.addCluster({ name: 'prod', authority, server: apiServer.url });
const eipClusterId = await provider.addCluster({ name: 'eip', externalServer: 'https://203.0.113.7:5443' });
const token = await provider.addToken();
const environment = {
  CLUSTERCERT_ENDPOINT: provider.url,
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: token,
};
const get = (...argv: string[]) => runIn(environment, 'get', ...argv);
const lifetimeDays = ({ users }: Kubeconfig) => {
  const { validTo } = new X509Certificate(decode(users[0]?.user['client-certificate-data']));
  return (Date.parse(validTo) - Date.now()) / (24 * 3600 * 1000);
};

describe('a kubeconfig goes to standard output, and nothing else does:', () => {
  for (const kubectl of kubectls) {
    test(`one that ${kubectl} gets into the cluster with`, async () => {
      const { code, stdout, stderr } = await get(clusterId);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(await runKubectl(kubectl, parse(stdout) as Kubeconfig, 'internal')).toContain('gitVersion');
    });
  }

  test('the cluster may be given by its name', async () => {
    expect(await get('prod')).toEqual(await get(clusterId));
  });

  test('as JSON on request', async () => {
    const [yaml, json] = [await get('prod'), await get('prod', '--format', 'json')];
    expect(JSON.parse(json.stdout)).toEqual(parse(yaml.stdout));
  });

  test('valid for the requested number of days', async () => {
    const { stdout } = await get('prod', '--duration', '7');
    expect(lifetimeDays(parse(stdout) as Kubeconfig)).toBeGreaterThan(6.9);
    expect(lifetimeDays(parse(stdout) as Kubeconfig)).toBeLessThan(9);
    const most = await get('prod', '--duration=-1');
    expect(lifetimeDays(parse(most.stdout) as Kubeconfig)).toBeGreaterThan(1800);
  });

  test('with the requested context', async () => {
    const { stdout } = await get('eip', '--context', 'externalTLSVerify');
    expect(parse(stdout)).toMatchObject({ 'current-context': 'externalTLSVerify' });
    expect(await get('prod', '--context', 'external')).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: the cluster has no context 'external'; it has internal\n",
    });
  });
});

describe('--output writes a file that only its owner can read:', () => {
  test('a new one, and one that others could read', async () => {
    const file = path.join(temporaryFolder(), 'kubeconfig');
    for (const prepare of [() => undefined, () => chmodSync(file, 0o666)]) {
      prepare();
      expect(await get('prod', '--output', file)).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'Config' });
    }
  });

  test('behind a link the file itself', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'real'), '');
    symlinkSync('real', path.join(folder, 'link'));
    await get('prod', '--output', path.join(folder, 'link'));
    expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(folder, 'real'), 'utf8')).toContain('kind: Config');
  });

  test('not in the place of a folder', async () => {
    const folder = temporaryFolder();
    const stderr = `error: --output '${folder}' cannot be written: it is not a file\n`;
    expect(await get('prod', '--output', folder)).toEqual({ code: 1, stdout: '', stderr });
  });
});

describe('which cluster:', () => {
  test('an unknown name is answered with those that there are', async () => {
    const { code, stderr } = await get('stage');
    const known = [`prod (${clusterId})`, `eip (${eipClusterId})`];
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: project ${projectId} has no cluster 'stage'; it has .*\n$`));
    for (const one of known) expect(stderr).toContain(one);
  });

  test('a name of several is answered with their IDs', async () => {
    const other = await startProvider();
    const ids = [await other.addCluster({ name: 'twin' }), await other.addCluster({ name: 'twin' })];
    const access = { ...environment, CLUSTERCERT_ENDPOINT: other.url, CLUSTERCERT_TOKEN: await other.addToken() };
    const { code, stderr } = await runIn(access, 'get', 'twin');
    expect(code).toBe(1);
    for (const id of ids) expect(stderr).toContain(`twin (${id})`);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining("several clusters are called 'twin'; give the ID of one:"),
    ]);
  });
});

describe('credentials:', () => {
  test.each([
    ['CLUSTERCERT_ACCESS_KEY', 'CLUSTERCERT_SECRET_KEY', 'CLUSTERCERT_SECURITY_TOKEN'],
    ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
    ['HW_ACCESS_KEY', 'HW_SECRET_KEY', 'HW_SECURITY_TOKEN'],
    ['OS_ACCESS_KEY', 'OS_SECRET_KEY', 'OS_SECURITY_TOKEN'],
  ])('an access key in %s', async (idName, secretName, tokenName) => {
    const access = { CLUSTERCERT_ENDPOINT: provider.url, HW_PROJECT_ID: projectId };
    const lifetimes = [undefined, 600];
    for (const lifetimeSeconds of lifetimes) {
      const { record, secret, securityToken } = await provider.accessKeys.add(
        { userId, projectId, groups: ['system:masters'] },
        { lifetimeSeconds },
      );
      const key = { [idName]: record.id, [secretName]: secret, ...(securityToken && { [tokenName]: securityToken }) };
      expect(await runIn({ ...access, ...key }, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
    }
    const half = await runIn({ ...access, [idName]: 'AK' }, 'get', 'prod');
    expect(half).toMatchObject({ code: 2, stdout: '' });
    expect(half.stderr).toContain(`${idName} and ${secretName} belong together; ${secretName} is missing`);
  });

  test('a token comes before an access key', async () => {
    const access = { ...environment, HW_ACCESS_KEY: 'AK', HW_SECRET_KEY: 'SK' };
    expect(await runIn(access, 'get', 'prod')).toMatchObject({ code: 0 });
  });

  test('none at all, no endpoint, no project', async () => {
    expect((await run('get', 'prod')).stderr).toContain('error: there are no credentials; set OS_CLOUD');
    const access = { CLUSTERCERT_TOKEN: token, CLUSTERCERT_PROJECT: projectId };
    expect((await runIn(access, 'get', 'prod')).stderr).toContain('option --endpoint is missing');
    const without = { CLUSTERCERT_TOKEN: token, CLUSTERCERT_ENDPOINT: provider.url };
    expect(await runIn(without, 'get', 'prod')).toMatchObject({
      code: 2,
      stderr:
        'error: option --project is missing; give --project or set CLUSTERCERT_PROJECT\nhint: clustercert get --help\n',
    });
  });
});

describe('with a cloud, the identity service tells project and endpoint:', () => {
  const endpoint = (url: string, region: string, face = 'public') => ({ interface: face, region_id: region, url });
  const cce = (...endpoints: unknown[]) => [
    { type: 'ccev2.0', endpoints },
    { type: 'compute', endpoints: [] },
  ];
  const cloudOf = async (catalog: unknown) => ({
    OS_AUTH_URL: await startIdentityService(catalog, { token, project: projectId }),
    OS_USERNAME: 'alice',
    OS_PASSWORD: 'secret-password',
  });

  test('from OS_* variables', async () => {
    const cloud = await cloudOf(cce(endpoint(provider.url, 'eu-de'), endpoint('http://internal', 'eu-de', 'internal')));
    expect(await runIn(cloud, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
  });

  test('from clouds.yaml, with a region', async () => {
    const { OS_AUTH_URL: url } = await cloudOf(
      cce(endpoint('http://nl', 'eu-nl'), endpoint(`${provider.url}/`, 'eu-de')),
    );
    const file = path.join(temporaryFolder(), 'clouds.yaml');
    const auth = { auth_url: url, username: 'alice', password: 'p' };
    writeFileSync(file, JSON.stringify({ clouds: { otc: { auth, region_name: 'eu-de' } } }));
    const access = { OS_CLOUD: 'otc', OS_CLIENT_CONFIG_FILE: file };
    expect(await runIn(access, 'get', 'prod')).toMatchObject({ code: 0, stderr: '' });
    const elsewhere = await runIn({ ...access, OS_REGION_NAME: 'eu-ch' }, 'get', 'prod');
    expect(elsewhere.stderr).toContain("OS_REGION_NAME 'eu-ch' is no region of cloud 'otc'; it has eu-de");
  });

  test.each([
    ['several regions', cce(endpoint('http://a', 'eu-de'), endpoint('http://b', 'eu-nl')), 'set OS_REGION_NAME'],
    ['no such service', [], 'no public endpoint of type ccev2.0; give --endpoint'],
    ['no catalogue', 'nonsense', 'no public endpoint of type ccev2.0; give --endpoint'],
  ])('%s: one line', async (_what, catalog, message) => {
    const { code, stdout, stderr } = await runIn(await cloudOf(catalog), 'get', 'prod');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret-password');
  });
});

describe('with a Keystone:', () => {
  const keystoneTest = testWith(keystonePython, 'Keystone (KEYSTONE_VENV)');
  let cloud: Record<string, string>;

  beforeAll(async () => {
    if (keystonePython === undefined) return;
    const keystone = await startKeystone();
    const project = await keystone.createProject('containers');
    const alice = await keystone.createUser('alice');
    await keystone.grant(`projects/${project}`, alice.id, 'member');
    const data = temporaryFolder();
    await run(...clusterAdd(data, project, '--name', 'shop'));
    const served = await startServe(
      { environment: keystone.serviceEnvironment },
      ...['--data', data, '--keystone', keystone.url],
    );
    const made = await keystone.call('POST', '/services', { body: { service: { type: 'ccev2.0', name: 'cce' } } });
    const { id } = made['service'] as { id: string };
    const endpoint = { service_id: id, interface: 'public', url: served.url, region_id: 'RegionOne' };
    await keystone.call('POST', '/endpoints', { body: { endpoint } });
    cloud = {
      OS_AUTH_URL: keystone.url,
      OS_USERNAME: 'alice',
      OS_PASSWORD: alice.password,
      OS_USER_DOMAIN_ID: 'default',
      OS_PROJECT_NAME: 'containers',
      OS_PROJECT_DOMAIN_ID: 'default',
    };
  }, 120_000);

  keystoneTest('a user gets a kubeconfig with nothing but what the openstack command needs', async () => {
    const { code, stdout, stderr } = await runIn(cloud, 'get', 'shop');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parse(stdout)).toMatchObject({ kind: 'Config' });
  });

  keystoneTest('a wrong password is refused in one line, without it', async () => {
    expect(await runIn({ ...cloud, OS_PASSWORD: 'wrong-password' }, 'get', 'shop')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: the identity service refuses the credentials \(status 401: .*\n$/),
    });
  });
});

test('a provider cannot make kubectl run a program', async () => {
  const { stdout } = await get('prod', '--format', 'json');
  const answer = JSON.parse(stdout) as Kubeconfig;
  Object.assign(answer.users[0]?.user ?? {}, { exec: { command: 'rm' } });
  Object.assign(answer.clusters[0]?.cluster ?? {}, { 'proxy-url': 'http://elsewhere' });
  const standIn = await startStandIn((_request, response) => answerJson(response, 200, answer));
  const received = await runIn({ ...environment, CLUSTERCERT_ENDPOINT: standIn }, 'get', clusterId, '--format', 'json');
  expect(received.stdout).toBe(stdout);
});

test.each([
  [['--duration', '0'], "--duration '0' is not valid; it must be a whole number from 1 to 1827"],
  [['--context', 'public'], "--context 'public' is not known; it must be one of internal, external, externalTLSVerify"],
  [['--format', 'xml'], "--format 'xml' is not known; it must be one of yaml, json"],
  [['--project', 'x'], "--project 'x' is not valid; it must be 32 lower-case hexadecimal digits"],
  [['--endpoint', 'x'], '--endpoint is not valid'],
  [['--alias', 'x'], '--alias goes with --merge'],
  [['--merge', '--output', 'x'], '--output does not go with --merge'],
  [['--output', ''], '--output is empty; it must be a file'],
  [['--merge='], '--merge= is empty; it must be a file, or --merge alone'],
  [['--merge', 'file'], "'get' takes 1 argument, not 2"],
  [['--exec', '--duration', '3'], '--duration does not go with --exec'],
  [['--exec', '--token', 'x'], '--token does not go with --exec'],
])('%j is wrong usage', async (argv, message) => {
  const { code, stdout, stderr } = await get('prod', ...argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`error: ${message}`);
});
