// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
import type { Client, FetchOptions } from 'openapi-fetch';
import type { operations, paths } from './types.js';

/** An openapi-fetch client of this contract. Middleware, where there is any, is its maker's. */
export type ContractClient = Omit<Client<paths>, 'use' | 'eject'>;

/** The body of an operation's answer with that status: `Answer<'getClusterCert', 404>`; never where there is no such answer. */
export type Answer<Id extends keyof operations, Status> = Id extends keyof operations
  ? Status extends keyof operations[Id]['responses']
    ? operations[Id]['responses'][Status] extends { content: { 'application/json': infer Body } }
      ? Body
      : undefined
    : never
  : never;

type Statuses<Id extends keyof operations> = keyof operations[Id]['responses'] & number;
type Success<Status> = Status extends number ? (`${Status}` extends `2${string}` ? Status : never) : never;

/** What a call of an operation gives. */
export type Result<Id extends keyof operations> =
  | { data: Answer<Id, Success<Statuses<Id>>>; error?: never; response: Response }
  | { data?: never; error: Answer<Id, Exclude<Statuses<Id>, Success<Statuses<Id>>>>; response: Response };

/** What a call of an operation takes: `params`, `body`, and what fetch takes beside the URL. */
export type Init<Operation> = Omit<FetchOptions<Operation>, 'parseAs' | 'middleware' | 'fetch' | 'Request'>;

/** Get a cluster's certificates as a kubeconfig: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
export function getClusterCert(client: ContractClient, init: Init<paths['/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert']['get']>): Promise<Result<'getClusterCert'>> {
  return client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', { ...init, headers: { 'Content-Type': 'application/json', ...init.headers } });
}

/** Create a cluster's certificates for a chosen time and get them as a kubeconfig: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
export function createClusterCert(client: ContractClient, init: Init<paths['/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert']['post']>): Promise<Result<'createClusterCert'>> {
  return client.POST('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', { ...init });
}

/** List the clusters of a project: `GET /api/v3/projects/{project_id}/clusters`. */
export function listClusters(client: ContractClient, init: Init<paths['/api/v3/projects/{project_id}/clusters']['get']>): Promise<Result<'listClusters'>> {
  return client.GET('/api/v3/projects/{project_id}/clusters', { ...init });
}

/** Get a cluster of a project: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}`. */
export function getCluster(client: ContractClient, init: Init<paths['/api/v3/projects/{project_id}/clusters/{cluster_id}']['get']>): Promise<Result<'getCluster'>> {
  return client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}', { ...init });
}
