// Killed processes, full disks, and folders that cannot be written or read: the data folder stays whole, and trying
// again works.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run, start, startServe } from '../support/command-line.js';
import { projectId } from '../support/provider.js';
import { testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const faultMs = 120_000;
const bin = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));
const project = ['--project', projectId];
const clusterOptions = [...project, '--server', 'https://192.168.1.7:5443'];
const callerOptions = [...project, '--user', 'alice', '--group', 'developers'];

const idsIn = async (data: string, kind: string): Promise<string[]> => {
  const { code, stdout, stderr } = await run(kind, 'list', '--json', '--data', data);
  // Nothing is broken, so there is nothing to warn of.
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
};

const folderOf: Record<string, string> = { cluster: 'clusters', token: 'tokens', 'access-key': 'access-keys' };

function unfinishedIn(data: string): string[] {
  return Object.values(folderOf)
    .map((name) => path.join(data, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((entry) => path.basename(entry).startsWith('.unfinished-'));
}

describe('kill -9 at random moments', () => {
  const rounds = 14;
  const kinds: [string, string[]][] = [
    ['cluster', clusterOptions],
    ['token', callerOptions],
    ['access-key', callerOptions],
  ];

  test.each(kinds)(
    'of %s add leaves a whole entry or none, another try succeeds, and leftovers are swept away',
    async (kind, options) => {
      const data = temporaryFolder();
      let said = 0;
      for (let round = 0; round < rounds; round++) {
        const { stdout } = await killed(data, round, kind, 'add', '--data', data, ...options);
        if (stdout.trim() !== '') said += 1;
        // Reported changes are done.
        expect((await idsIn(data, kind)).length).toBeGreaterThanOrEqual(said);
      }
      for (const entry of unfinishedIn(data)) utimesSync(entry, 0, 0);
      const before = (await idsIn(data, kind)).length;
      expect((await run(kind, 'add', '--data', data, ...options)).code).toBe(0);
      expect(await idsIn(data, kind)).toHaveLength(before + 1);
      expect(unfinishedIn(data)).toEqual([]);
    },
    faultMs,
  );

  test.each(kinds)(
    'of %s remove or revoke leaves the entry whole or gone, and another try removes it',
    async (kind, options) => {
      const data = temporaryFolder();
      const verb = kind === 'cluster' ? 'remove' : 'revoke';
      for (let round = 0; round < rounds; round++) {
        expect((await run(kind, 'add', '--data', data, ...options)).code).toBe(0);
        const [id = ''] = await idsIn(data, kind);
        await killed(data, round, kind, verb, id, '--data', data);
        const left = await idsIn(data, kind);
        if (left.includes(id)) expect((await run(kind, verb, id, '--data', data)).code).toBe(0);
        expect(await idsIn(data, kind)).toEqual([]);
      }
      for (const entry of unfinishedIn(data)) utimesSync(entry, 0, 0);
      expect((await run(kind, 'add', '--data', data, ...options)).code).toBe(0);
      expect(unfinishedIn(data)).toEqual([]);
    },
    faultMs,
  );

  test(
    'of the first run leaves a folder that the next one completes to the same demo',
    async () => {
      const data = temporaryFolder();
      for (let round = 0; round < rounds; round++) {
        await killed(data, round, 'serve', '--demo', '--port', '0', '--data', data);
        await idsIn(data, 'cluster');
        await idsIn(data, 'token');
      }
      const { child, ended } = await startServe('--demo', '--data', data);
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
      expect(await idsIn(data, 'cluster')).toHaveLength(2);
      expect(await idsIn(data, 'token')).not.toHaveLength(0);
    },
    faultMs,
  );

  /** Kills the command at any time while it runs or, in every other round, a moment after it has begun to write. */
  async function killed(data: string, round: number, ...argv: string[]) {
    const { child, ended } = start(...argv);
    const entries = (): number =>
      Object.values(folderOf)
        .map((name) => path.join(data, name))
        .filter((folder) => existsSync(folder))
        .reduce((count, folder) => count + readdirSync(folder).length, 0);
    const before = entries();
    const quietUntil = performance.now() + (round % 2 === 0 ? Math.random() * 600 : 5000);
    while (child.exitCode === null && entries() === before && performance.now() < quietUntil) await setImmediate();
    for (let turns = Math.random() * 40; round % 2 === 1 && turns > 0; turns--) await setImmediate();
    child.kill('SIGKILL');
    return ended;
  }
});

// A file system of one megabyte of its own; only root can have one.
const small = mkdtempSync(path.join(tmpdir(), 'clustercert-small-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', small]).status === 0;
const smallDiskTest = testWith(mounted ? 'mount' : undefined, 'a small tmpfs, which root can mount');
afterAll(() => {
  if (mounted) spawnSync('umount', ['--lazy', small]);
  rmdirSync(small);
});

function fill(): void {
  try {
    for (let size = 256 * 1024; size > 0; size = Math.floor(size / 2))
      for (let number = 0; number < 8; number++)
        writeFileSync(path.join(small, `fill-${size}-${number}`), Buffer.alloc(size));
  } catch {
    for (let number = 0; ; number++)
      try {
        writeFileSync(path.join(small, `rest-${number}`), Buffer.alloc(4096));
      } catch {
        return;
      }
  }
}

const makeRoom = () => spawnSync('sh', ['-c', `rm -f "${small}"/fill-* "${small}"/rest-*`]);

smallDiskTest(
  'on a full disk each writing command fails with one line and leaves nothing behind; the provider goes on; with room again all work',
  async () => {
    const id = (await run('cluster', 'add', '--data', small, ...clusterOptions)).stdout.trim();
    const token = (await run('token', 'add', '--data', small, ...callerOptions)).stdout.trim();
    const { child, url, ended } = await startServe('--data', small);
    fill();
    for (const [kind, options] of [
      ['cluster', clusterOptions],
      ['token', callerOptions],
      ['access-key', callerOptions],
    ] as const) {
      const before = await idsIn(small, kind);
      const { code, stdout, stderr } = await run(kind, 'add', '--data', small, ...options);
      expect({ kind, code, stdout, stderr }).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^error: .*ENOSPC.*\n$/),
      });
      expect(await idsIn(small, kind)).toEqual(before);
    }
    expect(unfinishedIn(small)).toEqual([]);
    const answer = await fetch(`${url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`, {
      headers: { 'X-Auth-Token': token },
    });
    expect(answer.status).toBe(200);
    makeRoom();
    expect((await run('token', 'add', '--data', small, ...callerOptions)).code).toBe(0);
    expect((await run('cluster', 'add', '--data', small, ...clusterOptions)).code).toBe(0);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  },
  faultMs,
);

smallDiskTest(
  'from a read-only folder the provider serves, and each writing command fails with one line',
  async () => {
    makeRoom();
    const id = (await run('cluster', 'add', '--data', small, ...clusterOptions)).stdout.trim();
    const token = (await run('token', 'add', '--data', small, ...callerOptions)).stdout.trim();
    expect(spawnSync('mount', ['-o', 'remount,ro', small]).status).toBe(0);
    try {
      const { child, url, ended } = await startServe('--data', small);
      const answer = await fetch(`${url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`, {
        headers: { 'X-Auth-Token': token },
      });
      expect(answer.status).toBe(200);
      const writing = [
        ['cluster', 'add', ...clusterOptions],
        ['cluster', 'remove', id],
        ['token', 'add', ...callerOptions],
        ['token', 'revoke', (await idsIn(small, 'token'))[0] ?? ''],
        ['access-key', 'add', ...callerOptions],
      ];
      for (const argv of writing) {
        const { code, stdout, stderr } = await run(...argv, '--data', small);
        expect({ argv, code, stdout, stderr }).toMatchObject({
          code: 1,
          stdout: '',
          stderr: expect.stringMatching(/^error: .*EROFS.*\n$/),
        });
      }
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    } finally {
      spawnSync('mount', ['-o', 'remount,rw', small]);
    }
  },
  faultMs,
);

describe('files that the provider may not read', () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const canBeNobody = spawnSync(process.execPath, [bin, '--version'], nobody).status === 0;
  const otherUserTest = testWith(canBeNobody ? 'root' : undefined, 'root, to run as another user');
  let data: string;
  let [good, bad, token] = ['', '', ''];

  beforeAll(async () => {
    data = path.join(temporaryFolder(), 'data');
    mkdirSync(data);
    good = (await run('cluster', 'add', '--data', data, ...clusterOptions)).stdout.trim();
    bad = (await run('cluster', 'add', '--data', data, ...clusterOptions)).stdout.trim();
    token = (await run('token', 'add', '--data', data, ...callerOptions)).stdout.trim();
    if (!canBeNobody) return;
    chmodSync(path.dirname(data), 0o755);
    spawnSync('chown', ['-R', '65534:65534', data]);
    chownSync(path.join(data, 'clusters', bad, 'ca.key'), 0, 0);
  });

  otherUserTest(
    'cost their cluster a 503 and a log line; all others go on',
    async () => {
      const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--data', data], { ...nobody, cwd: '/' });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
      child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
      const ended = new Promise((resolve) => child.on('close', resolve));
      while (!stdout.includes('listening on') && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const [, url = ''] = /listening on (\S+)/.exec(stdout) ?? [];
      const statusOf = async (id: string) =>
        (
          await fetch(`${url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`, {
            headers: { 'X-Auth-Token': token },
          })
        ).status;
      expect([await statusOf(bad), await statusOf(good), await statusOf(bad)]).toEqual([503, 200, 503]);
      child.kill('SIGTERM');
      await ended;
      expect(stderr).toMatch(new RegExp(`cluster '${bad}' cannot be read: EACCES`));
    },
    faultMs,
  );
});
