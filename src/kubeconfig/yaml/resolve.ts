// Values of YAML 1.1 as kubectl reads them: plain words that are not strings, tags, aliases and merge keys.
import { type YamlMap, type YamlNode, type YamlScalar } from './compose.js';
import { YamlError } from './cursor.js';

export type Json = Record<string, unknown>;

const coreTags = 'tag:yaml.org,2002:';
const constants = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);
const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
// More uses of one anchor are an attack rather than a file.
const mostAliased = 100_000;

/** The value of a plain word without a tag. Times are strings, as for kubectl. */
export function resolvePlain(word: string): string | number | boolean | null {
  const constant = constants.get(word);
  if (constant !== undefined) return constant;
  if (word.startsWith('.')) return /^\.[0-9]+([eE][-+]?[0-9]+)?$/.test(word) ? Number(word) : word;
  if (!/^[-+0-9]/.test(word) || isTime(word)) return word;
  const plain = word.replaceAll('_', '');
  if (integer.test(plain)) return integerOf(plain);
  return float.test(plain) ? Number(plain) : word;
}

/** Only a day without an underscore looks like a number at all. */
const isTime = (word: string) => /^\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$/.test(word);

function integerOf(text: string): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  return sign === '-' ? -value : value;
}

/** The value of a node. Throws `YamlError` for one that kubectl cannot read. */
export function valueOf(root: YamlNode): unknown {
  let aliased = 0;
  const read = (node: YamlNode, inAlias: boolean): unknown => {
    if (inAlias && (aliased += 1) > mostAliased) throw new YamlError(node.start, 'aliases are used too often');
    if (node.kind === 'alias') return read(node.target, true);
    if (node.kind === 'scalar') return scalarOf(node);
    if (node.kind === 'seq') return node.items.map((item) => read(item, inAlias));
    return readMap(node, (child) => read(child, inAlias));
  };
  return read(root, false);
}

/** Of two equal keys the last one counts; a merge key also overrides keys before it. */
function readMap(node: YamlMap, read: (child: YamlNode) => unknown): Json {
  const map = new Map<string, unknown>();
  for (const { key, value } of node.pairs) {
    if (isMergeKey(key))
      for (const merged of mergedInto(value, read)) Object.entries(merged).forEach(([k, v]) => map.set(k, v));
    else map.set(keyOf(key), read(value));
  }
  return Object.fromEntries(map);
}

export const isMergeKey = (key: YamlNode) =>
  key.kind === 'scalar' &&
  key.value === '<<' &&
  ((key.style === 'plain' && key.tag === undefined) || key.tag === '!' || key.tag === `${coreTags}merge`);

/** Earlier maps of a list win, so they come last. */
function mergedInto(value: YamlNode, read: (child: YamlNode) => unknown): Json[] {
  const target = value.kind === 'alias' ? value.target : value;
  const maps = target.kind === 'seq' ? target.items.toReversed() : [value];
  return maps.map((one) => {
    const map = read(one);
    if (typeof map === 'object' && map !== null && !Array.isArray(map)) return map as Json;
    throw new YamlError(one.start, "a merge key ('<<') needs a mapping");
  });
}

/** A key as text. */
export function keyOf(key: YamlNode): string {
  const node = key.kind === 'alias' ? key.target : key;
  const value = node.kind === 'scalar' ? scalarOf(node) : undefined;
  if (value === undefined || value === null) throw new YamlError(key.start, 'a key is not a word');
  return String(value);
}

/** The value of a scalar with its tag. */
function scalarOf({ value, style, tag, from: start }: YamlScalar): string | number | boolean | null {
  if (tag === undefined) return style === 'plain' ? finite(resolvePlain(value), start) : value;
  if (!tag.startsWith(coreTags)) return value;
  const name = tag.slice(coreTags.length);
  if (name === 'binary') return binaryOf(value, start);
  if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(name)) return value;
  const resolved = finite(resolvePlain(value), start);
  const fits = {
    bool: typeof resolved === 'boolean',
    int: typeof resolved === 'number' && integer.test(value.replaceAll('_', '')),
    float: typeof resolved === 'number',
    null: resolved === null,
    timestamp: isTime(value),
  }[name];
  if (fits === true) return resolved;
  throw new YamlError(start, 'a value does not fit its tag');
}

function binaryOf(value: string, start: number): string {
  const text = value.replaceAll(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    throw new YamlError(start, 'a binary value is not base64');
  return Buffer.from(text, 'base64').toString();
}

/** JSON, which kubectl makes of YAML, has no infinity. */
function finite(value: string | number | boolean | null, start: number) {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new YamlError(start, 'a number is infinite or none');
  return value;
}
