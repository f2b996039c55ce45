// Loads the document of an argument: a file, a URL, or the contract of this repository at a git revision.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { LineCounter, type Document, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import { jsonLinesOf } from './json-lines.js';
import { type ContractDocument, type LinesOf, NoVerdict, makeDocument, pointerKeys } from './document.js';

/** The path of the contract in the repository. */
export const contractPath = 'spec/openapi.yaml';
const timeoutMs = 10_000;

/** Both documents. Throws `NoVerdict` with one line for a missing or unreadable one. */
export async function loadDocuments(old: string, now: string): Promise<[old: ContractDocument, now: ContractDocument]> {
  const [one, other] = await Promise.all([readText(old), readText(now)]);
  const before = parseContract(one.name, one.text);
  // The same text is one document under two names.
  if (one.text === other.text) return [before, { ...before, name: other.name }];
  return [before, parseContract(other.name, other.text)];
}

export async function loadDocument(argument: string): Promise<ContractDocument> {
  const { name, text } = await readText(argument);
  return parseContract(name, text);
}

async function readText(argument: string): Promise<{ name: string; text: string }> {
  if (/^https?:\/\//.test(argument)) return { name: argument, text: await fetchText(argument) };
  const isFile = statSync(argument, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile) return { name: argument, text: readFileSync(argument, 'utf8') };
  return readRevision(argument);
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new NoVerdict(`${url}: answered ${response.status}; expected 200 with an OpenAPI document`);
    return await response.text();
  } catch (error) {
    if (error instanceof NoVerdict) throw error;
    const { cause, message } = error as Error;
    throw new NoVerdict(`${url}: not reachable: ${cause instanceof Error ? cause.message : message}`);
  }
}

/** `v1.2.0`, `HEAD~1`, or with a path of its own `HEAD~1:spec/other.yaml`. */
function readRevision(argument: string): { name: string; text: string } {
  const [revision = '', file = contractPath] = argument.split(/:(.*)/s);
  const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  if (revision === '' || commit === undefined)
    throw new NoVerdict(`'${argument}': no such file or git revision; give a file, an http(s) URL or a revision`);
  const text = git('show', `${commit.trim()}:${file}`);
  if (text === undefined) throw new NoVerdict(`'${argument}': there is no ${file} in this revision`);
  return { name: `${revision}:${file}`, text };
}

/** The output of git in the current folder's repository; undefined when it fails. */
export function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? stdout : undefined;
}

/** Parses YAML or JSON; the message of a syntax error begins with `file:line:column`. */
function parseContract(name: string, text: string): ContractDocument {
  try {
    const json = parseJson(text);
    return json === undefined ? parseYaml(name, text) : makeDocument(name, json, jsonLinesOf(text), text.length);
  } catch (error) {
    if (error instanceof RangeError) throw new NoVerdict(`${name}: nested too deeply to be read (${error.message})`);
    throw error;
  }
}

/** JSON is YAML too, but parses a hundred times faster as JSON; undefined for anything else. */
function parseJson(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseYaml(name: string, text: string): ContractDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw new NoVerdict(`${name}:${line}:${col}: ${problem.message.split('\n')[0] ?? ''}`);
  }
  const linesOf: LinesOf = (pointers) => {
    const lines = pointers.map((pointer) => [pointer, lineOf(pointer, document, lineCounter)] as const);
    return new Map(lines.filter((entry): entry is [string, number] => entry[1] !== undefined));
  };
  return makeDocument(name, toObject(name, document), linesOf, text.length);
}

function lineOf(pointer: string, document: Document, lineCounter: LineCounter): number | undefined {
  let node: unknown = document.contents;
  for (const key of pointerKeys(pointer)) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) node = node.items[Number(key)];
    // A status may be written as a number.
    else if (isMap(node))
      node = node.items.find((pair) => String(isScalar(pair.key) ? pair.key.value : '') === key)?.value;
    else return undefined;
  }
  return isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : undefined;
}

function toObject(name: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new NoVerdict(`${name}: ${(error as Error).message.split('\n')[0] ?? ''}`);
  }
}
