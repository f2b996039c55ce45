// YAML as PyYAML's safe loader reads it, which the openstack command uses: merge keys, the last of two equal keys, yes
// and no as booleans. Unlike there, a scalar keeps its text: 010, 1e5 and 1_000 stay as typed.
import { LineCounter, type Node, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';

export type YamlValue = string | boolean | null | YamlValue[] | YamlMapping;
export interface YamlMapping {
  [key: string]: YamlValue;
}

/** Says where a text is not YAML, without quoting it: it may be a password. */
export class YamlError extends Error {
  constructor(
    problem: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(problem);
  }
}

// YAML 1.1, production c-printable.
const notAllowed = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Throws `YamlError`. */
export function readYaml(text: string): YamlValue {
  const lines = new LineCounter();
  const before = text.slice(0, text.search(notAllowed)).split('\n');
  if (notAllowed.test(text))
    throw new YamlError(
      'a control character, which YAML does not allow',
      before.length,
      (before.at(-1) ?? '').length + 1,
    );
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    lineCounter: lines,
    // The library's own messages quote the text.
    prettyErrors: false,
    // The library must print no warning, and a second document is an error.
    logLevel: 'error',
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw errorAt(lines, problem.pos[0], describe(problem.code));
  const reader = { document, lines, values: new Map<Node, YamlValue>(), open: new Set<Node>() };
  return document.contents ? read(document.contents, reader) : null;
}

interface Reader {
  document: ReturnType<typeof parseDocument>;
  lines: LineCounter;
  /** The target of an alias is read once. */
  values: Map<Node, YamlValue>;
  open: Set<Node>;
}

function read(node: unknown, reader: Reader): YamlValue {
  if (isAlias(node)) {
    const target = node.resolve(reader.document);
    if (!target || reader.open.has(target)) throw errorAtNode(reader, node, 'an alias refers to nothing, or to itself');
    return read(target, reader);
  }
  if (isScalar(node) && node.value instanceof Uint8Array)
    throw errorAtNode(reader, node, 'a value is binary; it must be written as text');
  if (!isMap(node) && !isSeq(node)) return isScalar(node) ? readScalar(node) : null;
  const known = reader.values.get(node);
  if (known !== undefined) return known;
  reader.open.add(node);
  const value = isMap(node) ? readMapping(node.items, reader) : node.items.map((item) => read(item, reader));
  reader.open.delete(node);
  reader.values.set(node, value);
  return value;
}

function readMapping(items: readonly { key: unknown; value: unknown }[], reader: Reader): YamlMapping {
  const merged = Object.create(null) as YamlMapping;
  const own = Object.create(null) as YamlMapping;
  for (const { key, value } of items) {
    if (isScalar(key) && key.source === '<<' && key.type === 'PLAIN') Object.assign(merged, readMerged(value, reader));
    else own[textOf(read(key, reader))] = read(value, reader);
  }
  return Object.assign(merged, own);
}

/** The mappings that a merge key names: of several, the first one wins. */
function readMerged(value: unknown, reader: Reader): YamlMapping {
  const given = read(value, reader);
  const sources = Array.isArray(given) ? given : [given];
  if (!sources.every(isMapping))
    throw errorAtNode(reader, value ?? {}, 'a merge key (<<) takes a mapping or a list of mappings');
  return Object.assign(Object.create(null) as YamlMapping, ...sources.reverse()) as YamlMapping;
}

export function isMapping(value: YamlValue | undefined): value is YamlMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: YamlValue): string {
  return typeof value === 'object' ? '' : String(value);
}

const words: Record<string, boolean | null> = { '~': null, '': null };
for (const [text, value] of Object.entries({
  null: null,
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}))
  for (const spelled of [text, text.toUpperCase(), text.charAt(0).toUpperCase() + text.slice(1)])
    words[spelled] = value;

function readScalar(node: {
  value: unknown;
  source?: string | undefined;
  type?: string | null | undefined;
}): YamlValue {
  const { value, source = '', type } = node;
  if (type !== 'PLAIN') return typeof value === 'string' ? value : source;
  // The source of a plain scalar over several lines has line breaks, its value does not.
  const text = typeof value === 'string' ? value : source;
  return Object.hasOwn(words, text) ? (words[text] ?? null) : text;
}

function errorAtNode(
  reader: Reader,
  node: { range?: readonly number[] | null | undefined },
  problem: string,
): YamlError {
  return errorAt(reader.lines, node.range?.[0] ?? 0, problem);
}

function errorAt(lines: LineCounter, offset: number, problem: string): YamlError {
  const { line, col } = lines.linePos(offset);
  return new YamlError(problem, line, col);
}

const problems: Record<string, string> = {
  TAG_RESOLVE_FAILED: 'a value begins with an exclamation mark, which YAML takes for a tag; put it in quotes',
  BAD_ALIAS: 'a value begins with an asterisk, which YAML takes for an alias; put it in quotes',
  MULTIPLE_DOCS: 'a second YAML document begins here; one alone is accepted',
  TAB_AS_INDENT: 'a tab stands where YAML allows spaces only',
};

function describe(code: string): string {
  return problems[code] ?? `it is not YAML (${code.toLowerCase().replaceAll('_', ' ')})`;
}
