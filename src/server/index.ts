// Front door of `cce-clustercert/server`: the provider to embed, and what an own one is made of.
export { type Authority, type AuthorityFiles, openAuthority } from '../certificate/authority.js';
export { AccessKeyFolder } from '../identity/access-key-folder.js';
export type { Caller, SignatureIdentity, TokenIdentity } from '../identity/identity.js';
export { TokenFolder } from '../identity/token-folder.js';
export { ClusterFolder } from '../clusters/cluster-folder.js';
export type { Cluster, ClusterRecord, ClusterRegistry } from '../clusters/cluster-registry.js';
export { ClusterCertError, type ErrorCode } from '../errors.js';
export { createApp } from './app.js';
export { type AppOptions, type RequestLimits, defaultLimits } from './app-options.js';
export {
  type HandlerOptions,
  type IssuingPolicy,
  type RequestContext,
  createHandlers,
  defaultPolicy,
} from './handlers.js';
export { type Listening, type ListenOptions, listen } from './listen.js';
export { type Log, createLog } from './log.js';
export type { Handler, Handlers, OperationId, OperationRequest, OperationResponse } from '../../generated/server.js';
