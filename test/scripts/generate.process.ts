import { describe, expect, test } from '@jest/globals';
import { contractProject as project } from '../support/contract-project.js';

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
      "{ operationId: 'createWidget', method: 'post', path: '/api/v3/widgets/{project_id}' }",
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
    ['is empty', () => '', '', 'an OpenAPI document must be a mapping'],
    [
      'has an operation without a name',
      (spec: string) => spec.replace('      operationId: listClusters\n', ''),
      'tags: [Look-ups]',
      'get /api/v3/projects/{project_id}/clusters needs an operationId, a camelCase name',
    ],
    [
      'has an operation with a name that code cannot have',
      (spec: string) => spec.replace('operationId: getClusterCert', 'operationId: get-cert'),
      'get-cert',
      "operationId 'get-cert' is not usable; it must be a camelCase name; choose a verb and a noun",
    ],
    [
      'has two operations of one name',
      (spec: string) => spec.replace('operationId: createClusterCert', 'operationId: getCluster #2'),
      'getCluster\n',
      "operationId 'getCluster' is taken; give each operation its own",
    ],
    [
      'refers to nothing',
      (spec: string) => spec.replace("'#/components/headers/Port-ID'", "'#/components/headers/Nothing'"),
      "'#/components/headers/Nothing'",
      "'#/components/headers/Nothing' leads nowhere",
    ],
    [
      'has a key that OpenAPI does not know',
      (spec: string) => spec.replace('nullable: true', 'nulable: true'),
      'nulable',
      'Property `nulable` is not expected here. Did you mean nullable?',
    ],
    [
      'has a pattern that is no regular expression',
      (spec: string) => spec.replace('pattern: ^[0-9a-f]{32}$', 'pattern: ^[0-9a-f{32}$'),
      '^[0-9a-f{32}$',
      "the pattern '^[0-9a-f{32}$' is no regular expression; use the syntax of ECMA 262 with the flag u",
    ],
    [
      'has a header rule without values',
      (spec: string) => spec.replace(/( +)values:\n.*\n.*\n/, '$1values: none\n'),
      'none\n',
      'the header Content-Type needs a list of values, the first of which is sent',
    ],
  ])(
    'a contract that %s is refused with file, line and column, and the files stay',
    (_name, change, culprit, message) => {
      const { generate, read } = project(change);
      const before = read('generated/openapi.json');
      const spec = read('spec/openapi.yaml');
      const lines = spec.slice(0, spec.indexOf(culprit)).split('\n');
      const place = `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
      expect(generate()).toMatchObject({ status: 1, stderr: `error: spec/openapi.yaml:${place}: ${message}\n` });
      expect(read('generated/openapi.json')).toBe(before);
    },
  );

  test('a contract that does not parse is refused with file, line and column, and the files stay', () => {
    const { generate, read } = project((spec) => spec.replace('info:', 'info: ['));
    const before = read('generated/openapi.json');
    const { status, stderr } = generate();
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^error: spec\/openapi\.yaml:4:\d+: .+\n$/)]);
    expect(read('generated/openapi.json')).toBe(before);
  });

  test('refuses what it does not know with exit code 2', () => {
    const { generate } = project();
    expect(generate('--wach')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^error: .*'--wach'/) });
    expect(generate('--check', '--watch')).toMatchObject({
      status: 2,
      stderr: 'error: --check and --watch exclude each other; give one of them\n',
    });
  });
});
