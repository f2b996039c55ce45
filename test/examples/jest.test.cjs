// A test of code that fetches kubeconfigs, against a provider of its own. Jest 29 finds it with
// --testMatch '**/*.test.cjs', later versions by themselves.
const { createClient, getClusterCert } = require('cce-clustercert');
const { createMock } = require('cce-clustercert/server');

let mock;
beforeAll(async () => {
  mock = await createMock({ cluster: { name: 'staging' } });
});
afterAll(() => mock.close());

test('gets a kubeconfig', async () => {
  const client = createClient({ endpoint: mock.url, token: mock.token });
  const path = { project_id: mock.projectId, cluster_id: mock.clusterId };
  const { data } = await getClusterCert(client, { params: { path } });
  expect(data['current-context']).toBe('internal');
});

test('tells a wrong token from a right one', async () => {
  const client = createClient({ endpoint: mock.url, token: 'wrong' });
  const path = { project_id: mock.projectId, cluster_id: mock.clusterId };
  const { error, response } = await getClusterCert(client, { params: { path } });
  expect([response.status, error.errorCode]).toEqual([401, 'CCE.01401001']);
});
