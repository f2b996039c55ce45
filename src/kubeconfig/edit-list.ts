// Changes the lists of a kubeconfig file where they stand, in the style they are written in, and touches nothing else.
import type { ParsedNode, YAMLSeq } from 'yaml';
import { type Edit, type Json, type KubeconfigSource, columnOf, findList, findPair } from './kubeconfig-source.js';
import { flowStyleAt, indentLines, indentOf, newlineOf, renderBlock, renderFlow } from './render-yaml.js';

/** What is to become of a list. */
export interface ListChange {
  /** Texts to put in the place of the entries with that index. */
  replaced: ReadonlyMap<number, string>;
  removed: ReadonlySet<number>;
  added: readonly Json[];
}

/** The edits that change the list under a key of the root. */
export function editList(source: KubeconfigSource, key: string, change: ListChange): Edit[] {
  const list = findList(source, key);
  if (change.added.length === 0 && !list) return [];
  if (list === undefined) return addKey(source, key, change.added);
  if (list === null || list.items.length === 0) return fillEmpty(source, key, change.added);
  return list.flow === true ? editFlow(source, list, change) : editBlock(source, list, change);
}

/** The edit that puts a key with its value at the end of the root. */
export function addKey({ text, root }: KubeconfigSource, key: string, value: unknown): Edit[] {
  const last = root?.items.at(-1);
  if (!root || !last) throw new TypeError('the root is empty');
  const end = (last.value ?? last.key).range[1];
  if (root.flow === true) {
    const style = flowStyleAt(text, root.range[0], root.range[1]);
    const inner = { ...style, lineIndent: style.lineIndent + style.unit };
    const before = style.unit === '' ? ' ' : `\n${inner.lineIndent}`;
    const put = `,${before}${JSON.stringify(key)}: ${renderFlow(value, inner)}`;
    return [{ start: end, end, text: put.replaceAll('\n', newlineOf(text)) }];
  }
  const indent = ' '.repeat(columnOf(text, root.range[0]));
  return [insertLines(text, endOfLines(text, end), indentLines(renderBlock({ [key]: value }), indent))];
}

/** Where the entry's own text is: after its dash, up to its last character that is no white space. */
export function entryRange(text: string, list: YAMLSeq.Parsed, index: number): { start: number; end: number } {
  const [start, end] = (list.items[index] as ParsedNode).range;
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

function editBlock({ text }: KubeconfigSource, list: YAMLSeq.Parsed, change: ListChange): Edit[] {
  const edits = replacements(text, list, change);
  for (const index of change.removed) {
    const dash = dashOf(list, index);
    const start = text.lastIndexOf('\n', dash - 1) + 1;
    edits.push({ start, end: endOfLines(text, endOf(list, index)), text: '' });
  }
  if (change.added.length > 0) {
    const indent = ' '.repeat(columnOf(text, dashOf(list, 0)));
    edits.push(insertLines(text, endOfLines(text, endOf(list, -1)), indentLines(renderBlock(change.added), indent)));
  }
  return edits;
}

function editFlow({ text }: KubeconfigSource, list: YAMLSeq.Parsed, change: ListChange): Edit[] {
  const edits = replacements(text, list, change);
  const ranges = list.items.map((_, index) => entryRange(text, list, index));
  const endOfAll = ranges.at(-1)?.end ?? 0;
  const firstKept = ranges.findIndex((_, index) => !change.removed.has(index));
  const kept = firstKept < 0 ? ranges.length : firstKept;
  // A comma goes with the entry after it, but for those that no entry is kept before.
  if (kept > 0) edits.push({ start: ranges[0]?.start ?? 0, end: ranges[kept]?.start ?? endOfAll, text: '' });
  for (const index of change.removed) {
    if (index > kept) edits.push({ start: ranges[index - 1]?.end ?? 0, end: ranges[index]?.end ?? 0, text: '' });
  }
  if (change.added.length > 0) {
    const style = flowStyleAt(text, list.range[0], list.range[1]);
    const inner = { ...style, lineIndent: style.lineIndent + style.unit };
    const between = style.unit === '' ? ', ' : `,\n${inner.lineIndent}`;
    const rendered = change.added.map((entry) => renderFlow(entry, inner)).join(between);
    const put = firstKept < 0 ? rendered : between + rendered;
    edits.push({ start: endOfAll, end: endOfAll, text: put.replaceAll('\n', newlineOf(text)) });
  }
  return edits;
}

/** `clusters:`, `clusters: null` and `clusters: []` become lists with entries. */
function fillEmpty({ text, root }: KubeconfigSource, key: string, added: readonly Json[]): Edit[] {
  const pair = findPair(root, key);
  if (!root || !pair) throw new TypeError(`there is no key ${key}`);
  const keyEnd = pair.key.range[1];
  const [start, end] = pair.value?.range ?? [keyEnd + 1, keyEnd + 1];
  if (root.flow === true) {
    const style = flowStyleAt(text, root.range[0], root.range[1]);
    const rendered = renderFlow(added, { ...style, lineIndent: style.lineIndent + style.unit });
    return [{ start, end, text: rendered.replaceAll('\n', newlineOf(text)) }];
  }
  const indent = indentOf(text, pair.key.range[0]);
  const lines = insertLines(text, endOfLines(text, end), indentLines(renderBlock(added), indent));
  // The white space before a value goes with it.
  const from = start - (/[ \t]*$/.exec(text.slice(keyEnd + 1, start))?.[0].length ?? 0);
  return start === end ? [lines] : [{ start: from, end, text: '' }, lines];
}

function replacements(text: string, list: YAMLSeq.Parsed, { replaced }: ListChange): Edit[] {
  return [...replaced].map(([index, put]) => ({
    ...entryRange(text, list, index),
    text: put.replaceAll('\n', newlineOf(text)),
  }));
}

/** Whole lines put in at a place that is the start of a line or the end of the text. */
function insertLines(text: string, place: number, lines: string): Edit {
  const newline = newlineOf(text);
  const open = place > 0 && text[place - 1] !== '\n';
  const put = `${open ? '\n' : ''}${lines}${open ? '' : '\n'}`;
  return { start: place, end: place, text: put.replaceAll('\n', newline) };
}

/** The start of the line after that of a place, where the place is not the start of one itself. */
function endOfLines(text: string, place: number): number {
  if (text[place - 1] === '\n') return place;
  const end = text.indexOf('\n', place);
  return end < 0 ? text.length : end + 1;
}

/** Blank lines that belong to a block scalar included. */
function endOf(list: YAMLSeq.Parsed, index: number): number {
  return (list.items.at(index) as ParsedNode).range[1];
}

function dashOf(list: YAMLSeq.Parsed, index: number): number {
  const token = list.srcToken?.type === 'block-seq' ? list.srcToken.items[index] : undefined;
  const dash = token?.start.find(({ type }) => type === 'seq-item-ind');
  if (!dash) throw new TypeError('the list is not in block style');
  return dash.offset;
}
