// Faults of projects, clusters, paths and methods, each in a provider that is right otherwise.
import { errorReply, small } from '../small-provider.js';
import { config, user, instead, internal, type RealisticFault } from './changes.js';

export const tenantsFaults: Record<string, RealisticFault> = {
  // Tenants and IDs
  'the project is not looked at': [
    { decide: (one) => (one.project = small.project) },
    /foreign-project|unknown-project/,
  ],
  'X-Project-Id wins over the path': [
    { decide: (one, { headers: h }) => h['x-project-id'] && (one.project = small.project) },
    /foreign-project/,
  ],
  'the own project in X-Project-Id opens others': [
    {
      decide: (one, { headers: h }) => {
        if (h['x-project-id'] === small.project) one.project = small.project;
      },
    },
    /foreign-project.*with the own one in X-Project-Id/,
  ],
  'the cluster is found by its first digits': [
    {
      decide: (one) => {
        if (small.cluster.startsWith(one.cluster.slice(0, 8))) one.cluster = small.cluster;
      },
    },
    /malformed-cluster-id|unknown-cluster/,
  ],
  'every cluster is the first one': [{ decide: (one) => (one.cluster = small.cluster) }, /unknown-cluster/],
  'an unknown cluster is a 500': [instead((_, { status }) => status === 404, internal), /unknown-cluster/],
  'an unknown cluster is a 200 with an error': [
    { reply: (reply) => (reply.status === 404 ? { ...reply, status: 200 } : reply) },
    /unknown-cluster/,
  ],
  'that a cluster exists is told to strangers': [
    {
      reply: (reply, call) =>
        reply.status === 401 && !call.path.includes(small.cluster) && /clustercert$/.test(call.path)
          ? errorReply(404, 'CCE.01404001', 'x')
          : reply,
    },
    /unknown-cluster-hidden/,
  ],
  'a malformed ID is a 500': [instead((_, { status }) => status === 400, internal), /malformed-cluster-id/],
  'a quote in the ID is a 500': [instead(({ path }) => /'/.test(path), internal), /hostile-cluster-id/],
  'a hostile project ID is a 500': [
    instead(({ path }) => /projects\/(\*|a'b|__proto__|%00)/.test(path), internal),
    /hostile-project-id/,
  ],
  'a star finds the first cluster': [
    {
      decide: (one) => {
        if (one.cluster === '*') one.cluster = small.cluster;
      },
    },
    /hostile-cluster-id/,
  ],
  'an encoded path leads out of the project': [
    {
      call: (call) => {
        if (/%2F|\.\./i.test(call.path)) {
          call.path = `/api/v3/projects/${small.project}/clusters/${small.otherCluster}/clustercert`;
        }
      },
    },
    /path-tricks|encoded-cluster-id/,
  ],
  'a trailing slash needs no token': [
    {
      call: (call) => {
        if (call.path.endsWith('/')) {
          call.path = call.path.slice(0, -1);
          call.headers['x-auth-token'] = small.token;
        }
      },
    },
    /path-tricks/,
  ],
  'DELETE is taken for GET': [
    {
      call: (call) => {
        if (call.method === 'DELETE') call.method = 'GET';
      },
    },
    /other-methods/,
  ],
  'PUT is a 500': [instead(({ method }) => method === 'PUT', internal), /other-methods/],
  'a 405 names no methods': [
    {
      reply: (reply) => (reply.status === 405 ? { ...reply, headers: { 'Content-Type': 'application/json' } } : reply),
    },
    /other-methods/,
  ],
  'HEAD asks for no token': [
    { reply: (reply, { method }) => (method === 'HEAD' ? { ...reply, status: 200, headers: {} } : reply) },
    /head-and-options/,
  ],
  'everybody shares one key': [
    (() => {
      let key: { certificate: unknown; key: unknown } | undefined;
      return config((one) => {
        key ??= { certificate: user(one)['client-certificate-data'], key: user(one)['client-key-data'] };
        Object.assign(user(one), { 'client-certificate-data': key.certificate, 'client-key-data': key.key });
      });
    })(),
    /other-cluster|certificate-chain/,
  ],
};
