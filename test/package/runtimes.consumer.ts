// The package at work in projects of both module systems, on every supported Node.
import { beforeAll, describe, expect } from '@jest/globals';
import path from 'node:path';
import { projectId, startProvider } from '../support/provider.js';
import { type Consumer, createConsumer, registryTest } from './support/consumer.js';

const versions = ['20.19.0', '22.12.0', '24.21.0'];
const binaries = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const call = `
async function main() {
  const client = createClient({ endpoint: process.argv[2], token: process.argv[3], fetch: retrying() });
  const { data } = await getClusterCert(client, {
    params: { path: { project_id: '${projectId}', cluster_id: process.argv[4] } },
  });
  // The errors of all entries are of one class.
  const ours = await cloudToken({}).catch((error) => error instanceof ClusterCertError);
  console.log(data.kind, typeof createApp, ours, contract.openapi, contractCases.length > 0);
}
main();
`;

const files = {
  'program.mjs': `
import { createRequire } from 'node:module';
import { ClusterCertError, createClient, getClusterCert, retrying } from 'cce-clustercert';
import 'cce-clustercert/types';
import { cloudToken } from 'cce-clustercert/cloud-token';
import { createApp } from 'cce-clustercert/server';
import { contractCases } from 'cce-clustercert/verify';
const contract = createRequire(import.meta.url)('cce-clustercert/openapi.json');
${call}`,
  'program.cjs': `
const { ClusterCertError, createClient, getClusterCert, retrying } = require('cce-clustercert');
require('cce-clustercert/types');
const { cloudToken } = require('cce-clustercert/cloud-token');
const { createApp } = require('cce-clustercert/server');
const { contractCases } = require('cce-clustercert/verify');
const contract = require('cce-clustercert/openapi.json');
require.resolve('cce-clustercert/openapi.yaml');
${call}`,
  // An own provider, embedded.
  'embedded.cjs': `
const { createServer } = require('node:http');
const { createApp, createLog } = require('cce-clustercert/server');
const { createClient, listClusters, orThrow } = require('cce-clustercert');
const caller = { userId: 'alice', projectId: '${projectId}', groups: [] };
const refuse = async () => ({ status: 404, body: undefined });
const app = createApp({
  handlers: {
    getClusterCert: refuse,
    createClusterCert: refuse,
    getCluster: refuse,
    listClusters: async () => ({ status: 200, body: { kind: 'List', apiVersion: 'v3', items: [] } }),
  },
  tokens: { findByToken: async () => caller },
  log: createLog({ write() {} }),
  assertReady: async () => {},
});
const server = createServer(app).listen(0, '127.0.0.1', async () => {
  const client = createClient({ endpoint: 'http://127.0.0.1:' + server.address().port, token: 'any' });
  console.log(JSON.stringify(await orThrow(listClusters(client, { params: { path: { project_id: '${projectId}' } } }))));
  server.closeAllConnections();
  server.close();
});
`,
};

describe.each(versions)('Node %s', (version) => {
  let consumer: Consumer;
  let node: string;
  let args: string[];

  beforeAll(async () => {
    const dependencies = Object.fromEntries(versions.map((each) => [`node-${each}`, `npm:${binaries}@${each}`]));
    consumer = await (shared ??= createConsumer({ dependencies, files }));
    node = path.join(consumer.folder, 'node_modules', `node-${version}`, 'bin/node');
    const provider = await startProvider();
    args = [provider.url, await provider.addToken(), await provider.addCluster()];
  }, 300_000);

  registryTest.each(['program.mjs', 'program.cjs'])('%s calls a provider', async (program) => {
    expect(await consumer.run(node, '--version')).toBe(`v${version}\n`);
    expect(await consumer.run(node, program, ...args)).toBe('Config function true 3.0.3 true\n');
  });

  registryTest('an own provider can be embedded', async () => {
    expect(await consumer.run(node, 'embedded.cjs')).toBe('{"kind":"List","apiVersion":"v3","items":[]}\n');
  });

  registryTest('the command line runs', async () => {
    const help = await consumer.run(node, 'node_modules/cce-clustercert/dist/src/cli/bin.js', 'serve', '--help');
    expect(help).toContain('Usage: clustercert serve');
  });
});

let shared: Promise<Consumer> | undefined;
