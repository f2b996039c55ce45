// Front door of the package: the client of the contract and its types. Runs wherever fetch does.
export {
  type Authentication,
  type CallInit,
  type ClientOptions,
  type Fetch,
  createClient,
} from './client/create-client.js';
export { ClusterCertRequestError, isRefusal, orThrow } from './client/or-throw.js';
export { renewingToken } from './client/renewing-token.js';
export { type RetryOptions, retrying } from './client/retrying.js';
export { signWith } from './client/sign-with.js';
export { type AccessKey, signRequest } from './signing/sign-request.js';
export { type TokenProvider, tokensFrom } from './client/tokens-from.js';
export { ClusterCertError, type ErrorCode } from './errors.js';
export {
  createClusterCert,
  getCluster,
  getClusterCert,
  listClusters,
  type Answer,
  type ContractClient,
  type Init,
  type Result,
} from '../generated/client.js';
export type { components, operations, paths } from '../generated/types.js';
