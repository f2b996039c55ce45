// Changes a part of a kubeconfig file to another value by editing only the text that differs: every other character
// stays, including quotes, comments, number forms and the order of the fields.
import { isDeepStrictEqual } from 'node:util';
import { editList, editPairs } from './edit-list.js';
import { type Edit, columnOf, indentLines, newlineOf } from './edit-text.js';
import { type Json, type KubeconfigSource, findPair } from './kubeconfig-source.js';
import { flowStyleAt, renderBlock, renderFlow, renderScalarLike } from './render-yaml.js';
import type { YamlMap, YamlNode, YamlSeq } from './yaml/compose.js';
import { isMergeKey, keyOf } from './yaml/resolve.js';

/** A part of the file and its value. */
export interface Part {
  node: YamlNode;
  value: unknown;
  /** Whether it is within brackets or braces. */
  inFlow: boolean;
}

/** The edits that turn a part into `wanted`. */
export function changeNode(source: KubeconfigSource, part: Part, wanted: unknown): Edit[] {
  const { node, value } = part;
  if (isDeepStrictEqual(value, wanted)) return [];
  if (node.kind === 'map' && isObject(value) && isObject(wanted) && !node.pairs.some(({ key }) => isMergeKey(key)))
    return changeMap(source, { node, value }, wanted);
  if (node.kind === 'seq' && isNamedList(value) && isNamedList(wanted) && value.length > 0)
    return changeNamedList(source, { node, value }, wanted);
  return replace(source, part, wanted);
}

function changeMap(source: KubeconfigSource, { node, value }: { node: YamlMap; value: Json }, wanted: Json): Edit[] {
  const edits: Edit[] = [];
  for (const name of Object.keys(value).filter((key) => wanted[key] !== undefined)) {
    const pair = findPair(node, name);
    if (pair)
      edits.push(...changeNode(source, { node: pair.value, value: value[name], inFlow: node.inFlow }, wanted[name]));
  }
  const gone = (name: string) => name in value && wanted[name] === undefined;
  const removed = new Set(node.pairs.flatMap(({ key }, index) => (gone(keyOf(key)) ? [index] : [])));
  const added = Object.fromEntries(Object.entries(wanted).filter(([key, one]) => !(key in value) && one !== undefined));
  return [...edits, ...editPairs(source.text, node, { removed, added })];
}

/** Lists such as `env` and `extensions`, whose entries are identified by name. */
function changeNamedList(
  source: KubeconfigSource,
  { node, value }: { node: YamlSeq; value: Json[] },
  wanted: Json[],
): Edit[] {
  const edits = value.flatMap((entry, index) => {
    const [item, other] = [node.items[index], wanted.find(({ name }) => name === entry['name'])];
    return item && other ? changeNode(source, { node: item, value: entry, inFlow: node.inFlow }, other) : [];
  });
  const has = (list: Json[], name: unknown) => list.some((entry) => entry['name'] === name);
  const removed = new Set(value.flatMap(({ name }, index) => (has(wanted, name) ? [] : [index])));
  const added = wanted.filter(({ name }) => !has(value, name));
  if (removed.size === value.length) return replace(source, { node, value, inFlow: node.inFlow }, wanted);
  return [...edits, ...editList(source.text, node, { removed, added })];
}

/** Replaces a value, in the old one's style where it has one. */
function replace({ text }: KubeconfigSource, { node, inFlow }: Part, wanted: unknown): Edit[] {
  const written = text.slice(node.start, node.end);
  // A block scalar ends with the end of its line.
  const lineEnd = node.kind === 'scalar' && /^[|>]/.test(written) ? (/(\r\n|[\n\r])$/.exec(written)?.[0] ?? '') : '';
  const space = node.start === node.end && /\S$/.test(text.slice(0, node.start)) ? ' ' : '';
  const put = space + rendered({ text, node, written, inFlow }, wanted) + lineEnd;
  return [{ start: node.from, end: node.end, text: put.replaceAll('\n', newlineOf(text)) }];
}

function rendered(
  { text, node, written, inFlow }: { text: string; node: YamlNode; written: string; inFlow: boolean },
  wanted: unknown,
): string {
  if (typeof wanted === 'string') return renderScalarLike(node.kind === 'scalar' ? written : '', wanted, inFlow);
  const isBlock = (node.kind === 'map' || node.kind === 'seq') && !node.inFlow;
  const isEmpty = isObject(wanted) && Object.keys(wanted).length === 0;
  if (isBlock && !isEmpty && Array.isArray(wanted) === (node.kind === 'seq')) {
    const column = columnOf(text, node.start);
    return indentLines(renderBlock(wanted), ' '.repeat(column)).trimStart();
  }
  return renderFlow(
    wanted,
    node.kind === 'scalar' || isBlock ? { lineIndent: '', unit: '' } : flowStyleAt(text, node.start, node.end),
  );
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isNamedList(value: unknown): value is Json[] {
  if (!Array.isArray(value) || !value.every(isObject)) return false;
  const names = value.map(({ name }) => name);
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
}
