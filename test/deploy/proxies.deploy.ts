// The reverse proxies of scripts/deploy/ in front of two replicas: a caller always reaches the same one, signatures and
// long tokens come through, and the other replica serves the callers of one that is gone. Behind Debian's nginx with
// its defaults, the contract kit has only true findings.
import { afterAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Agent, fetch } from 'undici';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { signRequest } from '../../src/signing/sign-request.js';
import { contractCases, verify } from '../../src/verify/index.js';
import { servingCertificate } from '../support/api-server.js';
import { programWith, testWith } from '../support/programs.js';
import { otherProjectId, projectId, startProvider, userId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { freePort } from '../support/free-port.js';

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

/** Where the configuration leaves files to the package's own folders. */
const temporaryPaths = (folder: string) =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n');

const startNginx = (folder: string, config: string) =>
  spawn('nginx', ['-p', folder, '-c', config, '-e', 'stderr', '-g', `daemon off; pid ${folder}/nginx.pid;`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });

const nginx = programWith('nginx', ['-v']);

const proxies: Proxy[] = [
  {
    name: 'nginx',
    program: nginx,
    config: (text, places) =>
      `worker_processes 1;\nevents {}\nhttp {\naccess_log off;\n${temporaryPaths(places.folder)}\n${local(text, places)}\n}`,
    start: startNginx,
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

const debian = '/etc/nginx/nginx.conf';
const sites = 'include /etc/nginx/sites-enabled/*;';
const hasDebian =
  existsSync(debian) && readFileSync(debian, 'utf8').includes(sites) && existsSync('/etc/nginx/proxy_params');

/** Sites as people write them, each with nothing but what it takes to lead to a provider. */
const defaults: Record<string, { site: (url: string) => string; tls?: true; signed?: true; limits?: true }> = {
  'proxy_pass alone': { site: (url) => `location / { proxy_pass ${url}; }` },
  "proxy_pass with Debian's proxy_params": {
    site: (url) => `location / { proxy_pass ${url}; include /etc/nginx/proxy_params; }`,
  },
  'proxy_pass with a path, which nginx normalises': { site: (url) => `location / { proxy_pass ${url}/; }` },
  'the API beside a website': {
    site: (url) => `location / { try_files $uri $uri/ =404; } location /api/ { proxy_pass ${url}; }`,
  },
  'the host as it came, which signatures cover': {
    site: (url) => `location / { proxy_pass ${url}; proxy_set_header Host $http_host; }`,
    signed: true,
  },
  'a limit of requests': {
    site: (url) => `location / { proxy_pass ${url}; limit_req zone=all burst=20 nodelay; }`,
    limits: true,
  },
  'a limit of connections': {
    site: (url) => `location / { proxy_pass ${url}; limit_conn each 2; }`,
    limits: true,
  },
  'TLS and HTTP/2': { site: (url) => `location / { proxy_pass ${url}; }`, tls: true },
};

describe("Debian's nginx with its defaults", () => {
  testWith(hasDebian ? nginx : undefined, "Debian's nginx")(
    'leaves the contract kit nothing to find but its own limit for headers',
    async () => {
      const provider = await startProvider();
      const authority = await createAuthority({ now: new Date() });
      const folder = temporaryFolder();
      const { cert, key } = servingCertificate(authority);
      writeFileSync(path.join(folder, 'tls.crt'), cert);
      writeFileSync(path.join(folder, 'tls.key'), key);
      const all = await Promise.all(
        Object.entries(defaults).map(async ([name, one]) => ({ name, ...one, port: await freePort() })),
      );
      const servers = all.map(({ site, tls, port }) => {
        const secure = tls ? `ssl http2; ssl_certificate ${folder}/tls.crt; ssl_certificate_key ${folder}/tls.key` : '';
        return `server { listen 127.0.0.1:${port} ${secure}; root ${folder}; ${site(provider.url)} }`;
      });
      const config = path.join(folder, 'config');
      const limit =
        'limit_req_zone $binary_remote_addr zone=all:1m rate=50r/s; limit_conn_zone $binary_remote_addr zone=each:1m;';
      const text = readFileSync(debian, 'utf8')
        .replaceAll(/^\s*(user|pid|error_log|access_log)\s.*$/gm, '')
        .replaceAll(/^\s*include \/etc\/nginx\/(modules-enabled|conf\.d)\/.*$/gm, '')
        .replace(sites, () => [limit, 'access_log off;', temporaryPaths(folder), ...servers].join('\n'));
      writeFileSync(config, text);
      const proxy = startNginx(folder, config);
      running.push(proxy);
      let said = '';
      proxy.stderr.setEncoding('utf8').on('data', (line: string) => (said += line));

      const clusterId = await provider.addCluster();
      const expiredToken = await provider.addToken({ lifetimeSeconds: 1 });
      const status = async (token: string) => (await provider.get(clusterId, { 'X-Auth-Token': token })).status;
      await until(
        async () =>
          (await status(expiredToken)) === 401 && (await fetch(`http://127.0.0.1:${all[0]?.port}/healthz`)).ok,
        () => said,
      );
      const { record, secret } = await provider.accessKeys.add({ userId, projectId, groups: [] });
      const given = {
        projectId,
        otherProjectId,
        clusterId,
        expiredToken,
        otherClusterId: await provider.addCluster(),
        eipClusterId: await provider.addCluster({ externalServer: 'https://203.0.113.7:5443' }),
        token: await provider.addToken(),
        otherToken: await provider.addToken({ userId: 'bob' }),
        // Generous, for busy machines.
        timeoutMs: 30_000,
      };
      for (const { name, port, tls, signed, limits } of all) {
        const { state, cases } = await verify(contractCases, {
          ...given,
          endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
          ...(tls && { connection: { ca: authority.certificatePem } }),
          ...(signed && { accessKey: { id: record.id, secret } }),
        });
        const findings = cases
          .flatMap((one) => one.findings.map(({ severity, received }) => `${one.id}: ${severity}: ${received}`))
          // True where requests come fast enough to be refused: nginx says 503, and not for how long.
          .filter((finding) => !(limits && finding.startsWith('retry-after: warning: 503 without Retry-After')));
        // By default nginx reads header lines of up to 8 KB; tokens have up to 16.
        expect({ name, state, findings }).toEqual({ name, state: 'complete', findings: ['long-token: warning: 400'] });
      }
    },
    240_000,
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
