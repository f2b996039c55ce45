// Renders generated/parameters.ts: the patterns of named parameters, which types cannot carry.
import { type Contract, UnusableContract } from './contract.js';
import { comment, quote } from './source-text.js';

export function renderParameters(contract: Contract): string {
  const rows = Object.entries(contract.components?.parameters ?? {}).flatMap(([key, { name, description, schema }]) =>
    schema?.pattern === undefined
      ? []
      : [`  ${comment(description ?? name)}\n  ${quote(name)}: ${literal(schema.pattern, key)},\n`],
  );
  return `/** The form that a value of each parameter must have. */
export const parameterPatterns = {
${rows.join('')}} as const;
`;
}

function literal(pattern: string, key: string): string {
  try {
    return String(new RegExp(pattern, 'u'));
  } catch {
    const at = ['components', 'parameters', key, 'schema', 'pattern'];
    throw new UnusableContract(`the pattern '${pattern}' is no regular expression`, at);
  }
}
