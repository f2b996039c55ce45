// Reads a YAML or JSON file of the contract into plain objects with known places. YAML beyond JSON is refused with its
// place.
import { readFile } from 'node:fs/promises';
import {
  type Alias,
  type Document,
  LineCounter,
  type Node,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';
import { ContractError, Places, type SourceFile, keyText } from './places.js';
import { refusal } from './supported.js';

// A document of this many parts is an alias bomb, not a contract; GitHub's has a fifth of it.
const mostParts = 2_000_000;

interface Reading {
  document: Document;
  source: SourceFile;
  places: Places;
  parts: number;
  /** Anchored nodes that are being read, to find an alias within its own anchor. */
  open: Set<Node>;
}

/** The file's content. Throws a `ContractError` for text that is no YAML, or goes beyond JSON. */
export function parseSource(text: string, file: string, places: Places): Record<string, unknown> {
  const lines = new LineCounter();
  const source = { file, lines };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', merge: false });
  // Errors after the first one do not help.
  const [problem] = document.errors;
  if (problem) throw new ContractError([`${Places.at(source, problem.pos[0])}: ${problem.message}`]);
  if (!isMap(document.contents)) {
    throw new ContractError([`${Places.at(source, 0)}: an OpenAPI document must be a mapping`]);
  }
  const reading = { document: document as Document, source, places, parts: 0, open: new Set<Node>() };
  return valueOf(document.contents, reading) as Record<string, unknown>;
}

export async function readSource(file: string, places: Places): Promise<Record<string, unknown>> {
  return parseSource(await readFile(file, 'utf8'), file, places);
}

function fail({ source }: Reading, node: Node, message: string): never {
  throw new ContractError([`${Places.at(source, node.range?.[0] ?? 0)}: ${message}`]);
}

function valueOf(node: unknown, reading: Reading): unknown {
  reading.parts += 1;
  if (isMap(node)) return mapOf(node, reading);
  if (isSeq(node)) {
    const list: unknown[] = [];
    reading.places.remember(list, { source: reading.source, node });
    return within(node, reading, () => {
      for (const item of node.items) list.push(memberOf(item, reading, list, String(list.length)));
      return list;
    });
  }
  return null;
}

function within<Result>(node: Node, { open }: Reading, work: () => Result): Result {
  open.add(node);
  const result = work();
  open.delete(node);
  return result;
}

function mapOf(node: Node & { items: unknown[] }, reading: Reading): object {
  const object: Record<string, unknown> = {};
  reading.places.remember(object, { source: reading.source, node });
  return within(node, reading, () => {
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = keyOf(pair.key, node, reading);
      if (Object.hasOwn(object, key)) fail(reading, pair.key as Node, refusal('yaml-key', `'${key}' twice`));
      object[key] = memberOf(pair.value, reading, object, key);
    }
    return object;
  });
}

function keyOf(key: unknown, map: Node, reading: Reading): string {
  const node = (key ?? map) as Node;
  if (isScalar(key) && key.value === '<<') fail(reading, node, refusal('yaml-merge-key'));
  if (!isScalar(key) || key.value === null) fail(reading, node, refusal('yaml-key'));
  const name = keyText(key);
  if (name === '__proto__') fail(reading, node, refusal('yaml-key', `'${name}'`));
  return name;
}

/** The value under a key; a number too long for JavaScript keeps its digits. */
function memberOf(node: unknown, reading: Reading, parent: object, key: string): unknown {
  const actual = isAlias(node) ? targetOf(node, reading) : node;
  if (!isScalar(actual)) return valueOf(actual, reading);
  const { value, source = '', tag } = actual;
  reading.parts += 1;
  if (tag !== undefined && !tag.startsWith('tag:yaml.org,2002:')) fail(reading, actual, refusal('yaml-tag', tag));
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return fail(reading, actual, refusal(tag === undefined ? 'yaml-number' : 'yaml-tag', `'${source}'`));
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(source)) {
    reading.places.keepDigits(parent, key, source.replace('+', ''));
  }
  return value;
}

function targetOf(alias: Alias, reading: Reading): Node {
  const target = alias.resolve(reading.document);
  if (!target) return fail(reading, alias, `there is no anchor '${alias.source}' above`);
  if (reading.open.has(target))
    fail(reading, alias, refusal('yaml-alias', `'*${alias.source}' stands in its own anchor`));
  if (reading.parts > mostParts) fail(reading, alias, refusal('yaml-alias', 'too many aliases of aliases'));
  return target;
}
