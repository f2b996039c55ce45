// Renders the contract as types, with the settings that this project needs.
import { createRequire } from 'node:module';

// Required, because to import the compiler beneath as an ES module costs Node as much as the rest of a run.
const { default: openapiTS, astToString } = createRequire(import.meta.url)(
  'openapi-typescript',
) as typeof import('openapi-typescript');

/** Resolves references in the object that it is given. */
export async function renderTypes(contract: object): Promise<string> {
  const types = await openapiTS(contract as never, {
    alphabetize: true,
    // A request field with a default stays optional for the sender.
    defaultNonNullable: false,
    // `preferences: {type: object}` may have any key, not none.
    emptyObjectsUnknown: true,
    silent: true,
  });
  return astToString(types);
}
