// Reads the contract, joins its files and checks that it is supported. All errors have their place, `file:line:column`.
import type { Document as RedoclyDocument } from '@redocly/openapi-core';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { checkContract } from './check.js';
import { ContractError, type Path, Places, isObject } from './places.js';
import { type Problem, joinFiles } from './references.js';
import type { Objects } from './resolve.js';
import { parseSource } from './source-file.js';
import { refusal } from './supported.js';

// Required, because Node is much slower at importing these many CommonJS files as ES modules.
const { BaseResolver, Source, createConfig, lintDocument } = createRequire(import.meta.url)(
  '@redocly/openapi-core',
) as typeof import('@redocly/openapi-core');

/** A fully supported contract, in one document. */
export interface ContractFile {
  contract: Objects;
  places: Places;
}

/** Throws a `ContractError` for a text that is no OpenAPI 3.0 document, or has unsupported parts. */
export async function parseContract(text: string, file: string): Promise<ContractFile> {
  const places = new Places();
  const contract = parseSource(text, file, places);
  const stopAt = (problems: Problem[]) => {
    if (problems.length > 0) throw new ContractError(linesOf(problems, contract, places));
  };
  stopAt(checkVersion(contract));
  stopAt(await joinFiles(contract, file, places));
  stopAt(await lint({ source: new Source(file, text), parsed: contract }));
  stopAt(checkContract(contract));
  return { contract, places };
}

export async function readContract(file: string): Promise<ContractFile> {
  return parseContract(await readFile(file, 'utf8'), file);
}

/**
 * Gives the result of the work. If it fails at a contract that passed all checks, that is an error of the contract too.
 */
export async function withPlaces<Result>(
  { contract, places }: ContractFile,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new ContractError([`${places.of(contract, [])}: cannot be generated: ${message ?? ''}`]);
  }
}

/** Each line once, in the order of the files. */
function linesOf(problems: Problem[], contract: Objects, places: Places): string[] {
  const lines = problems.map(
    ({ at, root, key, message }) => `${places.of(root ?? contract, at, { key: key === true })}: ${message}`,
  );
  return [...new Set(lines)].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

function checkVersion(contract: Objects): Problem[] {
  const other = ['swagger', 'asyncapi'].find((key) => key in contract);
  if (other !== undefined)
    return [{ message: refusal('version', `${other} ${String(contract[other])}`), at: [other], key: true }];
  const { openapi, paths } = contract;
  if (typeof openapi !== 'string' || !/^3\.0\.\d+$/.test(openapi)) {
    return [
      {
        message: refusal('version', `openapi ${typeof openapi === 'string' ? openapi : 'is missing'}:`),
        at: ['openapi'],
      },
    ];
  }
  return isObject(paths) && !Array.isArray(paths) ? [] : [{ message: refusal('paths-empty'), at: ['paths'] }];
}

/** Checks the form of an OpenAPI document, after following references and before all other checks. */
async function lint(document: RedoclyDocument): Promise<Problem[]> {
  const config = await createConfig({ rules: { struct: 'error' } });
  const problems = await lintDocument({
    document,
    config: config.styleguide,
    externalRefResolver: new BaseResolver(config.resolve),
  });
  return problems.map(({ message, location: [location], suggest }) => {
    const hint = suggest.length > 0 ? ` Did you mean ${suggest.join(' or ')}?` : '';
    return { message: message + hint, at: pathOf(location?.pointer ?? ''), key: location?.reportOnKey === true };
  });
}

/** Of a JSON pointer (RFC 6901) in a URL's fragment. */
function pathOf(pointer: string): Path {
  const unescape = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      try {
        return unescape(decodeURIComponent(part));
      } catch {
        return unescape(part);
      }
    });
}
