// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
import type { Client, FetchOptions } from 'openapi-fetch';
import type { operations, paths } from './types.js';

/** An openapi-fetch client of this contract. */
export type ContractClient = Client<paths>;

/** The body of an operation's answer with that status: `Answer<'getClusterCert', 404>`; never where there is no such answer. */
export type Answer<Id extends keyof operations, Status> = Id extends keyof operations
  ? Status extends keyof operations[Id]['responses']
    ? operations[Id]['responses'][Status] extends { content: { 'application/json': infer Body } }
      ? Body
      : undefined
    : never
  : never;

/** Get a cluster's certificates as a kubeconfig: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
export function getClusterCert(client: ContractClient, init: FetchOptions<paths['/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert']['get']>) {
  return client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', { ...init, headers: { 'Content-Type': 'application/json', ...init.headers } });
}

/** Create a cluster's certificates for a chosen time and get them as a kubeconfig: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
export function createClusterCert(client: ContractClient, init: FetchOptions<paths['/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert']['post']>) {
  return client.POST('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', { ...init });
}

/** List the clusters of a project: `GET /api/v3/projects/{project_id}/clusters`. */
export function listClusters(client: ContractClient, init: FetchOptions<paths['/api/v3/projects/{project_id}/clusters']['get']>) {
  return client.GET('/api/v3/projects/{project_id}/clusters', { ...init });
}

/** Get a cluster of a project: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}`. */
export function getCluster(client: ContractClient, init: FetchOptions<paths['/api/v3/projects/{project_id}/clusters/{cluster_id}']['get']>) {
  return client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}', { ...init });
}
