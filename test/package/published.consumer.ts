// The packed package, checked by tools that look for common faults of packages.
import { expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createConsumer, packedPackage, registryTest } from './support/consumer.js';

registryTest(
  'publint and attw find nothing',
  async () => {
    const dependencies = { '@arethetypeswrong/cli': '0.18.5', publint: '0.3.25' };
    const files = { '.attw.json': readFileSync('.attw.json', 'utf8') };
    const consumer = await createConsumer({ dependencies, files });
    const tarball = await packedPackage();
    expect(await consumer.runScript('publint/src/cli.js', tarball, '--strict')).toContain('All good!');
    // Exits with 1 for any problem.
    await consumer.runScript('@arethetypeswrong/cli/dist/index.js', tarball);
  },
  120_000,
);
