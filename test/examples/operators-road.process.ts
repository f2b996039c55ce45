// The operator's guide of src/server/README.md: its commands are read from there and run, in a fresh folder.
// test/apiserver/identity.apiserver.ts tests the rights in a cluster.
import { expect, test } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'node:tls';
import { commandsWith, documentOf } from '../support/documents.js';
import { openssl, programWith, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const road = documentOf('src/server/README.md');
const step = (words: string | RegExp) => commandsWith(road, words);
const program = path.resolve('dist/src/cli/bin.js');
const newAuthority = (files: string) =>
  `openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=kubernetes -keyout ${files}.key -out ${files}.crt`;

/** A machine for one operator: a folder in place of `/`, the program on the path, variables that stay. */
function newMachine() {
  const root = temporaryFolder();
  // Other users may pass through.
  chmodSync(root, 0o755);
  for (const folder of ['bin', 'pki', 'lib', 'etc']) mkdirSync(path.join(root, folder));
  const data = path.join(root, 'lib/clustercert');
  const command = path.join(root, 'bin/clustercert');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(command, 0o755);
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${root}/bin:${process.env['PATH'] ?? ''}`, NODE_OPTIONS: '' };
  const here = (code: string) =>
    code
      .replaceAll('/etc/kubernetes/pki', 'pki')
      .replaceAll('/var/lib', path.dirname(data))
      .replaceAll(/--port \d+/g, '--port 0');
  const shell = (code: string) =>
    execFileSync('bash', ['-euc', here(code)], { cwd: root, env, encoding: 'utf8', stdio: 'pipe' });
  /** The first two steps; gives the token. */
  const begin = () => {
    shell(newAuthority('pki/ca'));
    const [project = ''] = shell(`${step('openssl rand')}\necho $PROJECT`)
      .trim()
      .split('\n')
      .slice(-1);
    expect(project).toMatch(/^[0-9a-f]{32}$/);
    Object.assign(env, { PROJECT: project, CLUSTERCERT_DATA: data });
    const [cluster, token = ''] = shell(step('cluster add')).trim().split('\n');
    expect(cluster).toMatch(/^[0-9a-f-]{36}$/);
    return token;
  };
  return { root, data, env, here, shell, begin };
}

/** Runs a command in the background until it prints its URL. */
async function startProvider({ root, env, here }: ReturnType<typeof newMachine>, command: string) {
  const serving = spawn('bash', ['-c', `exec ${here(command)}`], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    serving.stdout.on('data', (text: Buffer) => {
      const [, port] = /listening on https:\/\/\S+:(\d+)/.exec(text.toString()) ?? [];
      if (port !== undefined) resolve(`https://127.0.0.1:${port}`);
    });
    serving.on('exit', () => reject(new Error(`'${command}' ended`)));
  });
  return { serving, url };
}

async function stop(serving: ChildProcess): Promise<number | null> {
  const ended = once(serving, 'exit');
  serving.kill('SIGTERM');
  await ended;
  return serving.exitCode;
}

/** The serial number of the certificate that a server shows. */
function serialNumberAt(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? '');
      socket.destroy();
    }).on('error', reject);
  });
}

testWith(openssl, 'openssl')(
  "the operator's road leads from a CA to a kubeconfig over TLS, through backup, restore, upgrade and rotation",
  async () => {
    const machine = newMachine();
    const { root, shell, env } = machine;
    const token = machine.begin();
    shell(step('openssl req -new'));
    let { serving, url } = await startProvider(machine, step('serve --no-demo'));
    try {
      const get = () => {
        shell(
          step('CLUSTERCERT_CA=')
            .replace(/https:\/\/127\.0\.0\.1:\d+/, url)
            .replace('…', token),
        );
        return readFileSync(path.join(root, 'kubeconfig.yaml'), 'utf8');
      };
      const first = get();
      expect(first).toContain('https://192.168.1.7:6443');

      // Twice at most, because a window of a day may end in between once.
      const sameAfter = async (action: () => Promise<void>) => {
        for (const before of [first, get()]) {
          await action();
          if (get() === before) return true;
        }
        return false;
      };
      const [backup = '', restore = ''] = step('tar -C').trim().split('\n');
      expect(
        await sameAfter(async () => {
          shell(backup);
          shell('rm -r /var/lib/clustercert');
          shell(restore);
          return Promise.resolve();
        }),
      ).toBe(true);

      // test/package installs the package; what an upgrade needs besides is a restart.
      expect(step('npm install')).toContain('cce-clustercert-0.1.0.tgz');
      expect(
        await sameAfter(async () => {
          expect(await stop(serving)).toBe(0);
          ({ serving, url } = await startProvider(machine, step('serve --no-demo')));
        }),
      ).toBe(true);

      shell(step(/^openssl x509/));
      const renewed = new X509Certificate(readFileSync(path.join(root, 'tls.crt'))).serialNumber;
      while ((await serialNumberAt(url)) !== renewed) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(get()).toContain('https://192.168.1.7:6443');

      const [tokens = '', revoke = '', clusters = '', set = ''] = step('token revoke').trim().split('\n');
      const idIn = (table: string) => /^(\S+) /m.exec(table.split('\n')[1] ?? '')?.[1] ?? '';
      shell(newAuthority('ca'));
      shell(set.replace('ID', idIn(shell(clusters))));
      const authority = readFileSync(path.join(root, 'ca.crt'));
      expect(get()).toContain(authority.toString('base64'));
      shell(revoke.replace('ID', idIn(shell(tokens))));
      expect(get).toThrow(/token/);
      expect(env['CLUSTERCERT_TOKEN']).toBeUndefined();
    } finally {
      serving.kill('SIGKILL');
    }
  },
  300_000,
);

/** Whether another user can be made and can run the program here. */
function canBeOthers(): string | undefined {
  if (process.getuid?.() !== 0 || programWith('useradd', ['--help']) === undefined) return undefined;
  const args = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program, '--version'];
  return programWith('setpriv', args);
}

testWith(canBeOthers(), 'root, useradd, setpriv and a checkout that others can read')(
  'a user of the service owns the folder, and what commands write as that user',
  () => {
    const { root, data, shell, begin } = newMachine();
    begin();
    for (const name of ['passwd', 'group', 'shadow', 'gshadow']) writeFileSync(path.join(root, 'etc', name), '');
    const [add = '', give = ''] = step('useradd').trim().split('\n');
    // The users of this machine stay as they are: `clustercert` is made in files of the test.
    shell(add.replace('useradd', `useradd --prefix '${root}'`));
    const [, uid = '', gid = ''] =
      /^clustercert:x:(\d+):(\d+):/.exec(readFileSync(path.join(root, 'etc/passwd'), 'utf8')) ?? [];
    shell(give.replace('clustercert:', `${uid}:${gid}`));
    expect(statSync(data).mode & 0o777).toBe(0o700);
    const asUser = `setpriv --reuid=${uid} --regid=${gid} --clear-groups`;
    shell(step('sudo -u').replace('sudo -u clustercert', asUser));
    expect(shell(`${asUser} clustercert token list`)).toMatch(/bob[^]*alice|alice[^]*bob/);
    const owners = shell("find /var/lib/clustercert -printf '%U %m\\n' | sort -u").trim().split('\n');
    expect(owners.filter((line) => !new RegExp(`^${uid} [67]00$`).test(line))).toEqual([]);
    // Root's own commands leave the files to that user, too.
    shell('clustercert token add --project $PROJECT --user carol --group developers');
    expect(shell("find /var/lib/clustercert -printf '%U\\n' | sort -u").trim()).toBe(uid);
  },
  120_000,
);

test('every block of commands of the road is run here, or where the road says', () => {
  const [steps = ''] = road.text.split('\n## ');
  const run = readFileSync('test/examples/operators-road.process.ts', 'utf8');
  const starts = [...run.matchAll(/step\((?:'([^']+)'|\/\^([^/]+)\/)\)/g)].map(
    ([, words, start]) => words ?? `\n${start}`,
  );
  const blocks = [...steps.matchAll(/^ *```sh(\n[^]*?)^ *```$/gm)].map(([, code = '']) =>
    code.replaceAll(/^ {3}/gm, ''),
  );
  expect(blocks.length).toBeGreaterThan(8);
  const elsewhere = ['kubectl create clusterrolebinding'];
  expect(blocks.filter((code) => ![...starts, ...elsewhere].some((one) => code.includes(one)))).toEqual([]);
});
