// Renders generated/parameters.ts: the facts about paths and their parameters that types cannot express.
import type { Contract, Operation } from './contract.js';
import { comment, quote, regExp } from './source-text.js';

export function renderParameters({ patterns, operations, basePath }: Contract): string {
  const rows = Object.entries(patterns).map(
    ([key, { pattern, description }]) => `  ${comment(description)}\n  ${quote(key)}: ${regExp(pattern)},\n`,
  );
  return `/** The form that a value of each named path parameter must have. */
export const parameterPatterns = {
${rows.join('')}} as const;

/** The common start of all paths: the path of the contract's servers. */
export const basePath = ${quote(basePath)};

${renderLookUp(otherRows(operations, patterns))}`;
}

/** Written only if needed, to keep programs in browsers small. */
function renderLookUp(rows: string[]): string {
  const named = '(parameterPatterns as Record<string, RegExp | undefined>)[name]';
  const promise = '/** The form of a parameter in a path; undefined where it has none. */\n';
  if (rows.length === 0)
    return `${promise}export const patternOf = (_path: string, name: string): RegExp | undefined => ${named};\n`;
  return `/** Paths in which a parameter has another form than \`parameterPatterns\` has under its name: that, or none. */
const otherPatterns: Readonly<Record<string, Readonly<Record<string, RegExp | undefined>>>> = {
${rows.join('')}};

${promise}export function patternOf(path: string, name: string): RegExp | undefined {
  const own = otherPatterns[path];
  return own && name in own ? own[name] : ${named};
}
`;
}

function otherRows(operations: Operation[], patterns: Contract['patterns']): string[] {
  const paths = [...new Set(operations.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const here = operations.filter((operation) => operation.path === path);
    const inPath = here.flatMap(({ parameters }) => parameters.filter((one) => one.in === 'path'));
    const members = [...new Set(inPath.map(({ name }) => name))].flatMap((name) => {
      const own = new Set(inPath.filter((one) => one.name === name).map(({ pattern }) => pattern));
      // Operations of one path may differ in it; the client knows the path only.
      const [pattern] = own.size === 1 ? own : [undefined];
      if (pattern === patterns[name]?.pattern) return [];
      return [`${quote(name)}: ${pattern === undefined ? 'undefined' : regExp(pattern)}`];
    });
    return members.length === 0 ? [] : [`  ${quote(path)}: { ${members.join(', ')} },\n`];
  });
}
