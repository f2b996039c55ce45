// Renders generated/parameters.ts: the patterns of named parameters, which types cannot carry.
import type { Contract } from './contract.js';
import { comment, quote } from './source-text.js';

export function renderParameters(contract: Contract): string {
  const rows = Object.values(contract.components?.parameters ?? {}).flatMap(({ name, description, schema }) =>
    schema?.pattern === undefined
      ? []
      : [`  ${comment(description ?? name)}\n  ${quote(name)}: ${String(new RegExp(schema.pattern, 'u'))},\n`],
  );
  return `/** The form that a value of each parameter must have. */
export const parameterPatterns = {
${rows.join('')}} as const;
`;
}
