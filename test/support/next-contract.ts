// Joins the fixture of tomorrow's operations to the contract, by references to its file.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The contract with the paths of test/fixtures/next/next.yaml, which must lie beside it, and the scheme that they ask for. */
export function joinNext(spec: string): string {
  const { paths } = parse(readFileSync('test/fixtures/next/next.yaml', 'utf8')) as { paths: object };
  const items = Object.keys(paths).map(
    (path) => `  ${path}: { $ref: './next.yaml#/paths/${path.replaceAll('/', '~1')}' }\n`,
  );
  return spec
    .replace('\ncomponents:\n', `\n${items.join('')}\ncomponents:\n`)
    .replace('\n  securitySchemes:\n', '\n  securitySchemes:\n    bearer: { type: http, scheme: bearer }\n');
}
