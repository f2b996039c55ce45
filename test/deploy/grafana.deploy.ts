// The Grafana dashboard: a real Prometheus scrapes a provider, and answers every query of it.
import { afterAll, expect } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run, startServe } from '../support/command-line.js';
import { dashboardQueries } from '../support/dashboard.js';
import { programWith, testWith } from '../support/programs.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { freePort } from '../support/free-port.js';

const started: ChildProcess[] = [];
afterAll(() => started.forEach((child) => child.kill('SIGKILL')));

testWith(programWith('prometheus', ['--version']), 'prometheus')(
  'Prometheus scrapes the provider and has an answer to every query',
  async () => {
    const data = temporaryFolder();
    const at = ['--data', data, '--project', projectId];
    const id = (await run('cluster', 'add', ...at, '--server', 'https://192.168.1.7:5443')).stdout.trim();
    const token = (await run('token', 'add', ...at, '--user', 'alice')).stdout.trim();
    const provider = await startServe('--data', data, '--metrics-address', '0');
    const [, metrics = ''] = /^metrics at (\S+)$/m.exec(provider.stdout()) ?? [];
    const prometheus = await startPrometheus(new URL(metrics).host);
    const ask = async (credential: string) => {
      const url = `${provider.url}/api/v3/projects/${projectId}/clusters/${id}/clustercert`;
      await (await fetch(url, { headers: { 'X-Auth-Token': credential } })).text();
    };
    // No engine fails here, so that there is no such series is right.
    const queries = dashboardQueries().filter(({ query }) => !query.includes('outcome="failed"'));
    const unanswered = new Set(queries.map(({ query }) => query));
    for (let turn = 0; turn < 60 && unanswered.size > 0; turn++) {
      await ask(token);
      await ask('none');
      for (const query of unanswered) if ((await seriesOf(prometheus, query)) > 0) unanswered.delete(query);
      await setTimeout(1000);
    }
    expect([...unanswered]).toEqual([]);
  },
  120_000,
);

/** How many series a query gives; throws what Prometheus has against it. */
async function seriesOf(url: string, query: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`).catch(
    () => undefined,
  );
  if (!response || response.status === 503) return 0;
  const { status, error, data } = (await response.json()) as {
    status: string;
    error?: string;
    data?: { result: unknown[] };
  };
  if (status !== 'success') throw new Error(`${query}: ${error ?? ''}`);
  return data?.result.length ?? 0;
}

async function startPrometheus(target: string): Promise<string> {
  const folder = temporaryFolder();
  const config = path.join(folder, 'prometheus.yml');
  const job = { job_name: 'clustercert', scrape_interval: '1s', static_configs: [{ targets: [target] }] };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ scrape_configs: [job] }));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [`--config.file=${config}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: 'ignore', cwd: folder },
  );
  started.push(child);
  return `http://127.0.0.1:${port}`;
}
