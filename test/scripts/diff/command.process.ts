// The command as maintainers run it.
import { describe, expect, jest, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.js';

// Each run starts Node and, for most, the compiler.
jest.setTimeout(120_000);

const spec = readFileSync('spec/openapi.yaml', 'utf8');
const script = path.resolve('scripts/diff.ts');
const loader = path.resolve('node_modules/tsx/dist/loader.mjs');

async function diff(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, ['--import', loader, script, ...args], { cwd: folder });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { status: child.exitCode, stdout, stderr };
}

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });

function pair(change: (text: string) => string): string {
  return folderWith({ 'old.yaml': spec, 'new.yaml': change(spec) });
}

describe('npm run diff', () => {
  test('a renamed field of the answer breaks reading clients and old providers, and the code of consumers', async () => {
    const folder = pair((text) => text.replaceAll('client-key-data', 'client-key'));
    const { status, stdout } = await diff(folder, 'old.yaml', 'new.yaml', '--format', 'json');
    expect(status).toBe(1);
    const report = JSON.parse(stdout) as {
      changes: { what: string; breaks: object }[];
      typescript: { reasons: string[] };
    };
    expect(report).toMatchObject({
      breaking: { clients: true, providers: true },
      step: 'major',
      typescript: { breaking: true },
    });
    expect(report.changes.map(({ what, breaks }) => [what, Object.keys(breaks)])).toEqual([
      ["required field 'client-key-data' removed", ['reading clients']],
      ["required field 'client-key' added", ['providers']],
    ]);
    expect(report.typescript.reasons).toContain('getClusterCert.data.users[].user.client-key-data is gone');
  });

  test('a new operation breaks providers only', async () => {
    const folder = pair((text) =>
      text.replace(
        '\ncomponents:\n',
        '\n  /ping:\n    get: { operationId: ping, responses: { "204": { description: Here. } } }\n\ncomponents:\n',
      ),
    );
    const { status, stdout } = await diff(folder, 'old.yaml', 'new.yaml');
    expect(stdout).toContain('operation ping added (new.yaml:');
    expect(stdout).toContain('breaks providers: an old provider answers it with 404 or 405');
    expect(stdout).toContain(
      "For clients: compatible. For providers: breaking.\nVersion step: major (on the wire: minor).\nConsumers' TypeScript still compiles.\nImplementers' TypeScript stops compiling: handler ping is missing.\n",
    );
    expect(status).toBe(0);
    expect((await diff(folder, 'old.yaml', 'new.yaml', '--for', 'providers')).status).toBe(1);
  });

  test('a new required parameter breaks sending clients, in a table for pull requests', async () => {
    const folder = pair((text) =>
      text.replace(
        '      x-eov-allow',
        '      parameters: [{ name: zone, in: query, required: true, schema: { type: string } }]\n      x-eov-allow',
      ),
    );
    const { status, stdout } = await diff(folder, 'old.yaml', 'new.yaml', '--format', 'markdown');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^\| required query parameter 'zone' added \| `#\/paths\/.*\| \*\*sending clients\*\*: requests without it are refused/m,
    );
  });

  test('other words and another order are a patch', async () => {
    const folder = pair((text) => text.replace('description: The cluster.', 'description: That cluster.'));
    const { status, stdout } = await diff(folder, 'old.yaml', 'new.yaml');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout:
        "No changes on the wire.\nFor clients: compatible. For providers: compatible.\nVersion step: patch.\nConsumers' TypeScript still compiles.\n",
    });
  });

  test('reads git revisions and URLs', async () => {
    const folder = folderWith({ 'spec/openapi.yaml': spec });
    git(folder, 'init', '-q');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'one');
    git(folder, 'tag', 'v1.0.0');
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/openapi.json' ? 200 : 404;
      response.end(readFileSync('generated/openapi.json'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await diff(folder, 'v1.0.0', `${origin}/openapi.json`)).stdout).toContain('Version step: none.');
      expect((await diff(folder, 'HEAD:spec/openapi.yaml', 'HEAD')).status).toBe(0);
      expect(await diff(folder, 'HEAD', `${origin}/other`)).toMatchObject({
        status: 3,
        stderr: `error: ${origin}/other: answered 404; expected 200 with an OpenAPI document\n`,
      });
    } finally {
      server.close();
    }
  });
});

describe('levels, rules and accepted changes', () => {
  const small = (fields: string) =>
    `openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths:\n  /it:\n    get:\n      operationId: getIt\n      responses:\n        '200': { description: It., content: { application/json: { schema: { type: object, properties: { ${fields} } } } } }\n`;
  const files = {
    'old.yaml': small('id: { type: string }, name: { type: string }'),
    'new.yaml': small('id: { type: string }'),
  };

  test('an optional field of answers that goes may break, and --fail-on says whether that counts', async () => {
    const folder = folderWith(files);
    const { status, stdout } = await diff(folder, 'old.yaml', 'new.yaml');
    expect(stdout).toContain("may break  field 'name' removed");
    expect(stdout).toContain('For clients: may break. For providers: compatible.');
    expect(status).toBe(1);
    expect((await diff(folder, 'old.yaml', 'new.yaml', '--fail-on', 'breaks')).status).toBe(0);
  });

  test('accepted changes are left out, each with its reason', async () => {
    const folder = folderWith({
      ...files,
      'accepted.yaml':
        "- rule: response-field-removed\n  path: '#/paths/~1it/get/responses/*/name'\n  reason: unused\n",
      'unknown.yaml': "- rule: no-such-rule\n  path: '*'\n  reason: none\n",
    });
    const { status, stdout } = await diff(folder, 'old.yaml', 'new.yaml', '--ignore', 'accepted.yaml');
    expect(stdout).toContain('No changes on the wire.\nIgnored: 1, each with its reason.\nFor clients: compatible.');
    expect(status).toBe(0);
    expect(await diff(folder, 'old.yaml', 'new.yaml', '--ignore', 'unknown.yaml')).toMatchObject({
      status: 3,
      stderr: "error: unknown.yaml: entry 1: no rule 'no-such-rule'; see npm run diff -- --rules\n",
    });
  });

  test('--rules prints every rule', async () => {
    const { status, stdout } = await diff(temporaryFolder(), '--rules');
    expect(stdout).toContain(
      '| `response-field-removed` | may break reading clients: clients that read it get none | compatible |',
    );
    expect(status).toBe(0);
  });
});

describe('no verdict is exit code 3 and one line', () => {
  test.each([
    [
      'a file that does not parse',
      { 'new.yaml': spec.replace('info:', 'info: [') },
      /^error: new\.yaml:\d+:\d+: \S.*\n$/,
    ],
    [
      'a reference that leads nowhere',
      { 'new.yaml': spec.replace("schemas/Kubeconfig'", "schemas/Nothing'") },
      /^error: new\.yaml:\d+: \$ref '#\/components\/schemas\/Nothing' at #\S+ leads nowhere\n$/,
    ],
    ['something else', { 'new.yaml': 'swagger: "2.0"' }, /^error: new\.yaml: not an OpenAPI 3 document; .*\n$/],
    ['no such file or revision', {}, /^error: 'new\.yaml': no such file or git revision; give .*\n$/],
  ])('%s', async (_name, files, reason) => {
    const { status, stdout, stderr } = await diff(folderWith({ 'old.yaml': spec, ...files }), 'old.yaml', 'new.yaml');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(reason);
  });
});

test.each([
  [['old.yaml'], 'error: two documents are needed, OLD and NEW; got 1\n'],
  [['a', 'b', '--format', 'xml'], "error: --format 'xml' is not known; choose text, markdown, json\n"],
  [['a', 'b', '--for', 'me'], "error: --for 'me' is not known; choose clients, providers\n"],
  [['a', 'b', '--fast'], "error: Unknown option '--fast'"],
])('%j is wrong usage, exit code 2', async (args, message) => {
  const { status, stderr } = await diff(temporaryFolder(), ...args);
  expect(stderr.startsWith(message)).toBe(true);
  expect(status).toBe(2);
});
