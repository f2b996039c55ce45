// Finds TypeScript of consumers or implementers that stops compiling, apart from breaks on the wire: generates the
// types of both contracts and lets the compiler find mismatches.
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { Program, Type, TypeChecker } from 'typescript';
import { type ContractDocument, type JsonObject, objectAt } from '../document/document.js';

const load = createRequire(import.meta.url);

/** The types for consumers: names of operations, paths and schemas, their inputs, and the results of our client. */
const uses = `
type Success<Status> = Status extends number ? (\`\${Status}\` extends \`2\${string}\` ? Status : never) : never;
type Body<Response> = Response extends { content: infer Content } ? Content[keyof Content] : undefined;
type Answer<Responses, Status extends keyof Responses> = Body<Responses[Status]>;
type BodyOf<Operation> = Operation extends { requestBody?: infer Body } ? Body : never;
export type Requests = { [Id in keyof operations]: { params: operations[Id]['parameters']; body: BodyOf<operations[Id]> } };
export type Data = { [Id in keyof operations]: { data: Answer<operations[Id]['responses'], Success<keyof operations[Id]['responses']>> } };
export type Errors = { [Id in keyof operations]: { error: Answer<operations[Id]['responses'], Exclude<keyof operations[Id]['responses'], Success<keyof operations[Id]['responses']>>> } };
export type Paths = { [Path in keyof paths]: { [Method in keyof paths[Path] as paths[Path][Method] extends { responses: unknown } ? Method : never]: true } };
export type Answers = { [Id in keyof operations]: { answer: { [Status in keyof operations[Id]['responses']]: Body<operations[Id]['responses'][Status]> } } };
export type Schemas = components extends { schemas: infer All } ? { [Name in keyof All]: true } : {};
`;

/** The part of the standard library that such types need: loading all of it takes longer than the check. */
const standardLibrary = `
interface Array<T> { length: number; [index: number]: T }
interface Blob { readonly size: number; readonly type: string }
interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {}
interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}
type Record<Key extends keyof any, Value> = { [Each in Key]: Value };
type Pick<T, Key extends keyof T> = { [Each in Key]: T[Each] };
type Exclude<T, U> = T extends U ? never : T;
type Omit<T, Key extends keyof any> = Pick<T, Exclude<keyof T, Key>>;
`;

/** One sentence for each break. */
export interface SourceBreaks {
  /** In code that calls the API with the generated types. */
  readonly consumers: readonly string[];
  /** In handlers and typed mocks, which return the generated types. */
  readonly implementers: readonly string[];
  /** Why the types were not compared; both lists mean nothing then. */
  readonly unknown?: string;
}

/** The types of larger contracts take the compiler longer than everything else together. */
const mostCharacters = 200_000;

export async function findSourceBreaks(old: ContractDocument, now: ContractDocument): Promise<SourceBreaks> {
  if (old.root === now.root) return { consumers: [], implementers: [] };
  const size = Math.max(old.size, now.size);
  if (size > mostCharacters) {
    const limit = `a contract of ${megabytes(size)} MB is not compiled, only those up to ${megabytes(mostCharacters)} MB`;
    return { consumers: [], implementers: [], unknown: limit };
  }
  const seen = [old, now].map(({ root }) => whatTypesShow(root));
  if (isDeepStrictEqual(seen[0], seen[1])) return { consumers: [], implementers: [] };
  try {
    return await compileBoth(seen);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { consumers: [], implementers: [], unknown: `the types of these contracts cannot be generated: ${reason}` };
  }
}

const megabytes = (characters: number) => (characters / 1_000_000).toFixed(1);

async function compileBoth(contracts: readonly object[]): Promise<SourceBreaks> {
  // Loaded on use: it takes longer than everything else.
  const { renderTypes } = await import('../../generate/types.js');
  const [before, after] = await Promise.all(contracts.map((one) => renderTypes(one)));
  const program = compile({
    'old.ts': `${before ?? ''}${uses}`,
    'new.ts': `${after ?? ''}${uses}`,
    'lib.d.ts': standardLibrary,
  });
  const find = (parts: readonly Part[]) => {
    const check = new Check(program.getTypeChecker());
    for (const { name, way } of parts)
      check.compare(exported(program, 'old.ts', name), exported(program, 'new.ts', name), way, '');
    return [...new Set(check.breaks)];
  };
  const [known, all] = ['old.ts', 'new.ts'].map((file) => exported(program, file, 'Answers').getProperties());
  const missing = (all ?? [])
    .map(({ name }) => name)
    .filter((name) => !known?.some((one) => one.name === name))
    .map((name) => `handler ${name} is missing`);
  return { consumers: find(consumed), implementers: [...missing, ...find(implemented)] };
}

interface Part {
  readonly name: string;
  readonly way: 'read' | 'written';
}

const consumed: readonly Part[] = [
  { name: 'Paths', way: 'read' },
  { name: 'Requests', way: 'written' },
  { name: 'Data', way: 'read' },
  { name: 'Errors', way: 'read' },
  { name: 'Schemas', way: 'read' },
];

/** For handlers, reading and writing are reversed. */
const implemented: readonly Part[] = [
  { name: 'Requests', way: 'read' },
  { name: 'Answers', way: 'written' },
];

const unseenTexts = ['description', 'summary', 'example', 'pattern'];
const unseenNumbers = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'];
const unseenLists = ['servers', 'tags', 'security'];

/** Changed descriptions and limits give the same types; finding that out is faster than generating them. */
function whatTypesShow(root: JsonObject): object {
  const components = { ...objectAt(root, 'components') };
  delete components['securitySchemes'];
  const seen = { ...root, components, info: { title: '', version: '' } };
  // If a field has such a name, the value is its schema.
  const text = JSON.stringify(seen, (key, value: unknown) => {
    const isUnseen =
      ([...unseenTexts, ...unseenNumbers].includes(key) && typeof value !== 'object') ||
      (unseenLists.includes(key) && Array.isArray(value));
    return isUnseen ? undefined : value;
  });
  return JSON.parse(text) as object;
}

function compile(files: Readonly<Record<string, string>>): Program {
  const ts = load('typescript') as typeof import('typescript');
  const options = { noLib: true, strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2022 };
  return ts.createProgram(Object.keys(files), options, {
    getSourceFile: (name, version) => ts.createSourceFile(name, files[name] ?? '', version),
    fileExists: (name) => name in files,
    readFile: (name) => files[name],
    getDefaultLibFileName: () => 'lib.d.ts',
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    writeFile: () => undefined,
  });
}

function exported(program: Program, file: string, name: string): Type {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const symbols = source && checker.getExportsOfModule(checker.getSymbolAtLocation(source) ?? fail(file));
  return checker.getDeclaredTypeOfSymbol(symbols?.find((symbol) => symbol.name === name) ?? fail(name));
}

function fail(name: string): never {
  throw new Error(`no ${name} in the generated types`);
}

/** Walks two types side by side to the innermost places that no longer fit. */
class Check {
  readonly breaks: string[] = [];
  /** Whether pairs of types fit; pairs still being compared count as fitting. */
  readonly #fits = new Map<string, boolean>();
  readonly #checker: TypeChecker;

  constructor(checker: TypeChecker) {
    this.#checker = checker;
  }

  /** A read type must keep all its parts; a written type must still be accepted. */
  compare(old: Type, now: Type, way: 'read' | 'written', path: string): boolean {
    if (old === now) return true;
    const key = [old, now].map((type) => (type as { id?: number }).id ?? 0).join(' ') + way;
    const known = this.#fits.get(key);
    if (known !== undefined) return known;
    this.#fits.set(key, true);
    const fits = this.#compareInside(old, now, way, path) && this.#isAssignable(old, now, way, path);
    this.#fits.set(key, fits);
    return fits;
  }

  #isAssignable(old: Type, now: Type, way: 'read' | 'written', path: string): boolean {
    // The whole need not fit: a new operation breaks no consumer.
    if (path === '') return true;
    // Nobody reads parts of an absent type.
    if (way === 'read' && this.#checker.typeToString(old) === 'undefined') return true;
    const [from, to] = way === 'read' ? [now, old] : [old, now];
    if (this.#checker.isTypeAssignableTo(from, to)) return true;
    const [was, is] = [old, now].map((type) => shorten(this.#checker.typeToString(type)));
    this.breaks.push(`${path}: ${was ?? ''} became ${is ?? ''}`);
    return false;
  }

  #compareInside(old: Type, now: Type, way: 'read' | 'written', path: string): boolean {
    const checker = this.#checker;
    const [was, is] = [checker.getNonNullableType(old), checker.getNonNullableType(now)];
    const [items, newItems] = [was.getNumberIndexType(), is.getNumberIndexType()];
    if (checker.isArrayType(was)) return !items || !newItems || this.compare(items, newItems, way, `${path}[]`);
    const results = was.getProperties().map((property) => {
      const place = path === '' ? property.name : `${path}.${property.name}`;
      const same = is.getProperty(property.name);
      if (same) return this.compare(checker.getTypeOfSymbol(property), checker.getTypeOfSymbol(same), way, place);
      this.breaks.push(`${place} is gone`);
      return false;
    });
    return results.every(Boolean);
  }
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
