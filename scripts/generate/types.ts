// Renders the contract as types, with the settings that this project needs. The only file that knows openapi-typescript.
// To leave it: give the same `paths`, `operations` and `components` from another generator; nothing else is relied on
// but `Readable` and `Writable`, which are there where the contract has readOnly or writeOnly.
import { createRequire } from 'node:module';
import type ts from 'typescript';

// Required, because to import the compiler beneath as an ES module costs Node as much as the rest of a run.
const require = createRequire(import.meta.url);
const { default: openapiTS, astToString } = require('openapi-typescript') as typeof import('openapi-typescript');

/** Resolves references in the object that it is given. `hasMarkers`: mark what only a request or a response has. */
export async function renderTypes(contract: object, { hasMarkers = false } = {}): Promise<string> {
  const { factory } = require('typescript') as typeof ts;
  const types = await openapiTS(contract as never, {
    alphabetize: true,
    // A request field with a default stays optional for the sender.
    defaultNonNullable: false,
    // `preferences: {type: object}` may have any key, not none.
    emptyObjectsUnknown: true,
    readWriteMarkers: hasMarkers,
    // Bytes, which only a whole body can be.
    transform: ({ format }) => (format === 'binary' ? factory.createTypeReferenceNode('Blob') : undefined),
    silent: true,
  });
  return astToString(types);
}
