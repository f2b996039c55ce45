// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
import type { components, operations, paths } from './types.js';

type PathWith<Method extends string> = {
  [Path in keyof paths]: paths[Path] extends Record<Method, object> ? Path : never;
}[keyof paths];
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- releases of openapi-fetch differ in what they say of it
type Send<Method extends string> = (url: PathWith<Method>, init: any) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** A client of this contract: that of `createClient`, or one of openapi-fetch (0.13 or newer) made of `paths`. */
export interface ContractClient {
  GET: Send<'get'>;
  POST: Send<'post'>;
}

type Range<Status> = Status extends number ? (`${Status}` extends `${infer Hundreds}${number}` ? `${Hundreds}XX` : never) : never;
type Described<Responses, Status> = Status extends keyof Responses
  ? Responses[Status]
  : Range<Status> extends keyof Responses
    ? Responses[Range<Status>]
    : 'default' extends keyof Responses
      ? Responses['default']
      : never;
type Received<Body> = Body;
type Sent<Body> = Body extends Blob ? Blob | ArrayBuffer | ArrayBufferView : Body;
type BodyOf<Message> = Message extends { content: infer Media } ? Received<Media[keyof Media]> : undefined;

/** The body of an operation's response with that status: `ResponseBody<'getClusterCert', 404>`; never where there is no such response. */
export type ResponseBody<Id extends keyof operations, Status> = Id extends keyof operations
  ? Status extends Status
    ? BodyOf<Described<operations[Id]['responses'], Status>>
    : never
  : never;

type Success<Status> = Status extends string | number ? (`${Status}` extends `2${string}` ? Status : never) : never;
type Successes<Id extends keyof operations> = Success<keyof operations[Id]['responses']>;
type Failures<Id extends keyof operations> = Exclude<keyof operations[Id]['responses'], Successes<Id>>;

/** The result of a call of an operation: its data, or the provider's error. */
export type CallResult<Id extends keyof operations> =
  | { data: ResponseBody<Id, Successes<Id>>; error?: never; response: Response }
  | { data?: never; error: ResponseBody<Id, Failures<Id>> | components['schemas']['ErrorStatus']; response: Response };

type HeaderValue = string | number | boolean | (string | number | boolean)[] | null | undefined;
type ParameterOptions<Parameters> = object extends Parameters ? { params?: Parameters } : { params: Parameters };
// Of several media types, application/json is the one that need not be named.
type SentAs<Media> = {
  [Type in keyof Media]: { body: Sent<Media[Type]> } & ([keyof Media] extends [Type]
    ? { contentType?: Type }
    : Type extends 'application/json'
      ? { contentType?: Type }
      : { contentType: Type });
}[keyof Media];
type BodyOptions<Operation> = Operation extends { requestBody?: never }
  ? { body?: undefined }
  : Operation extends { requestBody: { content: infer Media } }
    ? SentAs<Media>
    : Operation extends { requestBody?: { content: infer Media } }
      ? SentAs<Media> | { body?: undefined; contentType?: undefined }
      : { body?: undefined };

/** The options of a call of an operation: `params`, `body`, and those of fetch. */
export type CallOptions<Id extends keyof operations> = ParameterOptions<operations[Id]['parameters']> &
  BodyOptions<operations[Id]> &
  Omit<RequestInit, 'body' | 'headers' | 'method'> & {
    /** In any form that fetch accepts; a null value removes a header. */
    headers?: RequestInit['headers'] | Record<string, HeaderValue>;
    /** In place of the client's own. */
    baseUrl?: string;
  };

/** Get a cluster's certificates as a kubeconfig: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
export function getClusterCert(client: ContractClient, init: CallOptions<'getClusterCert'>): Promise<CallResult<'getClusterCert'>> {
  return client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', withHeaders(init, { 'Content-Type': 'application/json' })) as Promise<CallResult<'getClusterCert'>>;
}

/** Create a cluster's certificates for a chosen time and get them as a kubeconfig: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert`. */
export function createClusterCert(client: ContractClient, init: CallOptions<'createClusterCert'>): Promise<CallResult<'createClusterCert'>> {
  return client.POST('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercert', withHeaders(init, {})) as Promise<CallResult<'createClusterCert'>>;
}

/** End the certificates of a user in a cluster: `POST /api/v3/projects/{project_id}/clusters/{cluster_id}/clustercertrevoke`. */
export function revokeClusterCert(client: ContractClient, init: CallOptions<'revokeClusterCert'>): Promise<CallResult<'revokeClusterCert'>> {
  return readAnswer(client.POST('/api/v3/projects/{project_id}/clusters/{cluster_id}/clustercertrevoke', withHeaders(init, {})), { isEmpty: (status) => [200].includes(status) }) as Promise<CallResult<'revokeClusterCert'>>;
}

/** List the clusters of a project: `GET /api/v3/projects/{project_id}/clusters`. */
export function listClusters(client: ContractClient, init: CallOptions<'listClusters'>): Promise<CallResult<'listClusters'>> {
  return client.GET('/api/v3/projects/{project_id}/clusters', withHeaders(init, {})) as Promise<CallResult<'listClusters'>>;
}

/** Get a cluster of a project: `GET /api/v3/projects/{project_id}/clusters/{cluster_id}`. */
export function getCluster(client: ContractClient, init: CallOptions<'getCluster'>): Promise<CallResult<'getCluster'>> {
  return client.GET('/api/v3/projects/{project_id}/clusters/{cluster_id}', withHeaders(init, {})) as Promise<CallResult<'getCluster'>>;
}

/** The options with further headers; the caller's own, in any form, win over them. */
function withHeaders<Options extends { headers?: unknown }>(options: Options, headers: Record<string, string>): Options {
  const given: unknown = options.headers;
  const pairs: unknown = Symbol.iterator in Object(given) ? Object.fromEntries(new Headers([...(given as Iterable<[string, string]>)])) : given;
  return { ...options, headers: { ...headers, ...(pairs as object | undefined) } };
}

interface ReadingRules {
  /** Statuses whose answers have no body. */
  isEmpty?: (status: number) => boolean;
  /** Media types whose bodies are bytes. Given for operations whose answers are not JSON alone, which come as a Blob. */
  binary?: string[];
}

/** The result of a call, with its data in the form of its media type; without `data` where none is expected. */
async function readAnswer(call: Promise<{ data?: unknown; error?: unknown; response: Response }>, { isEmpty, binary }: ReadingRules) {
  const { data, error, response } = await call;
  if (!response.ok) return { error, response };
  if (response.status === 204 || response.status === 205 || isEmpty?.(response.status)) return { response };
  if (!binary) return { data, response };
  const type = (response.headers.get('Content-Type') ?? '').replace(/;.*/s, '').trim().toLowerCase();
  const blob = (data as Blob | undefined) ?? new Blob();
  if (binary.includes(type)) return { data: blob, response };
  const text = await blob.text();
  return { data: isJson(type) ? (JSON.parse(text) as unknown) : text, response };
}

function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
}
