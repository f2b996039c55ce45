// Clients that other generators make of the contract, each at a pinned version, in a throw-away folder: generated,
// compiled, and run against a started provider. Ends with a table, with "not run" for clients that a machine cannot
// run.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from '../../src/certificate/create-authority.js';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { startApiServer } from '../support/api-server.js';
import { requestVersion } from '../support/handshake.js';
import { projectId, startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Generator {
  name: string;
  folder: string;
  language: string;
  /** Where its pinned version stands: a file and a pattern. */
  version: [file: string, pattern: RegExp];
  tools: string[];
}

const jar: Generator['version'] = ['install', /openapi-generator-cli:(\S+)/];

const generators: Generator[] = [
  {
    name: '@hey-api/openapi-ts',
    folder: 'hey-api',
    language: 'TypeScript',
    version: ['package.json', /openapi-ts": "([^"]+)"/],
    tools: ['npm'],
  },
  {
    name: 'orval',
    folder: 'orval',
    language: 'TypeScript',
    version: ['package.json', /orval": "([^"]+)"/],
    tools: ['npm'],
  },
  {
    name: 'openapi-generator typescript-fetch',
    folder: 'typescript-fetch',
    language: 'TypeScript',
    version: jar,
    tools: ['npm', 'java', 'mvn'],
  },
  { name: 'openapi-generator java', folder: 'java', language: 'Java', version: jar, tools: ['java', 'mvn'] },
  {
    name: 'oapi-codegen',
    folder: 'oapi-codegen',
    language: 'Go',
    version: ['go.mod', /oapi-codegen\/v2 v(\S+)/],
    tools: ['go'],
  },
  {
    name: 'openapi-python-client',
    folder: 'openapi-python-client',
    language: 'Python',
    version: ['requirements.txt', /openapi-python-client==(\S+)/],
    tools: ['python3'],
  },
];

const sources = fileURLToPath(new URL('clients', import.meta.url));
const installMs = 600_000;
const runMs = 60_000;
const rows: string[][] = [];
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  const { url: ENDPOINT, addCluster, addToken } = await startProvider();
  const authority = await createAuthority({ now: new Date() });
  const { url } = await startApiServer(authority);
  environment = {
    ...process.env,
    SPEC: path.resolve('spec/openapi.yaml'),
    ENDPOINT,
    TOKEN: await addToken(),
    PROJECT_ID: projectId,
    CLUSTER_ID: await addCluster({ authority, server: url, externalServer: url }),
  };
}, 60_000);

afterAll(() => {
  const table = [['generator', 'version', 'language', 'result'], ...rows];
  const width = (column: number) => Math.max(...table.map((row) => row[column]?.length ?? 0));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(width(column))).join('  ');
  process.stdout.write(`\n${table.map((row) => line(row).trimEnd()).join('\n')}\n\n`);
});

/** Runs one of a client's scripts; gives what it wrote to standard output. */
async function runScript(folder: string, script: string, timeout: number): Promise<string> {
  const options = { env: environment, timeout, maxBuffer: 1e8 };
  try {
    return (await promisify(execFile)('bash', [path.join(folder, script), folder], options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    // The error is at the end of a long output.
    throw new Error(`${script}: ${(stdout + stderr).slice(-3000) || String(error)}`);
  }
}

for (const {
  name,
  folder: source,
  language,
  version: [file, pattern],
  tools,
} of generators) {
  const missing = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  const [, version = '?'] = pattern.exec(readFileSync(path.join(sources, source, file), 'utf8')) ?? [];
  const report = (result: string) => rows.push([name, version, language, result]);
  if (missing.length > 0) report(`not run: ${missing.join(', ')} missing`);
  const runTest = missing.length > 0 ? test.skip : test;

  runTest(
    `a client that ${name} generates gets a kubeconfig that a cluster accepts`,
    async () => {
      let result = 'FAILED to generate or compile';
      const startedAt = performance.now();
      try {
        const folder = temporaryFolder();
        cpSync(path.join(sources, source), folder, { recursive: true });
        await runScript(folder, 'install', installMs);
        result = 'generated and compiled; FAILED to get a kubeconfig';
        const kubeconfig = JSON.parse(await runScript(folder, 'run', runMs)) as Kubeconfig;
        await expect(requestVersion(kubeconfig)).resolves.toContain('v1.20.0');
        result = `got a kubeconfig and was let in (${((performance.now() - startedAt) / 1000).toFixed()} s in all)`;
      } finally {
        report(result);
      }
    },
    installMs + runMs,
  );
}
