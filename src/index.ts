// Front door of the package: the client of the contract and its types.
export { type ClientOptions, createClient } from './client/create-client.js';
export { getClusterCert, type ContractClient } from '../generated/client.js';
export type { components, operations, paths } from '../generated/types.js';
