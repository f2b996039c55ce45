// Metrics: a scrape after requests of each kind, which reveals nothing about callers.
import { afterAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { type MetricsListener, listenForMetrics } from '../../src/server/metrics-listener.js';
import { createMetrics } from '../../src/server/prometheus.js';
import { dashboardQueries } from '../support/dashboard.js';
import { documentOf, firstColumn, quotedNames } from '../support/documents.js';
import { programWith, testWith } from '../support/programs.js';
import { startProvider, userId } from '../support/provider.js';

const listeners: MetricsListener[] = [];

afterAll(() => Promise.all(listeners.map(({ close }) => close())));

async function start() {
  const metrics = await createMetrics();
  const provider = await startProvider({ app: { metrics }, handlers: { metrics }, listening: { metrics } });
  const listener = await listenForMetrics(metrics, { host: '127.0.0.1', port: 0, log: provider.log });
  listeners.push(listener);
  const scrape = async () => (await fetch(listener.url)).text();
  const expectSoon = async (line: string) => {
    // A request is counted once its connection has sent the response, which the client may see earlier.
    for (let tries = 0; tries < 100 && !(await scrape()).includes(line); tries++) await new Promise(setImmediate);
    expect(await scrape()).toContain(line);
  };
  return { ...provider, scrape, expectSoon, listener };
}

/** 0 for a series that is not there. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`clustercert_${series} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('counts requests, refusals, look-ups, certificates and authorities', async () => {
  const { addCluster, addToken, get, url, expectSoon, clusters, scrape } = await start();
  await expectSoon('clustercert_active_authorities 0\n');
  const id = await addCluster();
  const token = await addToken();
  for (let asked = 0; asked < 3; asked++) expect((await get(id, { 'X-Auth-Token': token })).status).toBe(200);
  expect((await get(id, { 'X-Auth-Token': 'none' })).status).toBe(401);
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);

  await expectSoon('clustercert_requests_total{operation="getClusterCert",status="200"} 3\n');
  await expectSoon('clustercert_requests_total{operation="getClusterCert",status="401"} 1\n');
  await expectSoon('clustercert_requests_total{operation="other",status="404"} 1\n');
  await expectSoon('clustercert_requests_total{operation="health",status="200"} 1\n');
  await expectSoon('clustercert_request_duration_seconds_count{operation="getClusterCert"} 4\n');
  await expectSoon('clustercert_refusals_total{reason="unauthenticated"} 1\n');
  await expectSoon('clustercert_refusals_total{reason="not_found"} 1\n');
  // New files are read again, so the number of openings varies.
  const text = await scrape();
  const signed = valueOf(text, 'certificates_issued_total{made="signed"}');
  const reused = valueOf(text, 'certificates_issued_total{made="reused"}');
  expect(signed + reused).toBe(3);
  expect(valueOf(text, 'authorities_opened_total')).toBe(signed);
  await expectSoon('clustercert_look_up_duration_seconds_count{kind="tokens",outcome="found"} 3\n');
  await expectSoon('clustercert_look_up_duration_seconds_count{kind="tokens",outcome="missing"} 1\n');
  await expectSoon('clustercert_look_up_duration_seconds_count{kind="clusters",outcome="found"} 3\n');
  await expectSoon('clustercert_active_authorities 1\n');
  const end = (await clusters.get(id))?.authority.notAfter.getTime() ?? NaN;
  await expectSoon(`clustercert_authority_soonest_end_timestamp_seconds ${end / 1000}\n`);
});

test('counts what the parser refused', async () => {
  const { url, expectSoon } = await start();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('NONSENSE\r\n\r\n').resume();
  await once(socket, 'close');
  await expectSoon('clustercert_refusals_total{reason="invalid_argument"} 1\n');
});

test('an authority that is not there yet has no end, rather than one in 1970', async () => {
  const { scrape } = await start();
  expect(await scrape()).not.toMatch(/^clustercert_authority_soonest_end_timestamp_seconds /m);
});

test('says nothing of callers, clusters and addresses, and makes no series of what callers send', async () => {
  const { addCluster, addToken, get, url, scrape, expectSoon } = await start();
  const id = await addCluster();
  const token = await addToken();
  await get(id, { 'X-Auth-Token': token });
  for (let sent = 0; sent < 50; sent++)
    await fetch(`${url}/path-${sent}?query=${sent}`, { method: sent % 2 ? 'GET' : 'PUT' });
  await expectSoon('clustercert_requests_total{operation="other",status="404"} 50\n');
  const text = await scrape();
  for (const hidden of [token, userId, id, 'path-', '127.0.0.1']) expect(text).not.toContain(hidden);
});

test('the listener answers GET and HEAD of /metrics only, and the API has no metrics', async () => {
  const { listener, url } = await start();
  expect((await fetch(listener.url, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(listener.url, { method: 'POST' })).status).toBe(405);
  expect((await fetch(new URL('/', listener.url))).status).toBe(404);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});

test('every query of the dashboard asks for metrics and labels that a scrape has', async () => {
  const { addCluster, addToken, get, scrape, expectSoon } = await start();
  await get(await addCluster(), { 'X-Auth-Token': await addToken() });
  await get('nothing', { 'X-Auth-Token': 'none' });
  await expectSoon('clustercert_refusals_total');
  const text = await scrape();
  for (const { query } of dashboardQueries()) {
    const names = [...query.matchAll(/\b((?:clustercert|process|nodejs)_\w+)\{([^}]*)\}/g)];
    expect(names).not.toEqual([]);
    const grouped = /\bby \(([^)]*)\)/.exec(query)?.[1]?.split(', ') ?? [];
    for (const [, name = '', matchers = ''] of names) {
      const sample = new RegExp(`^${name}(?:\\{(.*)\\})? `, 'm').exec(text);
      expect({ name, found: sample !== null }).toEqual({ name, found: true });
      const labels = [...(sample?.[1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label);
      const asked = [...grouped, ...[...matchers.matchAll(/(\w+)[=!]/g)].map(([, label]) => label)];
      // These two are Prometheus' own.
      for (const label of asked.filter((one) => one !== 'job' && one !== 'instance')) expect(labels).toContain(label);
    }
  }
});

const promtool = programWith('promtool', ['--version']);

testWith(promtool, 'promtool')('promtool finds nothing wrong with a scrape', async () => {
  const { addCluster, addToken, get, scrape } = await start();
  await get(await addCluster(), { 'X-Auth-Token': await addToken() });
  const own = (await scrape()).split(/^(?=# HELP )/m).filter((part) => part.startsWith('# HELP clustercert_'));
  expect(execFileSync('promtool', ['check', 'metrics'], { input: own.join(''), encoding: 'utf8' })).toBe('');
});

test('the documents list each metric with its labels', () => {
  const shown = quotedNames(firstColumn(documentOf('src/server/README.md').text, '| metric | what it says |'));
  const rows = [...readFileSync('src/server/prometheus.ts', 'utf8').matchAll(/name: '(\w+)'[^]*?registers/g)];
  const metrics = rows.map(([row, name = '']) => {
    const [, labels = ''] = /labelNames: \[(.*)\]/.exec(row) ?? [];
    return labels === '' ? name : `${name}{${labels.replaceAll(/[' ]/g, '')}}`;
  });
  expect(metrics.length).toBeGreaterThan(5);
  expect(shown.filter((name) => name.startsWith('clustercert_')).sort()).toEqual(metrics.sort());
});
