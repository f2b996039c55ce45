// Effects of the system on a provider: hangups, a terminal that closes, a log that nobody reads.
import { beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { run, start } from '../support/command-line.js';
import { programWith, testWith } from '../support/programs.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const faultMs = 120_000;
const linuxTest = process.platform === 'linux' ? test : test.skip;

let data: string;
let target: string;
let token: string;

beforeAll(async () => {
  data = temporaryFolder();
  const at = ['--data', data, '--project', projectId];
  const id = (await run('cluster', 'add', ...at, '--server', 'https://192.168.1.7:5443')).stdout.trim();
  token = (await run('token', 'add', ...at, '--user', 'alice')).stdout.trim();
  target = `/api/v3/projects/${projectId}/clusters/${id}/clustercert`;
}, faultMs);

linuxTest(
  'SIGHUP ends nothing, however early it comes, and reads the TLS files again',
  async () => {
    const tls = temporaryFolder();
    const [cert, key] = [path.join(tls, 'tls.crt'), path.join(tls, 'tls.key')];
    makePair('first', { cert, key });
    const { child, stdout, stderr, ended } = start(
      ...['serve', '--port', '0', '--data', data, '--tls-cert', cert, '--tls-key', key],
    );
    while (!catchesHangup(child.pid)) await setTimeout(1);
    while (!stdout().includes('listening on') && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGHUP');
      await setTimeout(5);
    }
    const [, url = ''] = /listening on (\S+)/.exec(stdout()) ?? [];
    expect(await subjectOf(url)).toBe('first');
    makePair('second', { cert, key });
    child.kill('SIGHUP');
    while (!stderr().includes('CN=second')) await setTimeout(20);
    expect(await subjectOf(url)).toBe('second');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, signal: null });
  },
  faultMs,
);

testWith(process.platform === 'linux' ? programWith('script', ['--version']) : undefined, 'script of util-linux')(
  'a terminal that closes ends the provider on it, after the requests that are under way',
  async () => {
    const told = path.join(temporaryFolder(), 'told');
    const words = [process.execPath, 'dist/src/cli/bin.js', 'serve', '--port', '0', '--no-demo', '--data', data];
    const terminal = spawn('script', ['--quiet', '--flush', '--command', words.join(' '), told], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const ended = once(terminal, 'close');
    let url = '';
    while (url === '') {
      await setTimeout(50);
      if (terminal.exitCode !== null) throw new Error(`serve ended: ${readFileSync(told, 'utf8')}`);
      url = existsSync(told) ? (/^listening on (\S+)/m.exec(readFileSync(told, 'utf8'))?.[1] ?? '') : '';
    }
    expect((await ask(url, new Agent(), target)).status).toBe(200);
    terminal.kill('SIGKILL');
    await ended;
    const answers = async () => (await ask(url, new Agent(), '/healthz').catch(() => undefined)) !== undefined;
    while (await answers()) await setTimeout(50);
  },
  faultMs,
);

linuxTest(
  'while nobody reads the log, answers wait for it; then all come, each with its audit line',
  async () => {
    const provider = await startUnlimited();
    provider.child.stderr.pause();
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const before = residentMegabytes(provider.pid);
    const asked = 4000;
    let answered = 0;
    const all = Array.from({ length: asked }, async () => {
      expect((await ask(provider.url, agent, target)).status).toBe(200);
      answered += 1;
    });
    // Until nothing moves any more.
    for (let seen = -1; seen !== answered || answered === 0;) {
      seen = answered;
      await setTimeout(1500);
    }
    expect(answered).toBeLessThan(asked);
    expect(residentMegabytes(provider.pid) - before).toBeLessThan(150);
    provider.child.stderr.resume();
    await Promise.all(all);
    agent.destroy();
    await provider.stop();
    expect(provider.log().match(/"msg":"getClusterCertByUID"/g)).toHaveLength(asked);
  },
  faultMs,
);

function makePair(name: string, { cert, key }: { cert: string; key: string }): void {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const args = ['req', '-x509', ...kind, '-subj', `/CN=${name}`, '-days', '1', '-keyout', key, '-out', cert];
  execFileSync('openssl', args, { stdio: 'ignore' });
}

/** SIGHUP is signal 1, and so the lowest bit of the signals that are caught. */
function catchesHangup(pid: number | undefined): boolean {
  const [, caught = '0'] = /^SigCgt:\s+\w*(\w)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return (parseInt(caught, 16) & 1) === 1;
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function subjectOf(url: string): Promise<string> {
  const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

/** Starts `serve` without limits, with its log in reach. */
async function startUnlimited() {
  const limits = ['--caller-limit', '0', '--address-limit', '0'];
  const words = ['dist/src/cli/bin.js', 'serve', '--port', '0', '--data', data, ...limits];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, log] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, found] = /^listening on (\S+)\n/m.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`serve ended: ${log}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { child, pid: child.pid ?? 0, url, stop, log: () => log };
}

function ask(
  url: string,
  agent: Agent,
  at: string,
  asked = token,
): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Auth-Token': asked };
    get(url + at, { agent, headers }, (incoming) => {
      // The connection is free for the next request only then.
      incoming.resume().on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, retryAfter: incoming.headers['retry-after'] });
      });
    }).on('error', reject);
  });
}
