// The client among its peers: clients of older openapi-fetch are accepted, and ours is accepted by openapi-react-query.
import { expect } from '@jest/globals';
import { createConsumer, registryTest } from './support/consumer.js';

const program = `
import c13 from 'of13';
import c14 from 'of14';
import c15 from 'of15';
import c16 from 'of16';
import createQuery from 'openapi-react-query';
import { createClient, createClusterCert, getClusterCert, type paths } from 'cce-clustercert';

const params = { path: { project_id: '', cluster_id: '' } };
for (const make of [c13<paths>, c14<paths>]) void getClusterCert(make(), { params });
void getClusterCert(c15<paths>(), { params });
void createClusterCert(c16<paths>(), { params, body: { duration: 1 } });
// @ts-expect-error a client of another contract
void getClusterCert(c16<{ '/x': { get: { responses: { 200: { content: { 'application/json': string } } } } } }>(), { params });
const query = createQuery(createClient({ endpoint: '', token: '' }));
export const clusters = query.queryOptions('get', '/api/v3/projects/{project_id}/clusters', { params: { path: { project_id: '' } } });
`;

registryTest(
  'the functions take clients of openapi-fetch 0.13 and newer, and openapi-react-query takes ours, without a cast',
  async () => {
    const { write, runScript } = await createConsumer({
      manifest: { type: 'module' },
      dependencies: {
        of13: 'npm:openapi-fetch@0.13.8',
        of14: 'npm:openapi-fetch@0.14.1',
        of15: 'npm:openapi-fetch@0.15.2',
        of16: 'npm:openapi-fetch@0.16.0',
        'openapi-react-query': '0.5.4',
        '@tanstack/react-query': '5.108.4',
        react: '19.3.1',
        '@types/react': '19.3.0',
        typescript: '5.9.3',
      },
    });
    write('use.ts', program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', '--target', 'es2022'];
    const all = [...options, '--lib', 'es2022,dom,dom.iterable', 'use.ts'];
    expect(await runScript('typescript/bin/tsc', ...all)).toBe('');
    expect(await runScript('typescript/bin/tsc', '--exactOptionalPropertyTypes', ...all)).toBe('');
  },
  300_000,
);
