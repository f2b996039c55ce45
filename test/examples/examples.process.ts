// The examples that documents show, each run from the built package.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Mock, createMock } from '../../src/server/create-mock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const env = { ...process.env, NODE_OPTIONS: '', JEST_WORKER_ID: undefined };
const runNode = async (cwd: string, ...args: string[]) =>
  (await promisify(execFile)(process.execPath, args, { cwd, env })).stdout;

/** A project with the package, and with the example that documents show. */
function projectWith(example: string): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(path.resolve('.'), path.join(folder, 'node_modules/cce-clustercert'));
  copyFileSync(path.join('test/examples', example), path.join(folder, example.replace(/\.ts$/, '.mts')));
  return folder;
}

/** What a program prints that imports the example. */
function print(example: string, program = ''): Promise<string> {
  const folder = projectWith(example);
  const name = example.replace(/\.ts$/, '');
  writeFileSync(path.join(folder, 'main.mts'), `import * as example from './${name}.mjs';\nvoid example;\n${program}`);
  return runNode(folder, path.resolve('node_modules/tsx/dist/cli.mjs'), 'main.mts');
}

test('the fetch stub needs no provider', async () => {
  expect(await print('fetch-stub.ts')).toBe('internal\n');
});

test('a provider of their own answers by its handlers, and as the contract says', async () => {
  const program = `
    const path = '/api/v3/projects/77b6a44cba5143ab91d13ab9a8ff44fd/clusters';
    const get = (place: string, token: string) =>
      fetch(example.provider.url + place, { headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' } });
    const answers = [await get(path, 'a-token-of-my-own'), await get(path, 'another'), await get(path + '/x', 'a-token-of-my-own')];
    console.log(await answers[0].json(), answers.map(({ status }) => status));
    await example.provider.drain({ deadlineMs: 0 });`;
  const answer = "{ kind: 'List', apiVersion: 'v3', items: [] }";
  expect(await print('own-provider.ts', program)).toBe(`${answer} [ 200, 401, 400 ]\n`);
});

test('the Jest test passes in a project of its own', async () => {
  const folder = projectWith('jest.test.cjs');
  writeFileSync(path.join(folder, 'package.json'), '{}');
  // Installed, the package lies below node_modules, where Jest transforms nothing.
  const options = ['--json', '--testMatch', '**/*.test.cjs', '--transform', '{}'];
  expect(JSON.parse(await runNode(folder, path.resolve('node_modules/jest/bin/jest.js'), ...options))).toMatchObject({
    success: true,
    numPassedTests: 2,
  });
}, 120_000);

let mock: Mock;
beforeAll(async () => {
  mock = await createMock();
});
afterAll(() => mock.close());

test('the call gets a kubeconfig, and throws what the provider refuses', async () => {
  const { url, token, projectId, clusterId } = mock;
  const call = (key: string) => JSON.stringify([url, key, projectId, clusterId]);
  const program = `
    const get = example.getKubeconfig as (...given: string[]) => Promise<{ 'current-context': string }>;
    console.log((await get(...${call(token)}))['current-context']);
    await get(...${call('wrong')}).catch((error: Error) => console.log(error.message.slice(0, 15)));`;
  expect(await print('get-kubeconfig.ts', program)).toBe('internal\n401 CCE.0140100\n');
});
