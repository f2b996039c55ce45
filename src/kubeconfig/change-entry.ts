// Changes one entry of a list of a kubeconfig file: the fields that are ours, its name and its mark. The rest of it,
// comments and order too, stays.
import { isDeepStrictEqual } from 'node:util';
import { type YAMLSeq, isMap, parseDocument } from 'yaml';
import type { Kind } from './cluster-entries.js';
import { entryRange } from './edit-list.js';
import { type Json, type KubeconfigSource, columnOf } from './kubeconfig-source.js';
import { blockStyle, flowStyleAt, indentLines, renderFlow } from './render-yaml.js';

/** The entry's new text; undefined where nothing changes. */
export function changeEntry(
  { text, errorAt, value }: KubeconfigSource,
  list: YAMLSeq.Parsed,
  index: number,
  { kind, entry }: { kind: Kind; entry: Json },
): string | undefined {
  const { start, end } = entryRange(text, list, index);
  const item = list.items[index];
  if (!isMap(item)) throw errorAt(start, 'the entry of the cluster is an alias, which cannot be changed');
  const old = ((value[kind.key] as Json[])[index] ?? {})[kind.field] as Json;
  const content = entry[kind.field] as Json;
  const fields = [...kind.managed, 'extensions'].filter((name) => !isDeepStrictEqual(old[name], content[name]));
  const renamed = ((value[kind.key] as Json[])[index] ?? {})['name'] !== entry['name'];
  if (fields.length === 0 && !renamed) return undefined;

  const column = columnOf(text, start);
  // Read as YAML 1.1, as kubectl does, so that what is put in is quoted where that needs it.
  const document = parseDocument(' '.repeat(column) + text.slice(start, end), { version: '1.1', logLevel: 'error' });
  for (const name of fields) {
    const put = content[name];
    if (put === undefined) document.deleteIn([kind.field, name]);
    else document.setIn([kind.field, name], typeof put === 'object' ? document.createNode(put) : put);
  }
  if (renamed) document.set('name', entry['name']);
  if (item.flow === true) {
    return renderFlow(document.toJS(), flowStyleAt(text, start, end));
  }
  const lines = document.toString({ ...blockStyle, verifyAliasOrder: false });
  return indentLines(lines.trimEnd(), ' '.repeat(column)).trimStart();
}
