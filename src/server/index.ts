// Front door of `cce-clustercert/server`: the provider to embed, and the parts for an own one.
export { type Authority, type AuthorityFiles, openAuthority } from '../certificate/authority.js';
export { type CheckedAuthority, checkAuthority } from '../certificate/check-authority.js';
export { AccessKeyIdentity } from '../identity/access-key-identity.js';
export type { SignatureIdentity } from '../identity/identity.js';
export type {
  AccessKeyAdministration,
  AccessKeyRecord,
  AccessKeys,
  NewAccessKey,
  StoredAccessKey,
} from '../registry/access-keys.js';
export { type Caller, type ProjectCaller, assertCaller } from '../registry/caller.js';
export {
  type Cluster,
  type ClusterAdministration,
  type ClusterChanges,
  type ClusterRecord,
  type ClusterRegistry,
  createClusterRecord,
} from '../registry/cluster-registry.js';
export type { DataStore, StoreOptions } from '../registry/data-store.js';
export { AccessKeyFolder } from '../registry/folder/access-key-folder.js';
export { ClusterFolder } from '../registry/folder/cluster-folder.js';
export { RevocationFolder } from '../registry/folder/revocation-folder.js';
export { TokenFolder } from '../registry/folder/token-folder.js';
export { openData } from '../registry/open-data.js';
export type { ClusterRevocations, RevocationAdministration, Revocations } from '../registry/revocations.js';
export type { TokenAdministration, TokenRecord, Tokens } from '../registry/tokens.js';
export { ClusterCertError, type ErrorCode } from '../errors.js';
export { type App, createApp } from './app.js';
export { type AppOptions, type LimitCount, type LimitStore, type RequestLimits, defaultLimits } from './app-options.js';
export { type Mock, type MockOptions, createMock } from './create-mock.js';
export { type HandlerOptions, type IssuingPolicy, createHandlers, defaultPolicy } from './handlers.js';
export type { RequestContext } from './request-context.js';
export { type Listening, type ListenOptions, listen } from './listen.js';
export { type Log, type LogStream, createLog } from './log.js';
export type { LookUpKind, Metrics, RequestTarget } from './metrics.js';
export { type MetricsListener, listenForMetrics } from './metrics-listener.js';
export { type PrometheusMetrics, createMetrics } from './prometheus.js';
export { TlsFiles, type TlsFilesOptions, type TlsPair } from './tls-files.js';
export type { SchemeHandler, SchemeHandlers } from './security.js';
export type { Handler, Handlers, OperationId, OperationRequest, OperationResponse } from '../../generated/server.js';
