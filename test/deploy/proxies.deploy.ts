// The reverse proxies of scripts/deploy/ in front of two replicas: one caller always reaches the same one, signatures and
// long tokens come through, and the callers of a replica that is gone are served by the other.
import { afterAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { Agent, fetch } from 'undici';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { signRequest } from '../../src/signing/sign-request.js';
import { servingCertificate } from '../support/api-server.js';
import { programWith, testWith } from '../support/programs.js';
import { projectId, startProvider, userId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const running: ChildProcess[] = [];

afterAll(() => {
  // Not SIGKILL: the workers of nginx would live on.
  for (const child of running) child.kill('SIGTERM');
});

interface Proxy {
  name: string;
  program: string | undefined;
  start: (folder: string, config: string) => ChildProcess;
  config: (text: string, places: { port: number; replicas: string[]; folder: string }) => string;
}

const local = (text: string, { port, replicas, folder }: { port: number; replicas: string[]; folder: string }) =>
  text
    .replace('127.0.0.1:8081', replicas[0] ?? '')
    .replace('127.0.0.1:8082', replicas[1] ?? '')
    .replaceAll('/etc/clustercert/', `${folder}/`)
    .replace('listen 8443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('bind :8443 ssl', `bind 127.0.0.1:${port} ssl`);

const proxies: Proxy[] = [
  {
    name: 'nginx',
    program: programWith('nginx', ['-v']),
    config: (text, places) =>
      `worker_processes 1;\nevents {}\nhttp {\naccess_log off;\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${places.folder}/${name};`).join('\n')}\n${local(text, places)}\n}`,
    start: (folder, config) =>
      spawn('nginx', ['-p', folder, '-c', config, '-e', 'stderr', '-g', `daemon off; pid ${folder}/nginx.pid;`], {
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
  },
  {
    name: 'haproxy',
    program: programWith('haproxy', ['-v']),
    config: local,
    start: (_folder, config) => spawn('haproxy', ['-db', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] }),
  },
];

const files: Record<string, string> = { nginx: 'nginx.conf', haproxy: 'haproxy.cfg' };

describe.each(proxies)('$name', ({ name, program, config, start }) => {
  testWith(program, name)(
    'routes each caller to one replica, and to the other one when that is gone',
    async () => {
      const authority = await createAuthority({ now: new Date() });
      const dataFolder = temporaryFolder();
      const [one, other] = [await startProvider({ dataFolder }), await startProvider({ dataFolder })];
      const folder = temporaryFolder();
      const { cert, key } = servingCertificate(authority);
      writeFileSync(path.join(folder, 'tls.crt'), cert);
      writeFileSync(path.join(folder, 'tls.key'), key);
      writeFileSync(path.join(folder, 'tls.pem'), cert + key);
      const port = await freePort();
      const text = readFileSync(path.join('scripts/deploy', files[name] ?? ''), 'utf8');
      const place = path.join(folder, 'config');
      const replicas = [one, other].map(({ url }) => new URL(url).host);
      writeFileSync(place, config(text, { port, replicas, folder }));
      const proxy = start(folder, place);
      running.push(proxy);
      let said = '';
      proxy.stderr?.setEncoding('utf8').on('data', (line: string) => (said += line));
      const dispatcher = new Agent({ connect: { ca: authority.certificatePem } });
      const url = `https://127.0.0.1:${port}`;
      await until(
        async () => (await fetch(`${url}/healthz`, { dispatcher })).ok,
        () => said,
      );

      const id = await one.addCluster({ authority });
      const get = async (headers: Record<string, string>) => {
        const response = await fetch(url + one.pathOf(id), { headers, dispatcher });
        await response.arrayBuffer();
        return response.status;
      };
      const servedBy = (provider: typeof one) =>
        provider.logged.filter(({ audit }) => audit === 'getClusterCertByUID').length;

      // Twelve callers, each asks four times: all four are served by one replica, and both replicas have callers.
      const tokens = await Promise.all(Array.from({ length: 12 }, () => one.addToken()));
      const homes = new Set<string>();
      for (const token of tokens) {
        const before = [servedBy(one), servedBy(other)];
        for (let time = 0; time < 4; time += 1) expect(await get({ 'X-Auth-Token': token })).toBe(200);
        const served = [servedBy(one), servedBy(other)].map((count, index) => count - (before[index] ?? 0));
        expect(served.sort()).toEqual([0, 4]);
        homes.add(String(servedBy(one) - (before[0] ?? 0)));
      }
      expect(homes.size).toBe(2);

      // A signature covers the host and the path as the client sent them.
      const { record, secret } = await one.accessKeys.add({ userId, projectId, groups: [] });
      const request = new Request(url + one.pathOf(id), { headers: { 'Content-Type': 'application/json' } });
      const signed = await signRequest(request, {
        accessKey: { id: record.id, secret },
        projectId,
        now: new Date(),
      });
      expect(await get(Object.fromEntries(signed.headers))).toBe(200);
      // As long as the tokens of the clouds' identity services get.
      expect(await get({ 'X-Auth-Token': 'x'.repeat(16_000) })).toBe(401);

      await other.drain({ deadlineMs: 0 });
      await until(
        async () =>
          (await Promise.all(tokens.map((token) => get({ 'X-Auth-Token': token })))).every((status) => status === 200),
        () => said,
      );
      await dispatcher.close();
    },
    60_000,
  );
});

test('both examples are tried', () => {
  expect(Object.keys(files).sort()).toEqual(proxies.map(({ name }) => name).sort());
});

async function until(isTrue: () => Promise<boolean>, detail: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isTrue().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`it does not get there: ${detail()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
