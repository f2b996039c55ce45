// Finds and loads the contract. No other file knows where it lies.
import { readFileSync } from 'node:fs';

/** Headers that an operation demands beside what OpenAPI can describe: the vendor extension `x-request-headers`. */
export type RequestHeaderRules = Record<string, { required: boolean; values: string[] }>;

/** The parts of the contract that the program reads itself; all else is for the validator. */
export interface ContractDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, unknown>>;
  components: {
    securitySchemes: { token: { 'x-max-length': number } };
    [kind: string]: unknown;
  };
}

/** Reads the bundled contract; each call gives a copy of its own, which may be changed. */
export function loadContract(): ContractDocument {
  const file = new URL('../generated/openapi.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as ContractDocument;
}
