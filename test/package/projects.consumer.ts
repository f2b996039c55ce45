// The package in projects with unusual setups, and its size there.
import { expect } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createConsumer, registryTest } from './support/consumer.js';

const readme = readFileSync('src/README.md', 'utf8');

registryTest(
  'an empty project gets the packages that the README counts, and can start a provider',
  async () => {
    const consumer = await createConsumer();
    const lock = JSON.parse(readFileSync(path.join(consumer.folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optional?: boolean }>;
    };
    const brought = Object.keys(lock.packages).filter((place) => !['', 'node_modules/cce-clustercert'].includes(place));
    expect(readme).toContain(` packages, ${brought.length} with all that they bring`);
    expect(brought.filter((place) => /express|pino|@types/.test(place))).toEqual([]);
    expect(existsSync(path.join(consumer.folder, 'node_modules/cce-clustercert/dist/THIRD-PARTY-NOTICES.txt'))).toBe(
      true,
    );
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await consumer.run('npx', '--no', '--', 'clustercert', '--version')).toBe(`${version}\n`);
    const add = ['cluster', 'add', '--project', '0'.repeat(32), '--server', 'https://192.168.1.7:5443'];
    await consumer.run('npx', '--no', '--', 'clustercert', ...add);
    // Refuses after all of the provider was loaded.
    const serve = consumer.run('npx', '--no', '--', 'clustercert', 'serve', '--host', '192.0.2.1', '--port', '0');
    await expect(serve).rejects.toThrow(/is not a loopback address/);
  },
  120_000,
);

registryTest(
  'an embedded provider serves its contract and the page to try it, as an ES module and as CommonJS',
  async () => {
    const program = `
(async () => {
  const app = createApp({ handlers: {}, tokens: {}, log: createLog(process.stderr), assertReady: async () => undefined });
  const server = require('node:http').createServer(app).listen(0, '127.0.0.1', async () => {
    const paths = ['/openapi.json', '/openapi.yaml', '/docs', '/docs/page.js', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js'];
    const answers = await Promise.all(paths.map((path) => fetch('http://127.0.0.1:' + server.address().port + path)));
    console.log(answers.map(({ status }) => status).join());
    server.close();
  });
})();
`;
    const consumer = await createConsumer({
      files: {
        'program.cjs': `const { createApp, createLog } = require('cce-clustercert/server');\n${program}`,
        'program.mjs': `import { createRequire } from 'node:module';
import { createApp, createLog } from 'cce-clustercert/server';
const require = createRequire(import.meta.url);
${program}`,
      },
    });
    for (const file of ['program.cjs', 'program.mjs'])
      expect(await consumer.run(process.execPath, file)).toBe('200,200,200,200,200,200\n');
  },
  120_000,
);

registryTest(
  'plain JavaScript is checked by its JSDoc types',
  async () => {
    const compilerOptions = {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: true,
      module: 'nodenext',
      target: 'es2022',
    };
    const consumer = await createConsumer({
      dependencies: { typescript: '5.9.3' },
      manifest: { type: 'module' },
      files: {
        'tsconfig.json': JSON.stringify({ compilerOptions, files: ['program.js'] }),
        'program.js': `
import { createClient, getClusterCert } from 'cce-clustercert';
/** @typedef {import('cce-clustercert/types').components['schemas']['Kubeconfig']} Kubeconfig */
/** @param {import('cce-clustercert').ClientOptions} options @returns {Promise<Kubeconfig | undefined>} */
export async function kubeconfig(options) {
  // @ts-expect-error a call needs both IDs
  await getClusterCert(createClient(options), { params: { path: { project_id: 'p' } } });
  return (await getClusterCert(createClient(options), { params: { path: { project_id: 'p', cluster_id: 'c' } } })).data;
}
`,
      },
    });
    expect(await consumer.runScript('typescript/bin/tsc', '-p', '.')).toBe('');
  },
  120_000,
);

registryTest(
  'packages of a monorepo can pass on what they get from it',
  async () => {
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      declaration: true,
      composite: true,
      types: [],
    };
    const consumer = await createConsumer({
      dependencies: { typescript: '5.9.3' },
      manifest: { workspaces: ['packages/*'] },
      files: {
        'packages/access/package.json':
          '{ "name": "access", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
        'packages/access/tsconfig.json': JSON.stringify({ compilerOptions }),
        'packages/access/index.ts': `
import { createClient, getClusterCert } from 'cce-clustercert';
export const client = createClient({ endpoint: 'https://cce.example', token: 't', fetch: async () => new Response('{"kind":"Config"}') });
export const get = (project_id: string, cluster_id: string) => getClusterCert(client, { params: { path: { project_id, cluster_id } } });
`,
        'packages/app/package.json':
          '{ "name": "app", "version": "1.0.0", "type": "module", "dependencies": { "access": "1.0.0" } }',
        'packages/app/tsconfig.json': JSON.stringify({ compilerOptions, references: [{ path: '../access' }] }),
        'packages/app/index.ts': `
import { get } from 'access';
const { data } = await get('0'.repeat(32), '1'.repeat(32));
console.log(data?.kind satisfies 'Config' | undefined);
`,
      },
    });
    await consumer.runScript('typescript/bin/tsc', '--build', 'packages/app');
    expect(await consumer.run(process.execPath, 'packages/app/index.js')).toBe('Config\n');
  },
  120_000,
);

registryTest(
  'inferred types can be named where only direct dependencies are in sight, as with pnpm',
  async () => {
    const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--declaration'];
    const consumer = await createConsumer({
      dependencies: { typescript: '5.9.3' },
      manifest: { type: 'module' },
      files: {
        '.npmrc': 'install-strategy=linked\n',
        'access.ts': `
import { createClient, getClusterCert, orThrow, retrying } from 'cce-clustercert';
export const client = createClient({ endpoint: 'https://cce.example', token: 't', fetch: retrying() });
const init = { params: { path: { project_id: 'p', cluster_id: 'c' } } };
export const get = () => getClusterCert(client, init);
export const kubeconfig = () => orThrow(get());
`,
      },
    });
    expect(existsSync(path.join(consumer.folder, 'node_modules/openapi-fetch'))).toBe(false);
    expect(await consumer.runScript('typescript/bin/tsc', ...options, 'access.ts')).toBe('');
  },
  120_000,
);

registryTest(
  'every entry loads where only declared dependencies are in sight',
  async () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> };
    const entries = Object.keys(exports)
      .filter((entry) => !entry.includes('openapi') && !entry.endsWith('.json'))
      .map((entry) => path.posix.join('cce-clustercert', entry));
    const consumer = await createConsumer({
      files: {
        '.npmrc': 'install-strategy=linked\n',
        'program.cjs': entries.map((entry) => `console.log(typeof require('${entry}'));`).join('\n'),
        'program.mjs': entries.map((entry) => `console.log(typeof (await import('${entry}')));`).join('\n'),
      },
    });
    for (const program of ['program.cjs', 'program.mjs'])
      expect(await consumer.run(process.execPath, program)).toBe('object\n'.repeat(entries.length));
    const bin = path.join(consumer.folder, 'node_modules/.bin/clustercert');
    expect(await consumer.run(bin, 'verify', '--list')).toContain('Table 3');
  },
  120_000,
);

registryTest(
  'jest without any support for ES modules can use client and provider',
  async () => {
    const consumer = await createConsumer({
      dependencies: { jest: '29.7.0' },
      files: {
        'package.test.js': `
const { createClient } = require('cce-clustercert');
const { createApp } = require('cce-clustercert/server');
test('both are there', () => expect([typeof createClient, typeof createApp]).toEqual(['function', 'function']));
`,
      },
    });
    const report = JSON.parse(await consumer.runScript('jest/bin/jest.js', '--json')) as { numPassedTests: number };
    expect(report.numPassedTests).toBe(1);
  },
  180_000,
);
