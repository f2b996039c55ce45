// Front door of the package: the client of the contract, a function for each of its operations, and its types. Runs
// wherever fetch does.
export {
  type Authentication,
  type ClientOptions,
  type Fetch,
  type OutgoingRequest,
  type ProviderClient,
  createClient,
} from './client/create-client.js';
export { ClusterCertRequestError, isRefusal, orThrow } from './client/or-throw.js';
export { type RetryOptions, retrying } from './client/retrying.js';
export { signWith } from './client/sign-with.js';
export { type TokenProvider, renewingToken, tokensFrom } from './client/tokens.js';
export { type AccessKey, signRequest } from './signing/sign-request.js';
export { ClusterCertError, type ErrorCode } from './errors.js';
export * from '../generated/client.js';
export type { components, operations, paths } from '../generated/types.js';
