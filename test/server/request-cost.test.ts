// No request of legal size costs more than 20 ms of CPU before it is refused, whatever it repeats. Times are CPU of this
// process, client and server together, less what a plain refusal costs in the same run.
import { beforeAll, expect } from '@jest/globals';
import fc from 'fast-check';
import { connect } from 'node:net';
import { property } from '../support/property.js';
import { type Provider, projectId, startProvider, userId } from '../support/provider.js';

const mostMs = 20;
// Node's limit for the request line and the headers together, less what each request here has besides.
const headerBytes = 31_000;

let provider: Provider;
let [route, floorMs] = ['', 0];

/** The first line of what comes back. */
function send(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(provider.url);
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request, 'latin1'));
    socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? '')).on('error', reject);
  });
}

async function cpuMs(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

interface Shape {
  method?: string;
  target?: string;
  lines?: string[];
  body?: string;
}

const text = ({ method = 'GET', target = route, lines = [], body = '' }: Shape) =>
  [
    `${method} ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    ...lines,
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    '',
    body,
  ].join('\r\n');

const fill = (piece: string, bytes: number) => piece.repeat(Math.floor(bytes / piece.length));
const hex = '0'.repeat(64);
const date = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** Signed by a key that is known, with a signature that is wrong; a new key, because failures lock. */
async function signed(names: string, lines: string[], older: boolean): Promise<Shape> {
  const { record } = await provider.accessKeys.add({ userId, projectId, groups: [] });
  const who = older ? `Credential=${record.id}/${date().slice(0, 8)}/eu/cce/sdk_request` : `Access=${record.id}`;
  return {
    lines: [
      ...lines,
      `X-Sdk-Date: ${date()}`,
      `Authorization: SDK-HMAC-SHA256 ${who}, SignedHeaders=${names}, Signature=${hex}`,
    ],
  };
}

const shapes: Record<string, (bytes: number) => Shape | Promise<Shape>> = {
  'one name signed again and again': (bytes) =>
    signed(fill('a;', bytes / 2).slice(0, -1), [`a: ${fill('v', bytes / 2)}`], false),
  'the same in the older grammar': (bytes) =>
    signed(fill('a;', bytes / 2).slice(0, -1), [`a: ${fill('v ', bytes / 2)}`], true),
  'many names signed': (bytes) => {
    const names = Array.from({ length: Math.floor(bytes / 20) }, (_unused, index) => `h${index}`);
    return signed(
      names.join(';'),
      names.map((name) => `${name}: ${name}`),
      false,
    );
  },
  'as many names as may be signed': (bytes) => {
    const names = Array.from({ length: 60 }, (_unused, index) => `h${index}`);
    const value = fill(' v', bytes / 80);
    return signed(
      names.join(';'),
      names.map((name) => `${name}: ${value}`),
      true,
    );
  },
  'a signed query of many pairs': async (bytes) => ({
    ...(await signed('x-sdk-date', [], false)),
    target: `${route}?${fill('%61=+&', bytes)}`,
  }),
  'a signed path of many segments': async (bytes) => ({
    ...(await signed('x-sdk-date', [], true)),
    target: `${route}${fill('/%41', bytes)}`,
  }),
  'a signed body': async (bytes) => ({
    ...(await signed('x-sdk-date', ['Content-Type: application/json'], false)),
    method: 'POST',
    body: fill('[', bytes * 2),
  }),
  'many headers': (bytes) => ({ lines: fill('a:b\n', bytes).trim().split('\n') }),
  'many headers of different names': (bytes) => ({
    lines: Array.from({ length: Math.floor(bytes / 9) }, (_unused, index) => `h${index}:v`),
  }),
  'a long token': (bytes) => ({ lines: [`X-Auth-Token: ${fill('x', bytes)}`] }),
  'a long path': (bytes) => ({ target: `/${fill('%2e%2e/', bytes)}` }),
  'a long ID': (bytes) => ({ target: route.replace('clustercert', fill('a', bytes)) }),
  'many query parameters': (bytes) => ({ target: `${route}?${fill('a[]=1&', bytes)}` }),
  'long Accept': (bytes) => ({ lines: [`Accept: ${fill('a/b;q=0.1,', bytes)}`] }),
  'long Content-Type': (bytes) => ({
    method: 'POST',
    lines: [`Content-Type: ${fill('a/b;a="\\\\";', bytes)}`],
    body: '{}',
  }),
  'long X-Forwarded-For': (bytes) => ({ lines: [`X-Forwarded-For: ${fill('[::1],', bytes)}`] }),
  'many cookies': (bytes) => ({ lines: [`Cookie: ${fill('a=b; ', bytes)}`] }),
  'a deep body': (bytes) => ({ method: 'POST', lines: ['Content-Type: application/json'], body: fill('[', bytes * 2) }),
  'a wide body': (bytes) => ({
    method: 'POST',
    lines: ['Content-Type: application/json'],
    body: `{${fill('"a":0,', bytes * 2)}"a":0}`,
  }),
};

beforeAll(async () => {
  provider = await startProvider();
  route = provider.pathOf(await provider.addCluster());
  // What is compiled at the first request is not the request's.
  for (const make of Object.values(shapes)) for (let count = 0; count < 3; count++) await send(text(await make(2_000)));
  const plain: number[] = [];
  for (let count = 0; count < 20; count++) plain.push(await cpuMs(() => send(text({}))));
  floorMs = plain.sort((one, other) => one - other)[10] ?? 0;
}, 120_000);

property<[string, number]>(
  `a refusal costs at most ${mostMs} ms of CPU`,
  [fc.constantFrom(...Object.keys(shapes)), fc.integer({ min: headerBytes / 2, max: headerBytes })],
  { runs: 40, examples: Object.keys(shapes).map((name): [string, number] => [name, headerBytes]) },
  async (name, bytes) => {
    let least = Infinity;
    // The least of some: a garbage collection in between belongs to nobody.
    for (let count = 0; count < 25 && least > mostMs; count++) {
      const request = text((await shapes[name]?.(bytes)) ?? {});
      let status = '';
      const spent = await cpuMs(async () => (status = await send(request)));
      expect(status).toMatch(/^HTTP\/1\.1 (400|401|404|405|431) /);
      least = Math.min(least, spent - floorMs);
    }
    expect({ name, isCheap: least <= mostMs, least: least <= mostMs || least }).toEqual({
      name,
      isCheap: true,
      least: true,
    });
  },
);
