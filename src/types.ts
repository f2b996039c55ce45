// The contract as types, and nothing that runs.
export type { components, operations, paths } from '../generated/types.js';
