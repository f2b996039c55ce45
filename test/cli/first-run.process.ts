// What the first run prints, pasted into a shell as it is.
import { expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { run, startServe } from '../support/command-line.js';
import { kubectls, programWith, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const program = path.resolve('dist/src/cli/bin.js');

testWith(programWith('curl', ['--version']), 'curl')(
  'prints what a shell takes as it is, and what it writes is for its owner only',
  async () => {
    const data = path.join(temporaryFolder(), "it's here");
    const { stdout } = await startServe('--demo', '--data', data);
    const printed = stdout();
    const [, block = ''] = /paste into a second terminal:\n\n([^]*?)\n\n/.exec(printed) ?? [];
    const cwd = temporaryFolder();
    const pasted = kubectls.length > 0 ? block : block.replace(/\n +kubectl .*$/, '');
    const result = spawnSync('bash', ['-e'], { cwd, input: `${pasted}\n`, encoding: 'utf8' });
    expect({ status: result.status, stderr: result.stderr }).toEqual({ status: 0, stderr: '' });
    const file = path.join(cwd, 'kubeconfig.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'Config', 'current-context': 'external' });
    expect(statSync(file).mode & 0o077).toBe(0);
    // A cluster of one's own goes into the same folder, wherever the command is pasted.
    const [add = ''] = /clustercert cluster add [^]*?ca\.key/.exec(printed) ?? [];
    const command = add
      .replace(/--ca-cert[^]*/, '')
      .replaceAll('clustercert cluster', `'${process.execPath}' '${program}' cluster`);
    const added = spawnSync('bash', ['-e'], { cwd, input: command, encoding: 'utf8' });
    expect(added.stderr).toContain(`in ${data}\n`);
    const listed = JSON.parse((await run('cluster', 'list', '--json', '--data', data)).stdout) as { id: string }[];
    expect(listed.map(({ id }) => id)).toContain(added.stdout.trim());
  },
);
