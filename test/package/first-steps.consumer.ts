// What documents show to a developer in a new project: it compiles under what `tsc --init` writes, and runs.
import { expect } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { commandsWith, documentOf } from '../support/documents.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { createConsumer, packedPackage, registryTest } from './support/consumer.js';

const example = (name: string) => readFileSync(`test/examples/${name}.ts`, 'utf8');
const [readmeSample = ''] = documentOf('README.md')
  .blocks.filter(({ language }) => language === 'ts')
  .map(({ code }) => code);

registryTest(
  'the README installs the packed file for all folders, and its command works in an empty one',
  async () => {
    const tarball = await packedPackage();
    const [prefix, cwd, data] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const [pack, install = ''] = commandsWith(documentOf('README.md'), 'npm pack').trim().split('\n');
    expect([pack, `./${path.basename(tarball)}`]).toEqual(['npm pack', install.split(' ').at(-1)]);
    const env = { ...process.env, NODE_OPTIONS: '', PATH: `${prefix}/bin:${process.env['PATH'] ?? ''}` };
    const shell = async (command: string, folder = cwd) =>
      (await promisify(execFile)('bash', ['-euc', command], { cwd: folder, env })).stdout;
    await shell(`${install} --prefix '${prefix}' --no-audit --no-fund --loglevel=error`, path.dirname(tarball));
    expect(await shell('clustercert version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await shell('clustercert verify --list')).split('\n').length).toBeGreaterThan(60);
    const server = '--server https://192.168.1.7:6443';
    const id = await shell(`clustercert cluster add --data '${data}' --project ${'0'.repeat(32)} ${server}`);
    expect(await shell(`clustercert cluster list --data '${data}'`)).toContain(id.trim());
    expect(readdirSync(cwd)).toEqual([]);
  },
  300_000,
);

registryTest(
  'the first samples compile under the defaults of `tsc --init`',
  async () => {
    const files = {
      'readme.ts': readmeSample,
      'get-kubeconfig.ts': example('get-kubeconfig'),
      'fetch-stub.ts': example('fetch-stub'),
    };
    const dependencies = { typescript: '5.9.3' };
    const consumer = await createConsumer({ dependencies, files, manifest: { type: 'module' } });
    await consumer.runScript('typescript/bin/tsc', '--init');
    expect(await consumer.runScript('typescript/bin/tsc')).toBe('');
    expect(await consumer.run('node', 'fetch-stub.js')).toBe('internal\n');
  },
  120_000,
);

registryTest(
  'a provider of their own compiles with the types of Node',
  async () => {
    const dependencies = { typescript: '5.9.3', '@types/node': '20.19.43' };
    const files = { 'own-provider.ts': example('own-provider') };
    const consumer = await createConsumer({ dependencies, files, manifest: { type: 'module' } });
    await consumer.runScript('typescript/bin/tsc', '--init', '--types', 'node');
    expect(await consumer.runScript('typescript/bin/tsc')).toBe('');
  },
  120_000,
);
