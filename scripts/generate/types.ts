// Renders the contract as types, with the settings that this project needs. The only file that knows
// openapi-typescript. To replace it, get the same `paths`, `operations` and `components` from another generator, with
// `Readable` and `Writable` where the contract has readOnly or writeOnly; nothing else is used.
import { createRequire } from 'node:module';
import type ts from 'typescript';

// Required, because importing the compiler beneath as an ES module costs Node as much as the rest of a run.
const require = createRequire(import.meta.url);
const { default: openapiTS, astToString } = require('openapi-typescript') as typeof import('openapi-typescript');

/** Resolves references in the given object. `hasMarkers` marks fields of requests or responses only. */
export async function renderTypes(contract: object, { hasMarkers = false } = {}): Promise<string> {
  const { factory } = require('typescript') as typeof ts;
  const types = await openapiTS(contract as never, {
    alphabetize: true,
    // A request field with a default stays optional for the sender.
    defaultNonNullable: false,
    // `preferences: {type: object}` may have any key, not none.
    emptyObjectsUnknown: true,
    readWriteMarkers: hasMarkers,
    // Bytes, which are always a whole body.
    transform: ({ format }) => (format === 'binary' ? factory.createTypeReferenceNode('Blob') : undefined),
    silent: true,
  });
  return astToString(types);
}
