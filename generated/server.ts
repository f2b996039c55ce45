// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
import type { operations } from './types.js';

export type OperationId = keyof operations;

type Responses<Id extends OperationId> = operations[Id]['responses'];
type JsonContent<Message> = Message extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Member<Subject, Name extends string> = Name extends keyof Subject ? Subject[Name] : undefined;

/** What the validator lets through to a handler. */
export interface OperationRequest<Id extends OperationId> {
  readonly path: Member<operations[Id]['parameters'], 'path'>;
  readonly query: Member<operations[Id]['parameters'], 'query'>;
  readonly body: JsonContent<Member<operations[Id], 'requestBody'>>;
}

/** One of the answers that the contract declares for the operation. */
export type OperationResponse<Id extends OperationId> = {
  [Status in keyof Responses<Id>]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: JsonContent<Responses<Id>[Status]>;
  };
}[keyof Responses<Id>];

export type Handler<Id extends OperationId, Context> = (
  request: OperationRequest<Id>,
  context: Context,
) => Promise<OperationResponse<Id>>;

/** One handler per operation of the contract. `Context` is what the server knows beside the request. */
export interface Handlers<Context> {
  /** Get a cluster's certificates as a kubeconfig: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
  getClusterCert: Handler<'getClusterCert', Context>;
  /** Create a cluster's certificates for a chosen time and get them as a kubeconfig: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
  createClusterCert: Handler<'createClusterCert', Context>;
  /** List the clusters of a project: `GET /api/v3/projects/{project_id}/clusters`. */
  listClusters: Handler<'listClusters', Context>;
  /** Get a cluster of a project: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}`. */
  getCluster: Handler<'getCluster', Context>;
}

/** Where each operation is mounted; `:name` stands for a path parameter. */
export const routes = [
  { operationId: 'getClusterCert', method: 'get', path: '/api/v3/projects/:project_id/clusters/:cluster_id/clustercert' },
  { operationId: 'createClusterCert', method: 'post', path: '/api/v3/projects/:project_id/clusters/:cluster_id/clustercert' },
  { operationId: 'listClusters', method: 'get', path: '/api/v3/projects/:project_id/clusters' },
  { operationId: 'getCluster', method: 'get', path: '/api/v3/projects/:project_id/clusters/:cluster_id' },
] as const satisfies readonly { operationId: OperationId; method: string; path: string }[];
