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

test('the cached data of a cluster is that of its present record', async () => {
  const id = await provider.addCluster({ name: 'before' });
  const record = path.join(provider.dataFolder, 'clusters', id, 'cluster.json');
  const nameOf = async () => {
    const { data } = await listClusters(client, { params: { path: { project_id: projectId } } });
    const { data: one } = await getCluster(client, init(id));
    const listed = data?.items.find(({ metadata }) => metadata.uid === id);
    return [listed?.metadata.name, one?.metadata.name];
  };
  // Until then nothing is cached.
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

/**
 * What the look-ups of Terraform's providers read, by their public source (`*` for what they follow without asking whether it is
 * there), and how Go reads it: another kind of value is an error, a missing one is empty.
 */
const readByTerraform: Record<
  string,
  Record<string, 'text' | 'number' | 'truth' | 'object' | 'list' | 'map' | '*object' | '*list'>
> = {
  // chnsz/golangsdk beneath huaweicloud_cce_cluster, huaweicloud_cce_clusters and the resource huaweicloud_cce_cluster.
  'Huawei Cloud': {
    '/kind': 'text',
    '/apiversion': 'text',
    '/metadata/name': 'text',
    '/metadata/uid': 'text',
    '/metadata/alias': 'text',
    '/metadata/timezone': 'text',
    '/metadata/labels': 'map',
    '/metadata/annotations': 'map',
    '/spec/type': 'text',
    '/spec/flavor': 'text',
    '/spec/version': 'text',
    '/spec/description': 'text',
    '/spec/billingMode': 'number',
    '/spec/hostNetwork': 'object',
    '/spec/hostNetwork/vpc': 'text',
    '/spec/hostNetwork/subnet': 'text',
    '/spec/hostNetwork/highwaySubnet': 'text',
    '/spec/hostNetwork/SecurityGroup': 'text',
    '/spec/containerNetwork': 'object',
    '/spec/containerNetwork/cidrs': 'list',
    '/spec/eniNetwork': '*object',
    '/spec/eniNetwork/eniSubnetId': 'text',
    '/spec/eniNetwork/eniSubnetCIDR': 'text',
    '/spec/eniNetwork/subnets': 'list',
    '/spec/serviceNetwork': '*object',
    '/spec/serviceNetwork/IPv4CIDR': 'text',
    '/spec/authentication': 'object',
    '/spec/extendParam': 'object',
    '/spec/masters': 'list',
    '/spec/kubernetesSvcIpRange': 'text',
    '/spec/customSan': 'list',
    '/spec/clusterTags': 'list',
    '/spec/ipv6enable': 'truth',
    '/spec/enableDistMgt': 'truth',
    '/spec/supportIstio': 'truth',
    '/spec/kubeProxyMode': 'text',
    '/spec/category': 'text',
    '/status/phase': 'text',
    '/status/jobID': 'text',
    '/status/reason': 'text',
    '/status/endpoints': 'list',
    '/status/endpoints/0/url': 'text',
    '/status/endpoints/0/type': 'text',
  },
  // gophertelekomcloud beneath opentelekomcloud_cce_cluster_v3, opentelekomcloud_cce_clusters_v3 and the resource.
  'Open Telekom Cloud': {
    '/metadata/name': 'text',
    '/metadata/uid': 'text',
    '/metadata/timezone': 'text',
    '/spec/flavor': 'text',
    '/spec/deletionProtection': 'truth',
    '/spec/eniNetwork': '*object',
    '/spec/eniNetwork/eniSubnetId': 'text',
    '/spec/authentication': 'object',
    '/spec/masters': 'list',
    '/status/phase': 'text',
    '/status/endpoints': '*list',
    '/status/endpoints/0/internal': 'text',
    '/status/endpoints/0/external': 'text',
    '/status/endpoints/0/external_otc': 'text',
  },
};

const kindOf = (value: unknown) =>
  Array.isArray(value) ? 'list' : ({ string: 'text', boolean: 'truth' }[typeof value as string] ?? typeof value);

/** What a Terraform provider would fail at. */
function faultsFor(cluster: unknown, reads: (typeof readByTerraform)[string]): string[] {
  return Object.entries(reads).flatMap(([pointer, kind]) => {
    const value = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], cluster);
    const isFollowed = kind.startsWith('*');
    const isEmpty = value === undefined || (isFollowed && Array.isArray(value) && value.length === 0);
    if (isEmpty) return isFollowed ? [`${pointer} is missing`] : [];
    const wanted = kind.replace('*', '').replace('map', 'object');
    return kindOf(value) === wanted ? [] : [`${pointer} is no ${wanted}`];
  });
}

test("what Terraform's providers read is there, also of a cluster that has no address yet", async () => {
  const making = { id: '3df09f9a-5b9e-11ef-8f52-0255ac10003e', projectId, name: 'making', phase: 'Creating' };
  const clusters = {
    find: () => Promise.resolve(undefined),
    findRecord: () => Promise.resolve(making),
    listRecords: () => Promise.resolve([making]),
    assertReady: () => Promise.resolve(),
  };
  const other = await startProvider({ handlers: { clusters } });
  const of = other.clientFor(await other.addToken());
  const list = { params: { path: { project_id: projectId } } };
  const described = [
    (await getCluster(client, init(ids[0] ?? ''))).data,
    ...((await listClusters(client, list)).data?.items ?? []),
    (await getCluster(of, init(making.id))).data,
    ...((await listClusters(of, list)).data?.items ?? []),
  ];
  expect(described.length).toBeGreaterThanOrEqual(5);
  expect(described.at(-1)?.status).toEqual({
    phase: 'Creating',
    endpoints: [{ url: '', type: 'Internal', internal: '' }],
  });
  for (const reads of Object.values(readByTerraform))
    for (const cluster of described) expect(faultsFor(cluster, reads)).toEqual([]);
});
