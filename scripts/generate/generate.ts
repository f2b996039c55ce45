// All files of generated/ from a contract.
import { renderClient } from './client.js';
import { type ContractFile, withPlaces } from './contract-file.js';
import { readDocument } from './contract.js';
import { markDigits, unmarkDigits } from './digits.js';
import { renderParameters } from './parameters.js';
import { renderServer } from './server.js';
import { partsOfDocument } from './shape.js';
import { renderTypes } from './types.js';

const notice = '// Generated from spec/openapi.yaml by `npm run generate`; do not edit.\n';

const readme = `# generated

Written by \`npm run generate\` from \`spec/openapi.yaml\`, and by nothing else.
Do not edit: change the contract, regenerate, and commit both.
`;

/** The texts of all files of generated/, by file name. */
export function generate(file: ContractFile): Promise<Map<string, string>> {
  return withPlaces(file, async () => {
    const document = readDocument(file.contract);
    const contract = markDigits(file.contract, file.places);
    // Before the types: their generator resolves references in the object that it is given.
    const json = unmarkDigits(`${JSON.stringify(contract, null, 2)}\n`);
    prepareForTypes(contract);
    const types = unmarkDigits(await renderTypes(contract, document));
    return new Map([
      ['README.md', readme],
      ['client.ts', notice + renderClient(document)],
      ['openapi.json', json],
      ['parameters.ts', notice + renderParameters(document)],
      ['server.ts', notice + renderServer(document)],
      ['types.ts', notice + types],
    ]);
  });
}

/**
 * Prepares the contract for the generator of types, which treats a parameter with JSON content as a string: puts the
 * schema in its place. It also removes data: the generator would follow a field `$ref` of an example or an extension.
 */
function prepareForTypes(contract: Record<string, unknown>): void {
  for (const { kind, value } of [...partsOfDocument(contract)]) {
    for (const key of Object.keys(value)) {
      // `default` of responses is one of them.
      const isDefault = key === 'default' && kind !== 'Responses';
      const isData = isDefault || key === 'example' || key === 'value' || key === 'examples' || key.startsWith('x-');
      if (isData && JSON.stringify(value[key]).includes('"$ref"')) Reflect.deleteProperty(value, key);
    }
    if (kind === 'Schema') {
      openFields(value);
      joinRequired(value);
    }
    if (kind !== 'Parameter' || value['content'] === undefined) continue;
    const [media] = Object.values(value['content'] as Record<string, { schema?: unknown }>);
    value['schema'] = media?.schema ?? {};
    delete value['content'];
  }
}

/** The named fields of an object type must fit the type of other fields, so that type must include theirs. */
function openFields(schema: Record<string, unknown>): void {
  const { properties, additionalProperties: others } = schema;
  if (typeof others !== 'object' || others === null || typeof properties !== 'object' || properties === null) return;
  const isMarker = (key: string) => key === 'readOnly' || key === 'writeOnly';
  const named = Object.values(properties as Record<string, object>).map((one) =>
    Object.fromEntries(Object.entries(one).filter(([key]) => !isMarker(key))),
  );
  schema['additionalProperties'] = { anyOf: [others, ...named] };
}

/** A field that one part requires and others describe is required of the whole. */
function joinRequired(schema: Record<string, unknown>): void {
  const { allOf, required } = schema as { allOf?: { required?: string[]; properties?: object }[]; required?: string[] };
  const parts = (allOf ?? []).flatMap((part) => (part.properties === undefined ? (part.required ?? []) : []));
  if (parts.length > 0) schema['required'] = [...new Set([...(required ?? []), ...parts])];
}
