// A kept credential that the cluster refuses does not stay.
import { describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CacheOptions, cachedCredential, dropKept } from '../../src/cli/credential-cache.js';
import { clientCertificate } from '../support/client-certificate.js';
import { ClusterCertError } from '../../src/errors.js';
import { runIn } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { projectId, startProvider } from '../support/provider.js';
import { startIdentityService } from '../support/stand-ins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const authority = ecAuthority();
const place = { cluster: 'c', endpoint: 'https://cce.example', projectId: 'p' };

/** A cache of its own, a clock and a provider that counts. */
function start() {
  const state = { fetches: 0, down: false, now: new Date() };
  const environment = { XDG_CACHE_HOME: temporaryFolder() };
  const ask = (asker: string, options: Partial<CacheOptions> = {}) => {
    const fetch = () => {
      state.fetches += 1;
      if (state.down) return Promise.reject(new ClusterCertError('unavailable', 'down'));
      return Promise.resolve({ ...clientCertificate(authority), authority: 'CA' });
    };
    const warn = () => undefined;
    const all = {
      environment,
      asker,
      authority: undefined,
      isRenewal: false,
      waitMs: 1000,
      now: () => state.now,
      warn,
    };
    return cachedCredential(place, fetch, { ...all, ...options });
  };
  const later = (seconds: number) => (state.now = new Date(state.now.getTime() + seconds * 1000));
  return { state, environment, ask, later };
}

test('requested again by the same process, it was refused: it is fetched again, at most once a minute', async () => {
  const { state, ask, later } = start();
  const first = await ask('1 100');
  later(3600);
  expect((await ask('2 200')).certificatePem).toBe(first.certificatePem);
  expect((await ask('3 300')).certificatePem).toBe(first.certificatePem);
  expect(state.fetches).toBe(1);
  const second = await ask('2 200');
  expect(second.certificatePem).not.toBe(first.certificatePem);
  expect((await ask('2 200')).certificatePem).toBe(second.certificatePem);
  expect((await ask('4 200')).certificatePem).toBe(second.certificatePem);
  expect(state.fetches).toBe(2);
  later(61);
  await ask('2 200');
  expect(state.fetches).toBe(3);
});

test('while the provider is down the old one is given', async () => {
  const { state, ask, later } = start();
  const first = await ask('1 1');
  later(3600);
  await ask('2 2');
  state.down = true;
  expect((await ask('2 2')).certificatePem).toBe(first.certificatePem);
  expect(state.fetches).toBe(2);
});

test('a process whose number is used again is another one', async () => {
  const { state, ask, later } = start();
  await ask('1 1');
  later(3600);
  await ask('7 1');
  await ask('7 2');
  expect(state.fetches).toBe(1);
});

test('it is fetched again if kubectl has another CA, and on request', async () => {
  const { state, ask, later } = start();
  await ask('1 1', { authority: 'CA\n' });
  later(3600);
  await ask('2 2', { authority: 'C\nA' });
  expect(state.fetches).toBe(1);
  await ask('3 3', { authority: 'OTHER' });
  expect(state.fetches).toBe(2);
  await ask('4 4', { isRenewal: true });
  expect(state.fetches).toBe(3);
});

test('the credentials of a place can be dropped, and no others are', async () => {
  const { environment, ask } = start();
  await ask('1 1');
  const folder = path.join(environment.XDG_CACHE_HOME, 'cce-clustercert');
  mkdirSync(path.join(folder, 'folder.json'));
  writeFileSync(path.join(folder, 'other.json'), JSON.stringify({ ...place, cluster: 'other' }));
  await dropKept(place, environment);
  expect(readdirSync(folder).sort()).toEqual(['folder.json', 'other.json']);
  expect(readFileSync(path.join(folder, 'other.json'), 'utf8')).toContain('other');
});

test('a relative XDG_CACHE_HOME counts as none', async () => {
  const { ask } = start();
  const home = temporaryFolder();
  await ask('1 1', { environment: { XDG_CACHE_HOME: 'cache', HOME: home } });
  expect(readdirSync(path.join(home, '.cache', 'cce-clustercert'))).toHaveLength(1);
});

test('if the requesting process is unknown, it is kept for its time, unless a renewal or another CA ends it', async () => {
  const { state, ask, later } = start();
  const unknown = (options: Partial<CacheOptions> = {}) => ask('', { asker: undefined, ...options });
  const first = await unknown();
  later(3600);
  for (let call = 0; call < 3; call += 1) expect((await unknown()).certificatePem).toBe(first.certificatePem);
  expect(state.fetches).toBe(1);
  await unknown({ authority: 'OTHER' });
  await unknown({ isRenewal: true });
  expect(state.fetches).toBe(3);
  later(19 * 3600);
  state.down = true;
  expect((await unknown()).notAfter > state.now).toBe(true);
});

describe('get --exec', () => {
  const exec = ['--exec', '--output'];

  test('drops cached credentials, so that the next call has the present rights and CA', async () => {
    const provider = await startProvider();
    await provider.addCluster({ name: 'prod' });
    const id = await provider.addCluster({ name: 'other' });
    const environment = {
      CLUSTERCERT_ENDPOINT: provider.url,
      CLUSTERCERT_PROJECT: projectId,
      CLUSTERCERT_TOKEN: await provider.addToken(),
      XDG_CACHE_HOME: temporaryFolder(),
    };
    const kept = () => readdirSync(path.join(environment.XDG_CACHE_HOME, 'cce-clustercert'));
    const args = ['--endpoint', provider.url, '--project', projectId];
    for (const cluster of [id, id]) await runIn(environment, 'credential', cluster, ...args);
    expect(kept()).toHaveLength(1);
    const file = path.join(temporaryFolder(), 'config');
    expect((await runIn(environment, 'get', 'prod', ...exec, file)).code).toBe(0);
    expect(kept()).toHaveLength(1);
    expect((await runIn(environment, 'get', 'other', `--merge=${file}`, '--exec', '--dry-run')).code).toBe(0);
    expect(kept()).toHaveLength(1);
    expect((await runIn(environment, 'get', 'other', `--merge=${file}`, '--exec')).code).toBe(0);
    expect(kept()).toEqual([]);
  });

  test('reports the end of a token that is no JSON Web Token, from the identity service', async () => {
    const provider = await startProvider();
    await provider.addCluster({ name: 'prod' });
    const endpoint = { interface: 'public', region: 'eu-de', region_id: 'eu-de', url: provider.url };
    const service = await startIdentityService([{ type: 'ccev2.0', endpoints: [endpoint] }], {
      token: await provider.addToken(),
      project: projectId,
    });
    const environment = { OS_AUTH_URL: service, OS_TOKEN: 'gAAAAABf-opaque', OS_PROJECT_ID: projectId };
    const file = path.join(temporaryFolder(), 'config');
    const { code, stderr } = await runIn(environment, 'get', 'prod', ...exec, file);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /kubectl will need OS_TOKEN in [^]*\nnote: that token ends 20\d\d-\d\d-\d\dT[\d:.]+Z\n$/,
      ),
    });
  });
});
