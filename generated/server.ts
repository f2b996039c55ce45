// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
import type { operations } from './types.js';

export type OperationId = keyof operations;

/** Operations that are served without authentication. */
export type PublicOperation = never;

/** Operations that also serve anonymous callers. */
export type OptionallyPublicOperation = never;

/** Security schemes of the contract that the embedder handles. */
export type OtherScheme = never;

type Responses<Id extends OperationId> = operations[Id]['responses'];
type Member<Subject, Name extends string> = Name extends keyof Subject ? NonNullable<Subject[Name]> : undefined;
type Received<Body> = Body extends Blob ? Uint8Array : Body;
type Sent<Body> = Body extends Blob ? Uint8Array : Body;

type ReceivedBody<Media> = {
  [Type in keyof Media]: { readonly contentType: Type; readonly body: Received<Media[Type]> };
}[keyof Media];
interface NoBody {
  readonly contentType?: undefined;
  readonly body?: undefined;
}
type BodyOf<Operation> = Operation extends { requestBody?: never }
  ? NoBody
  : Operation extends { requestBody: { content: infer Media } }
    ? ReceivedBody<Media>
    : Operation extends { requestBody?: { content: infer Media } }
      ? ReceivedBody<Media> | NoBody
      : NoBody;

type MediaOf<Message> = Message extends { content: infer Media } ? keyof Media : undefined;
type SuccessType<All> = { [Key in keyof All]: `${Key & (string | number)}` extends `2${string}` ? MediaOf<All[Key]> : never }[keyof All];

/** The validated parts of a request for its handler. Bytes of a binary body come as they are, text and JSON as values. */
export type OperationRequest<Id extends OperationId> = {
  readonly path: Member<operations[Id]['parameters'], 'path'>;
  readonly query: Member<operations[Id]['parameters'], 'query'>;
  readonly header: Member<operations[Id]['parameters'], 'header'>;
  readonly cookie: Member<operations[Id]['parameters'], 'cookie'>;
  /** The caller's preferred one of the media types of a success. */
  readonly accept: SuccessType<Responses<Id>>;
} & BodyOf<operations[Id]>;

type Exact<Id extends OperationId> = Extract<keyof Responses<Id>, number>;
type InRange<Range> = Range extends '2XX'
  ? 200 | 201 | 202 | 203 | 206 | 207 | 208 | 226
  : Range extends '4XX'
    ? 400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414 | 415 | 416 | 417 | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451
    : Range extends '5XX'
      ? 500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511
      : Range extends 'default'
        ? InRange<'4XX' | '5XX'>
        : never;
type StatusOf<Id extends OperationId, Key> = Key extends number ? Key : Exclude<InRange<Key>, Exact<Id>>;

/** Headers that a response must have, by operation and status. */
interface RequiredHeaders {
}

/** The values of a header; a list is sent as one value with commas. */
export type HeaderValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;
type HeadersOf<Response extends string> = Response extends keyof RequiredHeaders
  ? { readonly headers: Readonly<Record<string, HeaderValue>> & Readonly<Record<RequiredHeaders[Response], Exclude<HeaderValue, undefined>>> }
  : { readonly headers?: Readonly<Record<string, HeaderValue>> };

type SentBody<Media> = {
  [Type in keyof Media]: { readonly body: Sent<Media[Type]> } & ([keyof Media] extends [Type]
    ? { readonly contentType?: Type }
    : { readonly contentType: Type });
}[keyof Media];

/** One of the responses that the contract declares for the operation. */
export type OperationResponse<Id extends OperationId> = {
  [Key in keyof Responses<Id>]: { readonly status: StatusOf<Id, Key> } & HeadersOf<`${Id} ${Key & (string | number)}`> &
    (Responses<Id>[Key] extends { content: infer Media } ? SentBody<Media> : NoBody);
}[keyof Responses<Id>];

type Anonymous<Context> = Omit<Context, 'caller'>;
type ContextOf<Id extends OperationId, Context> = Id extends PublicOperation
  ? Anonymous<Context>
  : Id extends OptionallyPublicOperation
    ? Anonymous<Context> & Partial<Pick<Context, Extract<keyof Context, 'caller'>>>
    : Context;

/** Public operations have no `caller` in their context. */
export type Handler<Id extends OperationId, Context> = (
  request: OperationRequest<Id>,
  context: ContextOf<Id, Context>,
) => Promise<OperationResponse<Id>>;

/** One handler per operation of the contract. `Context` has the server's own facts about the request. */
export interface Handlers<Context> {
  /** Get a cluster's certificates as a kubeconfig: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
  getClusterCert: Handler<'getClusterCert', Context>;
  /** Create a cluster's certificates for a chosen time and get them as a kubeconfig: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
  createClusterCert: Handler<'createClusterCert', Context>;
  /** End the certificates of a user in a cluster: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercertrevoke`. */
  revokeClusterCert: Handler<'revokeClusterCert', Context>;
  /** List the clusters of a project: `GET /api/v3/projects/{project_id}/clusters`. */
  listClusters: Handler<'listClusters', Context>;
  /** Get a cluster of a project: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}`. */
  getCluster: Handler<'getCluster', Context>;
}

/** Where each operation is served; `{name}` stands for a path parameter. */
export const routes = [
  { operationId: 'getClusterCert', method: 'get', path: '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert' },
  { operationId: 'createClusterCert', method: 'post', path: '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert' },
  { operationId: 'revokeClusterCert', method: 'post', path: '/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercertrevoke' },
  { operationId: 'listClusters', method: 'get', path: '/api/v3/projects/{project_id}/clusters' },
  { operationId: 'getCluster', method: 'get', path: '/api/v3/projects/{project_id}/clusters/{cluster_id}' },
] as const satisfies readonly { operationId: OperationId; method: string; path: string }[];

export type ValueType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
export type BodyForm = 'json' | 'text' | 'binary';

export interface ParameterForm {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly type?: ValueType;
  readonly items?: ValueType;
  /** Of an object that is sent as `name[field]=value`. */
  readonly fields?: Readonly<Record<string, ValueType>>;
  readonly separator?: ',' | '%20' | '%7C' | 'json';
  readonly allowEmptyValue?: boolean;
}

/** How an operation's messages are read and written: its parameters, and its bodies by media type. */
export interface MessageForms {
  readonly parameters: readonly ParameterForm[];
  readonly unknownQuery?: boolean;
  readonly body: Readonly<Record<string, BodyForm>>;
  readonly bodyRequired?: boolean;
  /** By status, range or `default`. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, BodyForm>>>>;
  /** One of these is enough; of each, all schemes with their scopes. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export const messageForms: Readonly<Record<OperationId, MessageForms>> = {
  getClusterCert: { parameters: [{ name: 'project_id', in: 'path', type: 'string' }, { name: 'cluster_id', in: 'path', type: 'string' }], body: {}, responses: { '200': { 'application/json': 'json' }, '400': { 'application/json': 'json' }, '401': { 'application/json': 'json' }, '403': { 'application/json': 'json' }, '404': { 'application/json': 'json' }, '405': { 'application/json': 'json' }, '406': { 'application/json': 'json' }, '408': { 'application/json': 'json' }, '409': { 'application/json': 'json' }, '413': { 'application/json': 'json' }, '429': { 'application/json': 'json' }, '431': { 'application/json': 'json' }, '500': { 'application/json': 'json' }, '503': { 'application/json': 'json' } }, security: [{ token: [] }, { signature: [] }] },
  createClusterCert: { parameters: [{ name: 'project_id', in: 'path', type: 'string' }, { name: 'cluster_id', in: 'path', type: 'string' }], body: { 'application/json': 'json' }, bodyRequired: true, responses: { '200': { 'application/json': 'json' }, '400': { 'application/json': 'json' }, '401': { 'application/json': 'json' }, '403': { 'application/json': 'json' }, '404': { 'application/json': 'json' }, '405': { 'application/json': 'json' }, '406': { 'application/json': 'json' }, '408': { 'application/json': 'json' }, '409': { 'application/json': 'json' }, '413': { 'application/json': 'json' }, '429': { 'application/json': 'json' }, '431': { 'application/json': 'json' }, '500': { 'application/json': 'json' }, '503': { 'application/json': 'json' } }, security: [{ token: [] }, { signature: [] }] },
  revokeClusterCert: { parameters: [{ name: 'project_id', in: 'path', type: 'string' }, { name: 'cluster_id', in: 'path', type: 'string' }], body: { 'application/json': 'json' }, bodyRequired: true, responses: { '200': {}, '400': { 'application/json': 'json' }, '401': { 'application/json': 'json' }, '403': { 'application/json': 'json' }, '404': { 'application/json': 'json' }, '405': { 'application/json': 'json' }, '406': { 'application/json': 'json' }, '408': { 'application/json': 'json' }, '409': { 'application/json': 'json' }, '413': { 'application/json': 'json' }, '429': { 'application/json': 'json' }, '431': { 'application/json': 'json' }, '500': { 'application/json': 'json' }, '503': { 'application/json': 'json' } }, security: [{ token: [] }, { signature: [] }] },
  listClusters: { parameters: [{ name: 'project_id', in: 'path', type: 'string' }], unknownQuery: true, body: {}, responses: { '200': { 'application/json': 'json' }, '400': { 'application/json': 'json' }, '401': { 'application/json': 'json' }, '403': { 'application/json': 'json' }, '404': { 'application/json': 'json' }, '405': { 'application/json': 'json' }, '406': { 'application/json': 'json' }, '429': { 'application/json': 'json' }, '500': { 'application/json': 'json' }, '503': { 'application/json': 'json' } }, security: [{ token: [] }, { signature: [] }] },
  getCluster: { parameters: [{ name: 'project_id', in: 'path', type: 'string' }, { name: 'cluster_id', in: 'path', type: 'string' }], unknownQuery: true, body: {}, responses: { '200': { 'application/json': 'json' }, '400': { 'application/json': 'json' }, '401': { 'application/json': 'json' }, '403': { 'application/json': 'json' }, '404': { 'application/json': 'json' }, '405': { 'application/json': 'json' }, '406': { 'application/json': 'json' }, '409': { 'application/json': 'json' }, '429': { 'application/json': 'json' }, '500': { 'application/json': 'json' }, '503': { 'application/json': 'json' } }, security: [{ token: [] }, { signature: [] }] },
};
