// A provider with handlers and tokens of its own; the contract still holds its requests, responses and errors.
import {
  ClusterCertError,
  type Handlers,
  type RequestContext,
  createApp,
  createLog,
  listen,
} from 'cce-clustercert/server';

const project = '77b6a44cba5143ab91d13ab9a8ff44fd';
const nowhere = () => Promise.reject(new ClusterCertError('not_found', 'this provider has no clusters'));
const handlers: Handlers<RequestContext> = {
  listClusters: () => Promise.resolve({ status: 200, body: { kind: 'List', apiVersion: 'v3', items: [] } }),
  getCluster: nowhere,
  getClusterCert: nowhere,
  createClusterCert: nowhere,
  revokeClusterCert: nowhere,
};
const alice = { userId: 'alice', projectId: project, groups: ['developers'] };
const app = createApp({
  handlers,
  tokens: { findByToken: (token) => Promise.resolve(token === 'a-token-of-my-own' ? alice : undefined) },
  log: createLog({ write: () => true }),
  assertReady: () => Promise.resolve(),
});
export const provider = await listen(app, { host: '127.0.0.1', port: 0 });
