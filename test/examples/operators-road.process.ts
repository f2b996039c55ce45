// The operator's road of src/server/README.md: its commands are read from there and run, in a fresh folder.
import { expect } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentOf } from '../support/documents.js';
import { openssl, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const road = documentOf('src/server/README.md');

/** The one code block of the road that holds these words, without the indentation of its list. */
function step(words: string): string {
  const found = [...road.text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, code = '']) => code);
  const [code, ...more] = found.filter((block) => block.includes(words));
  expect([words, code !== undefined, more]).toEqual([words, true, []]);
  return (code ?? '').replaceAll(/^ {3}/gm, '');
}

const newAuthority =
  'openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=kubernetes -keyout pki/ca.key -out pki/ca.crt';

testWith(openssl, 'openssl')(
  "the operator's road leads from a CA to a kubeconfig over TLS, and through backup, restore and rotation",
  async () => {
    const folder = temporaryFolder();
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    mkdirSync(path.join(folder, 'pki'));
    const program = path.resolve('dist/src/cli/bin.js');
    writeFileSync(path.join(bin, 'clustercert'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(path.join(bin, 'clustercert'), 0o755);
    const data = path.join(folder, 'lib/clustercert');
    mkdirSync(path.dirname(data));
    const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, NODE_OPTIONS: '' };
    const shell = (code: string) => {
      const inFolder = code
        .replaceAll('/etc/kubernetes/pki', 'pki')
        .replaceAll('/var/lib', path.dirname(data))
        .replaceAll('8443', '0');
      return execFileSync('bash', ['-euc', inFolder], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
    };

    shell(newAuthority);
    const [project = ''] = shell(`${step('openssl rand')}\necho $PROJECT`)
      .trim()
      .split('\n')
      .slice(-1);
    expect(project).toMatch(/^[0-9a-f]{32}$/);
    Object.assign(env, { PROJECT: project, CLUSTERCERT_DATA: data });
    const [cluster, token] = shell(step('cluster add')).trim().split('\n');
    expect(cluster).toMatch(/^[0-9a-f-]{36}$/);
    shell(step('openssl req -new'));

    const command = step('serve --no-demo').replace('clustercert', 'exec clustercert').replace('8443', '0');
    const serving = spawn('bash', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const url = await new Promise<string>((resolve) => {
        serving.stdout.on('data', (text: Buffer) => {
          const [, port] = /listening on https:\/\/\S+:(\d+)/.exec(text.toString()) ?? [];
          if (port !== undefined) resolve(`https://127.0.0.1:${port}`);
        });
      });
      const get = step('CLUSTERCERT_CA=')
        .replace('https://127.0.0.1:8443', url)
        .replace('…', token ?? '');
      shell(get);
      const first = readFileSync(path.join(folder, 'kubeconfig.yaml'), 'utf8');
      expect(first).toContain('https://192.168.1.7:6443');

      const [backup = '', restore = ''] = step('tar -C').trim().split('\n');
      shell(backup);
      shell('rm -r /var/lib/clustercert');
      shell(restore);
      shell(get);
      // The same bytes, unless a window of a day ended between the two.
      expect(readFileSync(path.join(folder, 'kubeconfig.yaml'), 'utf8').length).toBe(first.length);

      const [list = '', revoke = ''] = step('token revoke').trim().split('\n');
      const [, id = ''] = /^(\S+) /m.exec(shell(list).split('\n')[1] ?? '') ?? [];
      shell(revoke.replace('ID', id));
      expect(() => shell(get)).toThrow(/token/);
    } finally {
      serving.kill('SIGKILL');
    }
  },
  60_000,
);
