// Finds the document that an argument names: a file, a URL, or the contract of this repository at a git revision.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { LineCounter, type Document, isNode, parseDocument } from 'yaml';
import { type ContractDocument, NoVerdict, makeDocument, pointerKeys } from './document.js';

/** Where the contract lies in the repository. */
export const contractPath = 'spec/openapi.yaml';
const timeoutMs = 10_000;

/** Throws `NoVerdict` with one line where there is no such document or it cannot be read. */
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

/** What git writes, in the current folder's repository; undefined when it fails. */
export function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? stdout : undefined;
}

/** Parses YAML or JSON; the message of a syntax error begins with `file:line:column`. */
export function parseContract(name: string, text: string): ContractDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw new NoVerdict(`${name}:${line}:${col}: ${problem.message.split('\n')[0] ?? ''}`);
  }
  return makeDocument(name, toObject(name, document), (pointer) => {
    const node = document.getIn(pointerKeys(pointer), true);
    return isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : undefined;
  });
}

function toObject(name: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new NoVerdict(`${name}: ${(error as Error).message}`);
  }
}
