import { expect, test } from '@jest/globals';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { getCluster, listClusters } from '../../generated/client.js';
import { otherProjectId, projectId, startProvider } from '../support/provider.js';

const provider = await startProvider();
const client = provider.clientFor(await provider.addToken());
const ids = [
  await provider.addCluster({ id: '2e5c1b6a-5b9e-11ef-8f52-0255ac10003e', externalServer: 'https://203.0.113.8:5443' }),
  await provider.addCluster({ id: '1df09f9a-5b9e-11ef-8f52-0255ac10003e' }),
];
await provider.addCluster({ projectId: otherProjectId });
const init = (cluster_id: string) => ({ params: { path: { project_id: projectId, cluster_id } } });

test('listClusters gives the clusters of the project, sorted, and takes filters', async () => {
  const { data } = await listClusters(client, { params: { path: { project_id: projectId } } });
  expect(data).toMatchObject({ kind: 'List', apiVersion: 'v3' });
  expect(data?.items.map(({ metadata }) => metadata.uid)).toEqual([...ids].sort());
  const token = await provider.addToken();
  const response = await fetch(`${provider.url}/api/v3/projects/${projectId}/clusters?detail=true`, {
    headers: { 'X-Auth-Token': token },
  });
  expect(response.status).toBe(200);
});

test('getCluster gives one cluster with its addresses', async () => {
  expect((await getCluster(client, init(ids[0] ?? ''))).data).toEqual({
    kind: 'Cluster',
    apiVersion: 'v3',
    metadata: { name: 'test', uid: ids[0] },
    // Each is dereferenced by a client of the field.
    spec: { type: 'VirtualMachine', hostNetwork: {}, eniNetwork: {}, serviceNetwork: {} },
    status: {
      phase: 'Available',
      endpoints: [
        {
          url: 'https://192.168.1.7:5443',
          type: 'Internal',
          internal: 'https://192.168.1.7:5443',
          external: 'https://203.0.113.8:5443',
          external_otc: 'https://203.0.113.8:5443',
        },
        { url: 'https://203.0.113.8:5443', type: 'External' },
      ],
    },
  });
});

test('both are refused as the certificates are', async () => {
  const others = provider.clientFor(await provider.addToken({ projectId: otherProjectId }));
  expect((await getCluster(others, init(ids[0] ?? ''))).response.status).toBe(403);
  expect((await listClusters(others, { params: { path: { project_id: projectId } } })).response.status).toBe(403);
  const missing = await getCluster(client, init('00000000-0000-4000-8000-000000000000'));
  expect(missing.error).toMatchObject({ code: 404, errorCode: 'CCE.01404001' });
  expect((await fetch(`${provider.url}/api/v3/projects/${projectId}/clusters`)).status).toBe(401);
});

test('a cluster whose folder makes no sense is left out of the list', async () => {
  const damaged = await provider.addCluster();
  writeFileSync(path.join(provider.dataFolder, 'clusters', damaged, 'cluster.json'), '{');
  const { data } = await listClusters(client, { params: { path: { project_id: projectId } } });
  expect(data?.items).toHaveLength(2);
  expect((await getCluster(client, init(damaged))).response.status).toBe(503);
});

test('what is remembered of a cluster is what its record says now', async () => {
  const id = await provider.addCluster({ name: 'before' });
  const record = path.join(provider.dataFolder, 'clusters', id, 'cluster.json');
  const nameOf = async () => {
    const { data } = await listClusters(client, { params: { path: { project_id: projectId } } });
    const { data: one } = await getCluster(client, init(id));
    const listed = data?.items.find(({ metadata }) => metadata.uid === id);
    return [listed?.metadata.name, one?.metadata.name];
  };
  // Until then nothing is remembered.
  await setTimeout(2_100);
  expect([await nameOf(), await nameOf()]).toEqual([
    ['before', 'before'],
    ['before', 'before'],
  ]);
  writeFileSync(record, readFileSync(record, 'utf8').replace('before', 'after'));
  expect(await nameOf()).toEqual(['after', 'after']);
  rmSync(record);
  expect(await nameOf()).toEqual([undefined, undefined]);
});

test('a folder that is not named as clusters are is in no list', async () => {
  const id = await provider.addCluster({ id: 'abcdef00-5b9e-11ef-8f52-0255ac10003e' });
  const clusters = path.join(provider.dataFolder, 'clusters');
  renameSync(path.join(clusters, id), path.join(clusters, id.toUpperCase()));
  const { data } = await listClusters(client, { params: { path: { project_id: projectId } } });
  expect(data?.items.map(({ metadata }) => metadata.uid)).toEqual([...ids].sort());
});
