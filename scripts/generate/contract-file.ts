// Reads the contract's file. Whatever is wrong with it is told with its place, `file:line:column`.
import type { Document as RedoclyDocument } from '@redocly/openapi-core';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LineCounter, type Pair, isMap, isNode, isPair, isScalar, parseDocument } from 'yaml';
import { type Contract, UnusableContract } from './contract.js';

// Required, because Node is much slower at importing so many CommonJS files as ES modules.
const { BaseResolver, Source, createConfig, lintDocument } = createRequire(import.meta.url)(
  '@redocly/openapi-core',
) as typeof import('@redocly/openapi-core');

/** What is wrong, one line for each place. */
export class ContractError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

export interface ContractFile {
  contract: Contract;
  /** `file:line:column` of what lies at the path, or of the nearest thing around it. */
  placeOf: (at: string[], options?: { key?: boolean }) => string;
}

/** Throws a `ContractError` for text that is no YAML, or no OpenAPI 3 document whose references all lead somewhere. */
export async function parseContract(text: string, file: string): Promise<ContractFile> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${path.relative(process.cwd(), file)}:${line}:${col}`;
  };
  // What follows from the first is of no help.
  const [problem] = document.errors;
  if (problem) throw new ContractError([`${place(problem.pos[0])}: ${problem.message}`]);
  if (!isMap(document.contents)) throw new ContractError([`${place(0)}: an OpenAPI document must be a mapping`]);
  const contract = document.toJS() as Contract;
  const { contents } = document;
  const placeOf: ContractFile['placeOf'] = (at, options) => place(offsetOf(contents, at, options));
  const problems = await lint({ source: new Source(file, text), parsed: contract }, placeOf);
  if (problems.length > 0) throw new ContractError(problems);
  return { contract, placeOf };
}

export async function readContract(file: string): Promise<ContractFile> {
  return parseContract(await readFile(file, 'utf8'), file);
}

/** Gives what the work gives, and an `UnusableContract` that it throws its place. */
export async function withPlaces<Result>({ placeOf }: ContractFile, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnusableContract)) throw error;
    throw new ContractError([`${placeOf(error.at)}: ${error.message}`]);
  }
}

/** The form of an OpenAPI document and its references; all else is for `npm run check`. */
async function lint(document: RedoclyDocument, placeOf: ContractFile['placeOf']): Promise<string[]> {
  const config = await createConfig({ rules: { struct: 'error', 'no-unresolved-refs': 'error' } });
  const problems = await lintDocument({
    document,
    config: config.styleguide,
    externalRefResolver: new BaseResolver(config.resolve),
  });
  return problems.map(({ ruleId, message, location: [location], suggest }) => {
    const at = (location?.pointer ?? '').split('/').slice(1).map(unescapePointer);
    if (ruleId === 'no-unresolved-refs') {
      const target = [...at, '$ref'].reduce<unknown>(memberOf, document.parsed);
      return `${placeOf([...at, '$ref'])}: '${String(target)}' leads nowhere`;
    }
    const hint = suggest.length > 0 ? ` Did you mean ${suggest.join(' or ')}?` : '';
    return `${placeOf(at, { key: location?.reportOnKey === true })}: ${message}${hint}`;
  });
}

function memberOf(parent: unknown, key: string): unknown {
  return (parent as Record<string, unknown> | undefined)?.[key];
}

/** RFC 6901, and the percent signs of a URL's fragment. */
function unescapePointer(part: string): string {
  return decodeURIComponent(part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function offsetOf(root: unknown, at: string[], { key = false }: { key?: boolean } = {}): number {
  let node = root;
  let found: Pair | undefined;
  for (const name of at) {
    const child = childOf(node, name);
    if (child === undefined) break;
    found = isPair(child) ? child : undefined;
    node = found ? found.value : child;
  }
  // An empty value lies nowhere.
  const shown = key || !isNode(node) ? (found?.key ?? node) : node;
  return isNode(shown) ? (shown.range?.[0] ?? 0) : 0;
}

function childOf(node: unknown, name: string): unknown {
  const items: unknown[] = (node as { items?: unknown[] } | null)?.items ?? [];
  if (!isMap(node)) return items[Number(name)];
  return items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === name);
}
