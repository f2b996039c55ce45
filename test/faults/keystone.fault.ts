// A Keystone that dies and comes back under continuous requests.
import { expect } from '@jest/globals';
import { clusterAdd, run, startServe } from '../support/command-line.js';
import { keystonePython, startKeystone } from '../support/keystone.js';
import { testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

testWith(keystonePython, 'Keystone (KEYSTONE_VENV)')(
  'Keystone killed and restarted under a stream of requests: each is answered 200 or 503, none let in wrongly, and all is well in the end',
  async () => {
    const keystone = await startKeystone();
    const project = await keystone.createProject('containers');
    const alice = await keystone.createUser('alice');
    await keystone.grant(`projects/${project}`, alice.id, 'member');
    const token = await keystone.authenticate(alice, { project: { id: project } });
    const data = temporaryFolder();
    const added = await run(...clusterAdd(data, project));
    const options = ['--data', data, '--keystone', keystone.url, '--token-cache', '1s'];
    const limits = ['--caller-limit', '0', '--address-limit', '0'];
    const provider = await startServe({ environment: keystone.serviceEnvironment }, ...options, ...limits);
    const path = `/api/v3/projects/${project}/clusters/${added.stdout.trim()}/clustercert`;
    const statusWith = async (sent: string) => {
      const response = await fetch(provider.url + path, { headers: { 'X-Auth-Token': sent } });
      const body = (await response.json()) as { kind?: string };
      expect(body.kind).toBe(response.status === 200 ? 'Config' : 'Status');
      return response.status;
    };
    const seen = { right: new Set<number>(), wrong: new Set<number>() };
    const going = { on: true };
    const stream = async () => {
      while (going.on) {
        seen.right.add(await statusWith(token));
        seen.wrong.add(await statusWith('gAAAAABunknown'));
      }
    };
    const streams = Promise.all(Array.from({ length: 8 }, stream));
    for (let round = 0; round < 2; round++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await keystone.stop();
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await keystone.restart();
    }
    going.on = false;
    await streams;
    expect([...seen.right].sort()).toEqual([200, 503]);
    expect([...seen.wrong].sort()).toEqual([401, 503]);
    expect(await statusWith(token)).toBe(200);
    expect(await statusWith('gAAAAABunknown')).toBe(401);
    provider.child.kill('SIGTERM');
    expect((await provider.ended).code).toBe(0);
  },
  300_000,
);
