// The Containerfile, built and run: buildah needs no daemon, and the base image is made from this machine's own Node,
// so that no image registry is needed. npm brings the packages.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Agent, fetch } from 'undici';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { servingCertificate } from '../support/api-server.js';
import { programWith } from '../support/programs.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const buildMs = 900_000;
const user = 65_532;
const isRoot = process.getuid?.() === 0;
const buildahThere = isRoot && programWith('buildah', ['--version']) !== undefined;
if (!buildahThere) process.stderr.write('NOT RUN: tests that need buildah as root, which is not to be had here\n');

const place = buildahThere ? temporaryFolder() : '';
const store = ['--storage-driver', 'vfs', '--root', path.join(place, 'store'), '--runroot', path.join(place, 'run')];
const running: ChildProcess[] = [];
// buildah and what it runs are one group of processes.
afterAll(() => running.forEach(({ pid }) => pid !== undefined && process.kill(-pid, 'SIGKILL')));

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`);
  return stdout.trim();
}

const buildah = (...args: string[]) => run('buildah', ...store, ...args);
const inContainer = ['run', '--isolation', 'chroot', '--network', 'host'];

function makeBase(): void {
  const root = path.join(place, 'base');
  run('bash', 'test/support/base-image.sh', root);
  const container = buildah('from', 'scratch');
  buildah('add', '--quiet', container, root, '/');
  buildah('config', '--env', 'NODE_EXTRA_CA_CERTS=/etc/more-ca.pem', container);
  buildah('commit', '--quiet', '--rm', container, 'localhost/base');
}

interface ImageConfig {
  User: string;
  Entrypoint: string[];
  Cmd: string[];
  ExposedPorts: Record<string, unknown>;
  Volumes: Record<string, unknown>;
}

(buildahThere ? describe : describe.skip)('the image', () => {
  let [container, root] = ['', ''];
  let config: ImageConfig;

  beforeAll(() => {
    makeBase();
    // Packages in npm's cache need not be fetched again.
    const cache = run('npm', 'config', 'get', 'cache');
    const volume = existsSync(cache)
      ? ['--volume', `${cache}:/.npm:rw`, '--env', 'npm_config_prefer_offline=true']
      : [];
    const base = ['--build-arg', 'BASE=localhost/base', '--isolation', 'chroot', '--network', 'host'];
    buildah(
      'build',
      '--quiet',
      ...base,
      ...volume,
      '--file',
      'scripts/deploy/Containerfile',
      '--tag',
      'clustercert',
      '.',
    );
    container = buildah('from', 'localhost/clustercert');
    root = buildah('mount', container);
    config = (JSON.parse(buildah('inspect', container)) as { OCIv1: { config: ImageConfig } }).OCIv1.config;
  }, buildMs);

  test('has one program, no shell, and one folder that its user can write to', () => {
    expect(readdirSync(path.join(root, 'bin'))).toEqual(['node']);
    expect(readdirSync(root).sort()).toEqual(expect.arrayContaining(['app', 'bin', 'var']));
    expect(
      run('find', root, '-name', 'sh', '-o', '-name', 'bash', '-o', '-name', 'busybox', '-o', '-name', 'npm'),
    ).toBe('');
    expect(run('find', root, '-uid', String(user))).toBe(path.join(root, 'var/lib/clustercert'));
    expect(run('find', root, '-perm', '-o+w', '-not', '-type', 'l')).toBe('');
    expect(config).toMatchObject({ User: `${user}:${user}`, Volumes: { '/var/lib/clustercert': {} } });
    expect(Object.keys(config.ExposedPorts).sort()).toEqual(['8443/tcp', '9464/tcp']);
  });

  test('its command lists, adds and serves over TLS, as its user', async () => {
    const { cert, key } = servingCertificate(await createAuthority({ now: new Date() }));
    const tls = path.join(place, 'tls');
    mkdirSync(tls, { mode: 0o755 });
    writeFileSync(path.join(tls, 'tls.crt'), cert);
    writeFileSync(path.join(tls, 'tls.key'), key, { mode: 0o644 });
    const cluster = ['cluster', 'add', '--project', projectId, '--server', 'https://192.168.1.7:5443'];
    const id = buildah(...inContainer, container, '--', ...config.Entrypoint, ...cluster);
    expect(buildah(...inContainer, container, '--', ...config.Entrypoint, 'cluster', 'list')).toContain(id);
    // Any free ports; all else as the image says.
    const command = config.Cmd.map((word) => word.replace(/^8443$/, '0').replace(/:9464$/, ':0'));
    const volume = ['--volume', `${tls}:/tls:ro`];
    const child = spawn(
      'buildah',
      [...store, ...inContainer, ...volume, container, '--', ...config.Entrypoint, ...command],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    running.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const urls = /listening on https:\S+:(\d+)\nmetrics at http:\S+?:(\d+)/;
    while (!urls.test(said) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 100));
    const [, api = '', metrics = ''] = urls.exec(said) ?? [];
    expect({ said, api }).toEqual({ said, api: expect.stringMatching(/\d/) });
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    expect((await fetch(`https://127.0.0.1:${api}/readyz`, { dispatcher })).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()).toContain('# HELP');
    await dispatcher.close();
  }, 300_000);
});
