// Finds and loads the contract and the page made of it. No other file knows their paths.
import { readFileSync } from 'node:fs';

/** Required headers that OpenAPI cannot describe: the vendor extension `x-request-headers`. */
export type RequestHeaderRules = Record<string, { required: boolean; values: string[] }>;

/** The parts of the contract that the program reads itself; the validator reads the rest. */
export interface ContractDocument {
  openapi: string;
  info: { title: string; version: string };
  /** The page whose tables the descriptions and the checks' sources name. */
  externalDocs?: { url: string };
  paths: Record<string, Record<string, unknown>>;
  components: {
    securitySchemes: { token: { 'x-max-length': number } };
    [kind: string]: unknown;
  };
}

/**
 * The relative path from a built file to the package's folder; the build adds it to each file. The sources have none.
 */
declare const toPackageFolder: string | undefined;

const packageFolder = new URL(typeof toPackageFolder === 'string' ? toPackageFolder : '..', import.meta.url);

/** The contract as JSON, for the program and other tools, and as YAML, as written. */
export const contractFiles = {
  json: new URL('generated/openapi.json', packageFolder),
  yaml: new URL('spec/openapi.yaml', packageFolder),
};

/** The folder with the page to read and try the contract; made by `npm run build`. */
export const referencePage = new URL('dist/docs/', packageFolder);

/** The program of the command line; made by `npm run build`. */
export const programFile = new URL('dist/src/cli/bin.js', packageFolder);

/** Reads the bundled contract; each call gives a copy of its own, which may be changed. */
export function loadContract(): ContractDocument {
  return JSON.parse(readFileSync(contractFiles.json, 'utf8')) as ContractDocument;
}
