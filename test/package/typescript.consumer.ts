// The package's types in projects of every supported TypeScript and kind of module resolution, with no check skipped.
import { beforeAll, describe, expect } from '@jest/globals';
import { type Consumer, createConsumer, registryTest } from './support/consumer.js';

const versions = { ts54: '5.4.5', ts59: '5.9.3', ts6: '6.0.3', ts7: '7.0.2' };

const client = `
import { type AccessKey, createClient, createClusterCert, getClusterCert, isRefusal, orThrow, retrying, signWith } from 'cce-clustercert';
import type { components, operations, paths } from 'cce-clustercert/types';

const key: AccessKey = { id: 'a', secret: 's' };
export const signed = createClient({ endpoint: 'https://cce.example', sign: signWith(key) });
export const client = createClient({ endpoint: 'https://cce.example', token: 't', fetch: retrying({ attempts: 2 }) });
const params = { path: { project_id: 'p', cluster_id: 'c' } };
export type Route = keyof paths;
export type Operation = keyof operations;
export async function main(): Promise<components['schemas']['Kubeconfig'] | undefined> {
  const { data, error, response } = await getClusterCert(client, { params });
  if (!data) console.log(response.status, error.errorCode, error.message);
  // @ts-expect-error a duration is a number
  await createClusterCert(client, { params, body: { duration: '30' } });
  // @ts-expect-error a call needs both IDs
  await getClusterCert(client, { params: { path: { project_id: 'p' } } });
  try {
    const kubeconfig = await orThrow(getClusterCert(client, { params }));
    const name: string = kubeconfig['current-context'];
    console.log(name);
  } catch (thrown) {
    if (isRefusal(thrown, 404)) console.log(thrown.body?.errorCode);
  }
  return data;
}
`;

const server = `
import { createServer } from 'node:http';
import { type Handlers, type RequestContext, ClusterFolder, TokenFolder, createApp, createHandlers, createLog } from 'cce-clustercert/server';
import { cloudToken } from 'cce-clustercert/cloud-token';

const clusters = new ClusterFolder('data');
export const own: Handlers<RequestContext> = {
  ...createHandlers({ clusters }),
  listClusters: async () => ({ status: 200, body: { kind: 'List', apiVersion: 'v3', items: [] } }),
};
export const app = createApp({ handlers: own, tokens: new TokenFolder('data'), log: createLog(process.stderr), assertReady: async () => {} });
export const listening = createServer(app);
export const token = cloudToken;
`;

const kit = `
import { type ContractCase, type Finding, NotChecked, type Target, contractCases, missingInputs, verify } from 'cce-clustercert/verify';

export const target: Target = { endpoint: 'http://127.0.0.1:8080', projectId: 'p', clusterId: 'c', token: 't' };
export const runnable = contractCases.filter((one: ContractCase) => missingInputs(one, target).length === 0);
export const first = async (): Promise<Finding[]> => (runnable[0] ? runnable[0].run(target) : []);
export const all = () => verify(contractCases, target);
export class Postponed extends NotChecked {}
`;

interface Kind {
  options: { module: string; moduleResolution: string; verbatimModuleSyntax?: boolean };
  type: 'module' | 'commonjs';
  /** Versions of TypeScript that do not know it any more. */
  notIn?: string[];
}

const node16 = { module: 'node16', moduleResolution: 'node16' };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
const bundler = { module: 'esnext', moduleResolution: 'bundler' };

const kinds: Record<string, Kind> = {
  'node16, ES modules': { options: node16, type: 'module' },
  'node16, CommonJS': { options: node16, type: 'commonjs' },
  'nodenext, ES modules': { options: nodenext, type: 'module' },
  'nodenext, CommonJS': { options: nodenext, type: 'commonjs' },
  node10: { options: { module: 'commonjs', moduleResolution: 'node10' }, type: 'commonjs', notIn: ['ts7'] },
  bundler: { options: bundler, type: 'commonjs' },
  'bundler, verbatimModuleSyntax': { options: { ...bundler, verbatimModuleSyntax: true }, type: 'module' },
  'nodenext, verbatimModuleSyntax': { options: { ...nodenext, verbatimModuleSyntax: true }, type: 'module' },
};

/** Type-checks files, and writes the declarations that others would import. */
async function compile(
  consumer: Consumer,
  typescript: string,
  { options, type }: Kind,
  code: Record<string, string>,
  types: string[],
) {
  consumer.write('project/package.json', JSON.stringify({ type }));
  for (const [name, text] of Object.entries(code)) consumer.write(`project/${name}.ts`, text);
  const compilerOptions = {
    ...options,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types,
    strict: true,
    exactOptionalPropertyTypes: true,
    isolatedModules: true,
    noUncheckedIndexedAccess: true,
    // TypeScript 6 warns of what 7 will not have.
    ...(typescript === 'ts6' && { ignoreDeprecations: '6.0' }),
    skipLibCheck: false,
    declaration: true,
    outDir: 'out',
    rootDir: '.',
  };
  consumer.write(
    'project/tsconfig.json',
    JSON.stringify({ compilerOptions, files: Object.keys(code).map((name) => `${name}.ts`) }),
  );
  return consumer.runScript(`${typescript}/bin/tsc`, '-p', 'project');
}

const aliases = Object.entries(versions).map(([alias, version]) => [alias, `npm:typescript@${version}`]);

describe.each(Object.entries(kinds))('%s', (_name, kind) => {
  let consumer: Consumer;
  let embedder: Consumer;
  beforeAll(async () => {
    const dependencies = Object.fromEntries(aliases) as Record<string, string>;
    consumer = await (shared.consumer ??= createConsumer({ dependencies }));
    embedder = await (shared.embedder ??= createConsumer({
      dependencies: { ...dependencies, '@types/node': '20.19.43' },
    }));
  }, 300_000);

  const known = Object.keys(versions).filter((version) => !(kind.notIn ?? []).includes(version));

  registryTest.each(known)(
    'the client, the types and the contract kit compile with %s',
    async (typescript) => expect(await compile(consumer, typescript, kind, { client, kit }, [])).toBe(''),
    120_000,
  );

  registryTest.each(known)(
    'the provider compiles with %s',
    async (typescript) => expect(await compile(embedder, typescript, kind, { server }, ['node'])).toBe(''),
    120_000,
  );
});

const shared: { consumer?: Promise<Consumer>; embedder?: Promise<Consumer> } = {};
