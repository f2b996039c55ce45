import { describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { oneAtATime } from '../../../scripts/generate/watch.js';
import { contractProject } from '../../support/contract-project.js';

const versioned = (spec: string, version: string) => spec.replace(/version: \d+\.\d+\.\d+/, `version: ${version}`);
const writtenVersion = (json: string) => (JSON.parse(json) as { info: { version: string } }).info.version;

/** A watched project that has reported success. */
async function watchedProject() {
  const project = contractProject();
  const file = path.join(project.root, 'spec/openapi.yaml');
  const spec = readFileSync(file, 'utf8');
  const running = project.watch();
  await running.says(/up to date/);
  return { ...project, ...running, file, spec, version: () => writtenVersion(project.read('generated/openapi.json')) };
}

describe('npm run generate -- --watch', () => {
  test('regenerates however the file is saved: in place, by a rename, after it was deleted, in a folder made anew', async () => {
    const { says, file, spec, version } = await watchedProject();
    writeFileSync(file, versioned(spec, '7.0.1'));
    expect(await says(/ms\)\n/)).toMatch(/^generated\/ openapi\.json \(\d+ ms\)\n$/);
    expect(version()).toBe('7.0.1');

    writeFileSync(`${file}~`, versioned(spec, '7.0.2'));
    renameSync(`${file}~`, file);
    await says(/ms\)\n/);
    expect(version()).toBe('7.0.2');

    rmSync(file);
    expect(await says(/stays/)).toBe('error: spec/openapi.yaml cannot be read\ngenerated/ stays as it is\n');
    expect(version()).toBe('7.0.2');
    writeFileSync(file, versioned(spec, '7.0.3'));
    await says(/ms\)\n/);
    expect(version()).toBe('7.0.3');

    rmSync(path.dirname(file), { recursive: true });
    await says(/stays/);
    mkdirSync(path.dirname(file));
    writeFileSync(file, versioned(spec, '7.0.4'));
    await says(/ms\)\n/);
    expect(version()).toBe('7.0.4');
    writeFileSync(file, versioned(spec, '7.0.5'));
    await says(/ms\)\n/);
    expect(version()).toBe('7.0.5');
  });

  test('keeps the last good output while the contract is broken, and says where it is', async () => {
    const { says, file, spec, version } = await watchedProject();
    writeFileSync(file, versioned(spec, '7.0.1').replace('info:', 'info: ['));
    expect(await says(/stays/)).toMatch(/^error: spec\/openapi\.yaml:4:\d+: .+\ngenerated\/ stays as it is\n$/);
    writeFileSync(file, versioned(spec, '7.0.2').replace("schemas/Cluster'", "schemas/Gone'"));
    expect(await says(/stays/)).toMatch(
      /^error: spec\/openapi\.yaml:\d+:\d+: '#\/components\/schemas\/Gone' leads nowhere\n/,
    );
    expect(version()).toBe('0.1.0');
    writeFileSync(file, versioned(spec, '7.0.3'));
    await says(/ms\)\n/);
    expect(version()).toBe('7.0.3');
  });

  test('of several quick saves the last one wins, and no draft stays behind', async () => {
    const { says, file, spec, version, root } = await watchedProject();
    for (let patch = 1; patch <= 30; patch += 1) {
      writeFileSync(file, versioned(spec, `7.0.${patch}`));
      await new Promise((resolve) => setTimeout(resolve, 7));
    }
    while (version() !== '7.0.30') await says(/ms\)\n/);
    expect(readdirSync(path.join(root, 'generated')).sort()).toEqual(readdirSync('generated').sort());
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends on %s with exit code 0', async (signal) => {
    const { child, ended } = await watchedProject();
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, signal: null });
  });
});

test('work that is asked for while it runs runs once more, never twice at once', async () => {
  let running = 0;
  const current: boolean[] = [];
  const { ask, idle } = oneAtATime(async (isCurrent) => {
    running += 1;
    expect(running).toBe(1);
    if (current.length === 0) {
      ask();
      ask();
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    current.push(isCurrent());
    running -= 1;
  });
  ask();
  await idle();
  expect(current).toEqual([false, true]);
});
