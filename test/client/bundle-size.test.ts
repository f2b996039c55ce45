// The size of the client in a browser.
import { expect, test } from '@jest/globals';
import { bundledBytes } from '../../scripts/bench/bundled-bytes.js';

const path = "{ project_id: '77b6a44cba5143ab91d13ab9a8ff44fd', cluster_id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' }";

// Besides credentials: guarded paths, headers in every form, the fetch of the moment, a real Request for middleware.
test('a program with one call is no larger than with openapi-fetch alone', async () => {
  const bare = await bundledBytes(`
    import createClient from 'openapi-fetch';
    const client = createClient({ baseUrl: 'https://cce.example', headers: { 'X-Auth-Token': 'token' } });
    const { data, error } = await client.GET(
      '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert',
      { params: { path: ${path} } },
    );
    console.log(data, error);
  `);
  const ours = await bundledBytes(`
    import { createClient, getClusterCert } from './src/index.ts';
    const client = createClient({ endpoint: 'https://cce.example', token: 'token' });
    const { data, error } = await getClusterCert(client, { params: { path: ${path} } });
    console.log(data, error);
  `);
  process.stderr.write(`one call: ${ours} bytes; openapi-fetch alone: ${bare}\n`);
  expect(ours).toBeLessThanOrEqual(bare);
});

test('everything that the front door has runs without Node', async () => {
  expect(await bundledBytes("import * as everything from './src/index.ts'; console.log(everything);")).toBeGreaterThan(
    0,
  );
});
