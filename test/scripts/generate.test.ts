import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.js';

const operation = `
  /api/v3/widgets/{project_id}:
    parameters:
      - $ref: '#/components/parameters/ProjectId'
    post:
      operationId: createWidget
      tags: [Cluster certificates]
      summary: Create a widget, "quoted" and \`ticked\` */
      parameters:
        - { name: colour, in: query, schema: { type: string } }
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [size], properties: { size: { type: integer }, note: { type: string, default: none } } }
      responses:
        '200': { description: Done., content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } }
        '400': { $ref: '#/components/responses/BadRequest' }
`;

/** The parts of the project that generation and type checking need, with the contract changed. */
function project(change: (spec: string) => string = (spec) => spec) {
  const root = temporaryFolder();
  for (const part of ['package.json', 'tsconfig.json', 'scripts', 'spec', 'generated', 'src'])
    cpSync(part, path.join(root, part), { recursive: true });
  symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'), 'dir');
  mkdirSync(path.join(root, 'test'));
  const spec = path.join(root, 'spec/openapi.yaml');
  writeFileSync(spec, change(readFileSync(spec, 'utf8')));
  const runScript = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return {
    root,
    generate: (...args: string[]) => runScript('--import', 'tsx', 'scripts/generate.ts', ...args),
    checkTypes: () => runScript('node_modules/typescript/bin/tsc', '--noEmit'),
    read: (file: string) => readFileSync(path.join(root, file), 'utf8'),
    write: (file: string, text: string) => writeFileSync(path.join(root, file), text),
  };
}

describe('npm run generate', () => {
  test('leaves the committed files as they are', () => {
    const { generate } = project();
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });
    expect(generate()).toMatchObject({ status: 0, stderr: 'generated/ is up to date\n' });
  });

  test('--check names what is stale, missing or foreign, and writes nothing', () => {
    const { generate, write, read } = project();
    write('generated/client.ts', '// edited\n');
    write('generated/stray.ts', '');
    const { status, stderr } = generate('--check');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'error: generated/client.ts is stale; run: npm run generate\nerror: generated/stray.ts is stale; run: npm run generate\n',
    );
    expect(read('generated/client.ts')).toBe('// edited\n');
  });

  test('a new operation gives a client function and a route, and the compiler names the missing handler', () => {
    const { generate, checkTypes, read, write } = project((spec) =>
      spec.replace('\ncomponents:\n', `${operation}\ncomponents:\n`),
    );
    expect(generate()).toMatchObject({ status: 0 });
    expect(read('generated/client.ts')).toContain('export function createWidget(client: ContractClient');
    expect(read('generated/server.ts')).toContain(
      "{ operationId: 'createWidget', method: 'post', path: '/api/v3/widgets/:project_id' }",
    );
    const { status, stdout } = checkTypes();
    expect(status).not.toBe(0);
    expect(stdout).toMatch(/^src\/server\/handlers\.ts.*Property 'createWidget' is missing/m);

    const handler = `
      async createWidget({ path: { project_id }, query, body }) {
        const colour: string | undefined = query?.colour;
        const note: string | undefined = body.note;
        return { status: 200, body: { id: [project_id, colour, note, body.size.toFixed()].join() } };
      },
      async listClusters(`;
    write('src/server/handlers.ts', read('src/server/handlers.ts').replace('    async listClusters(', handler));
    expect(checkTypes().stdout).toBe('');
  });

  test.each([
    ['does not parse', (spec: string) => spec.replace('info:', 'info: ['), /^error: spec\/openapi\.yaml:\d+:\d+: \S/],
    [
      'has an operation without a name',
      (spec: string) => spec.replace('      operationId: getClusterCert\n', ''),
      /^error: get \/api\S+: operationId '' is not usable/,
    ],
    [
      'refers to nothing',
      (spec: string) => spec.replace("schemas/Kubeconfig'", "schemas/Nothing'"),
      /^error: Can't resolve \$ref at #\/paths\S+200\/content\S+$/,
    ],
  ])('a contract that %s is refused with the place, and the files stay', (_name, change, reason) => {
    const { generate, read } = project(change);
    const before = read('generated/openapi.json');
    const { status, stderr } = generate();
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(reason);
    expect(read('generated/openapi.json')).toBe(before);
  });
});
