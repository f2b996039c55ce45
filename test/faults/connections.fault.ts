// Clients that are slow, silent, greedy or many, and a provider that must stop meanwhile.
import { beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { run, startServe } from '../support/command-line.js';
import { programWith, testWith } from '../support/programs.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const faultMs = 90_000;
const unlimited = ['--caller-limit', '0', '--address-limit', '0'];

let data: string;
let path: string;
let token: string;
let provider: Awaited<ReturnType<typeof startServe>>;

beforeAll(async () => {
  data = temporaryFolder();
  const server = ['--server', 'https://192.168.1.7:5443', '--external-server', 'https://203.0.113.8:5443'];
  const added = await run('cluster', 'add', '--data', data, '--project', projectId, ...server);
  token = (await run('token', 'add', '--data', data, '--project', projectId, '--user', 'alice')).stdout.trim();
  path = `/api/v3/projects/${projectId}/clusters/${added.stdout.trim()}/clustercert`;
  provider = await startServe('--data', data, ...unlimited);
}, faultMs);

const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

function open(to = provider): Socket {
  const socket = connect(portOf(to), '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

async function expectServed(times = 20): Promise<void> {
  for (let sent = 0; sent < times; sent++) {
    const response = await fetch(provider.url + path, { headers: { 'X-Auth-Token': token } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ kind: 'Config' });
  }
}

const head = (more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\n${more}\r\n`;

function received(socket: Socket): { text: string } {
  const all = { text: '' };
  socket.setEncoding('utf8').on('data', (part: string) => (all.text += part));
  return all;
}

test(
  'while 1,000 connections say nothing, others are served',
  async () => {
    const silent = Array.from({ length: 1000 }, () => open());
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    await expectServed(50);
    for (const socket of silent) socket.destroy();
  },
  faultMs,
);

test(
  'clients that trickle their headers or bodies are answered 408 and cut off; meanwhile others are served',
  async () => {
    const post = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nContent-Type: application/json\r\n`;
    const starts = ['GET / HTTP/1.1\r\nX-Slow: ', `${post}Content-Length: 5000\r\n\r\n`];
    const slow = Array.from({ length: 100 }, (_, number) => {
      const socket = open();
      socket.write(starts[number % 2] ?? '');
      const timer = setInterval(() => socket.write(' '), 1000);
      const closed = once(socket, 'close').finally(() => clearInterval(timer));
      return { answer: received(socket), closed };
    });
    await expectServed();
    await Promise.all(slow.map(({ closed }) => closed));
    for (const { answer } of slow) expect(answer.text).toMatch(/^HTTP\/1\.1 408 [^]*"reason":"Timeout"/);
  },
  faultMs,
);

test('requests sent at once over one connection are answered all, in their order', async () => {
  const socket = open();
  const answer = received(socket);
  const ids = Array.from({ length: 200 }, (_, number) => `n-${number}`);
  const last = 'Connection: close\r\n';
  socket.write(ids.map((id, at) => head(`X-Request-Id: ${id}\r\n${at === ids.length - 1 ? last : ''}`)).join(''));
  await once(socket, 'close');
  expect([...answer.text.matchAll(/^X-Request-Id: (.*)\r$/gm)].map(([, id]) => id)).toEqual(ids);
  expect(answer.text.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(ids.length);
});

test(
  'clients that ask and never read cost no memory without bound, and others are served',
  async () => {
    const before = residentMegabytes(provider.child.pid);
    const greedy = Array.from({ length: 20 }, () => {
      const socket = open();
      socket.pause();
      // Up to 2,000 answers of some 10 KB each.
      socket.write(head().repeat(2000));
      return socket;
    });
    await expectServed(50);
    expect(residentMegabytes(provider.child.pid) - before).toBeLessThan(150);
    for (const socket of greedy) socket.destroy();
    await expectServed();
  },
  faultMs,
);

testWith(programWith('prlimit', ['--version']), 'prlimit')(
  'without a file descriptor left, what must be read is 503 and what is known is served; with some, all is well again',
  async () => {
    const short = await startServe('--data', data, ...unlimited, '--idle-timeout', '300s');
    const pid = String(short.child.pid);
    const cold = (await run('token', 'add', '--data', data, '--project', projectId, '--user', 'bob')).stdout.trim();
    const answerTo = async (credential: string, socket: Socket) => {
      const answer = received(socket);
      socket.write(head().replace(token, credential));
      while (!/\r\n\r\n[^]*\}$/.test(answer.text)) await new Promise((resolve) => setTimeout(resolve, 10));
      socket.removeAllListeners('data');
      return answer.text;
    };
    // What changed a moment ago is read again; from then on it is known.
    const [known, other] = [open(short), open(short)];
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    for (let time = 0; time < 2; time++) expect(await answerTo(token, known)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo(token, other)).toMatch(/^HTTP\/1\.1 200 /);

    const most = readdirSync(`/proc/${pid}/fd`).length + 20;
    expect(spawnSync('prlimit', ['--pid', pid, `--nofile=${most}:${most}`]).status).toBe(0);
    const others = Array.from({ length: 40 }, () => open(short));
    while (readdirSync(`/proc/${pid}/fd`).length < most) await new Promise((resolve) => setTimeout(resolve, 10));
    const refused = await answerTo(cold, other);
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused).toMatch(/^Retry-After: \d+\r$/m);
    expect(refused).not.toContain('EMFILE');
    expect(await answerTo(token, known)).toMatch(/^HTTP\/1\.1 200 /);

    for (const socket of others) socket.destroy();
    while (readdirSync(`/proc/${pid}/fd`).length > most - 10) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await answerTo(cold, other)).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of [known, other]) socket.destroy();
    short.child.kill('SIGTERM');
    await short.ended;
  },
  faultMs,
);

for (const [clients, name] of [
  [1, 'one client'],
  [40, '40 clients'],
] as const) {
  test(
    `SIGTERM under load of ${name}: every request that was taken is answered whole, and new connections are refused`,
    async () => {
      for (let round = 0; round < 5; round++) {
        const stopping = await startServe('--data', data, ...unlimited);
        const stop = { told: false, served: new Set<Agent>() };
        const loads = Array.from({ length: clients }, () => keepAsking(stopping, stop));
        // At some moment once all are being served.
        while (stop.served.size < clients) await new Promise((resolve) => setTimeout(resolve, 10));
        await new Promise((resolve) => setTimeout(resolve, round * 7));
        stopping.child.kill('SIGTERM');
        stop.told = true;
        const outcomes = await Promise.all(loads);
        expect(await stopping.ended).toMatchObject({ code: 0, signal: null });
        expect(outcomes.flat()).toEqual([]);
      }
    },
    faultMs,
  );
}

/** Sends requests over one kept-alive connection, and then over new ones, until none is possible. */
async function keepAsking({ url }: { url: string }, stop: { told: boolean; served: Set<Agent> }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cut: string[] = [];
  for (;;) {
    const late = stop.told;
    const { outcome, reused } = await ask(url, agent);
    // Where nobody listens any more, the system refuses a new connection or resets it.
    if (outcome === 'ECONNREFUSED' || (outcome === 'ECONNRESET' && late && !reused)) {
      agent.destroy();
      return cut;
    }
    if (outcome === 'whole') stop.served.add(agent);
    else cut.push(outcome);
  }
}

function ask(url: string, agent: Agent): Promise<{ outcome: string; reused: boolean }> {
  return new Promise((resolve) => {
    const end = (outcome: string) => resolve({ outcome, reused: outgoing.reusedSocket });
    const outgoing = request(url + path, { agent, headers: { 'X-Auth-Token': token } }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.on('error', (error: NodeJS.ErrnoException) => end(`cut: ${String(error.code)}`));
      incoming.on('end', () => end(incoming.statusCode === 200 && text.endsWith('}') ? 'whole' : 'not whole'));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => end(String(error.code)));
    outgoing.end();
  });
}

function residentMegabytes(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid ?? 'self'}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
