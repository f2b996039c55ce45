// Edits the lists of a kubeconfig file in place, in their own style.
import {
  type Edit,
  columnOf,
  endOfLines,
  indentLines,
  indentOf,
  insertLines,
  lineStart,
  newlineOf,
} from './edit-text.js';
import { type KubeconfigSource, findPair } from './kubeconfig-source.js';
import { flowStyleAt, renderBlock, renderFlow, renderScalar } from './render-yaml.js';
import type { YamlMap, YamlNode, YamlSeq } from './yaml/compose.js';

/** The entries to add to and remove from a list, besides the changes within entries. */
export interface ListChange {
  removed: ReadonlySet<number>;
  added: readonly unknown[];
}

/** The edits that change the list under a key of the root. */
export function editRootList(source: KubeconfigSource, key: string, change: ListChange): Edit[] {
  const pair = findPair(source.root, key);
  if (!pair) return change.added.length === 0 ? [] : addRootKey(source, key, change.added);
  const { value } = pair;
  if (value.kind === 'seq')
    return value.items.length === 0 ? fillEmpty(source, value, change) : editList(source.text, value, change);
  if (change.added.length === 0) return [];
  const isEmpty = value.kind === 'scalar' && source.value[key] === null;
  if (!isEmpty) throw source.errorAt(value.from, `'${key}' is not a list that can be added to`);
  return fillEmpty(source, value, change);
}

/** The edit that puts a key with its value at the end of the root. */
export function addRootKey({ text, root }: KubeconfigSource, key: string, value: unknown): Edit[] {
  if (!root) throw new TypeError('the root is empty');
  return addPairs(text, root, { [key]: value });
}

/** The edits that remove and add entries of a list that is not empty. */
export function editList(text: string, list: YamlSeq, change: ListChange): Edit[] {
  if (list.inFlow) return editFlow(text, list, change);
  const edits = [...change.removed].map((index) => {
    const start = lineStart(text, list.dashes[index] ?? 0);
    return { start, end: endOfLines(text, list.items[index]?.end ?? start), text: '' };
  });
  if (change.added.length === 0) return edits;
  const indent = ' '.repeat(columnOf(text, list.dashes[0] ?? 0));
  const place = endOfLines(text, list.items.at(-1)?.end ?? list.end);
  return [...edits, insertLines(text, place, indentLines(renderBlock(change.added), indent))];
}

function editFlow(text: string, list: YamlSeq, { removed, added }: ListChange): Edit[] {
  const style = flowStyleAt(text, list.start, list.end);
  const inner = { ...style, lineIndent: style.lineIndent + style.unit };
  const put = added.map((entry) => renderFlow(entry, inner));
  return editFlowItems(text, list, { ranges: list.items.map(({ from, end }) => ({ from, end })), removed, put });
}

/** Adds pairs at the end of a mapping. */
function addPairs(text: string, map: YamlMap, pairs: Readonly<Record<string, unknown>>): Edit[] {
  if (Object.keys(pairs).length === 0) return [];
  const last = map.pairs.at(-1);
  if (!map.inFlow && last) {
    const indent = ' '.repeat(columnOf(text, map.start));
    return [insertLines(text, endOfLines(text, last.value.end), indentLines(renderBlock(pairs), indent))];
  }
  return editPairs(text, map, { removed: new Set(), added: pairs });
}

/** Removes and adds pairs of a mapping. */
export function editPairs(
  text: string,
  map: YamlMap,
  { removed, added }: { removed: ReadonlySet<number>; added: Readonly<Record<string, unknown>> },
): Edit[] {
  if (!map.inFlow)
    return [...[...removed].map((index) => removeLines(text, map, index)), ...addPairs(text, map, added)];
  const style = flowStyleAt(text, map.start, map.end);
  const inner = { ...style, lineIndent: style.lineIndent + style.unit };
  const quoted = map.pairs.length === 0 || text[map.pairs[0]?.key.from ?? 0] === '"';
  const put = Object.entries(added).map(
    ([key, value]) => `${quoted ? JSON.stringify(key) : renderScalar(key)}: ${renderFlow(value, inner)}`,
  );
  return editFlowItems(text, map, {
    ranges: map.pairs.map(({ key, value }) => ({ from: key.from, end: value.end })),
    removed,
    put,
  });
}

/** The lines of a pair, without any text before its key. */
function removeLines(text: string, map: YamlMap, index: number): Edit {
  const [pair, next] = [map.pairs[index], map.pairs[index + 1]];
  const start = pair?.key.from ?? 0;
  const isAlone = text.slice(lineStart(text, start), start).trim() === '';
  if (!isAlone && next) return { start, end: next.key.from, text: '' };
  return { start: isAlone ? lineStart(text, start) : start, end: endOfLines(text, pair?.value.end ?? start), text: '' };
}

interface FlowItems {
  ranges: readonly { from: number; end: number }[];
  removed: ReadonlySet<number>;
  /** Rendered. */
  put: readonly string[];
}

/** A comma is removed with the item after it, at the end with the one before. */
function editFlowItems(
  text: string,
  { start, end }: { start: number; end: number },
  { ranges, removed, put }: FlowItems,
): Edit[] {
  const kept = ranges.filter((_, index) => !removed.has(index));
  const edits: Edit[] = [];
  ranges.forEach(({ from, end: itemEnd }, index) => {
    if (!removed.has(index)) return;
    const next = ranges[index + 1];
    const keptAfter = ranges.some((_, other) => other > index && !removed.has(other));
    const before = ranges[index - 1]?.end;
    if (keptAfter || kept.length === 0) edits.push({ start: from, end: next?.from ?? itemEnd, text: '' });
    else edits.push({ start: before ?? from, end: itemEnd, text: '' });
  });
  if (put.length === 0) return edits;
  const style = flowStyleAt(text, start, end);
  const between = style.unit === '' ? ', ' : `,\n${style.lineIndent}${style.unit}`;
  const last = kept.at(-1);
  const place = last?.end ?? ranges.at(-1)?.end ?? start + 1;
  const added = (last ? between : '') + put.join(between);
  return [...edits, { start: place, end: place, text: added.replaceAll('\n', newlineOf(text)) }];
}

/** Gives a list without entries its first ones, in place of `[]`, `null` or nothing. */
function fillEmpty({ text, root }: KubeconfigSource, value: YamlNode, { added }: ListChange): Edit[] {
  if (added.length === 0) return [];
  const { start, end } = value;
  if (root?.inFlow === true) {
    const style = flowStyleAt(text, root.start, root.end);
    const rendered = renderFlow(added, { ...style, lineIndent: style.lineIndent + style.unit });
    return [
      {
        start,
        end,
        text: `${/[\s,[{]/.test(text[start - 1] ?? '') ? '' : ' '}${rendered}`.replaceAll('\n', newlineOf(text)),
      },
    ];
  }
  const indent = indentOf(text, value.from);
  const lines = insertLines(text, endOfLines(text, end), indentLines(renderBlock(added), indent));
  // The white space before a value goes with it.
  const blanks = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return start === end ? [lines] : [{ start: start - blanks, end, text: '' }, lines];
}
