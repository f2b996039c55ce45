// Front door of the package: the client of the contract and its types. Runs wherever fetch does.
export { type ClientOptions, type Token, createClient } from './client/create-client.js';
export { type AccessKey, signRequest } from './client/sign-request.js';
export {
  createClusterCert,
  getCluster,
  getClusterCert,
  listClusters,
  type ContractClient,
} from '../generated/client.js';
export type { components, operations, paths } from '../generated/types.js';
