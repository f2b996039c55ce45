// What documents show to a developer in a new project: it compiles under what `tsc --init` writes, and runs.
import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { documentOf } from '../support/documents.js';
import { createConsumer, registryTest } from './support/consumer.js';

const example = (name: string) => readFileSync(`test/examples/${name}.ts`, 'utf8');
const [readmeSample = ''] = documentOf('README.md')
  .blocks.filter(({ language }) => language === 'ts')
  .map(({ code }) => code);

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
