// The text of a kubeconfig file with the places of its parts, so that a part can be changed and the rest left as it is.
// What is not a kubeconfig is refused with its line and column.
import { isUtf8 } from 'node:buffer';
import { type Node, type YAMLMap, type YAMLSeq, LineCounter, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { ClusterCertError, firstLine } from '../errors.js';

/** A replacement of the characters from `start` to before `end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

export type Json = Record<string, unknown>;

export interface KubeconfigSource {
  text: string;
  /** Undefined where the file has no content but comments. */
  root: YAMLMap.Parsed | undefined;
  /** The same as values. */
  value: Json;
  /** An error that names the place. */
  errorAt: (offset: number, problem: string) => ClusterCertError;
}

// More uses of one anchor are an attack rather than a file.
const maxAliasCount = 10_000;

/** Bytes of a file as text; throws `data_unreadable` with the place of the first byte that is no UTF-8. */
export function decodeKubeconfig(bytes: Uint8Array, file: string): string {
  if (isUtf8(bytes)) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const lenient = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  const wrong = lenient.findIndex((byte, index) => byte !== bytes[index]);
  const before = Buffer.from(bytes.subarray(0, wrong)).toString('utf8');
  const column = before.length - before.lastIndexOf('\n');
  throw unusable(`${file}:${before.split('\n').length}:${column}`, 'it is not UTF-8');
}

/** Throws `data_unreadable` for anything that is not one kubeconfig. */
export function readKubeconfigSource(text: string, file: string): KubeconfigSource {
  const lines = new LineCounter();
  const errorAt = (offset: number, problem: string) => {
    const { line, col } = lines.linePos(offset);
    return unusable(`${file}:${line}:${col}`, problem);
  };
  const parsed = parse(text, lines, file);
  const [document] = 'empty' in parsed ? [] : parsed;
  const [error] = document?.errors ?? [];
  if (error) throw errorAt(error.pos[0], firstLine(error).replace(/ at line \d+, column \d+:?$/, ''));
  const contents = document?.contents ?? null;
  if (document === undefined || isEmpty(contents)) return { text, root: undefined, value: {}, errorAt };
  if (!isMap(contents)) throw errorAt(contents?.range[0] ?? 0, 'it is not a kubeconfig, which is a mapping');
  const root = contents;
  checkRoot(root, errorAt);
  try {
    return { text, root, value: document.toJS({ maxAliasCount }) as Json, errorAt };
  } catch (cause) {
    throw errorAt(root.range[0], firstLine(cause));
  }
}

/** The list under a key of the root; null where the key has no value, undefined where there is no such key. */
export function findList({ root, errorAt }: KubeconfigSource, key: string): YAMLSeq.Parsed | null | undefined {
  const pair = findPair(root, key);
  if (!pair) return undefined;
  if (isEmpty(pair.value)) return null;
  if (isSeq(pair.value)) return pair.value;
  throw errorAt(pair.value?.range[0] ?? 0, `'${key}' is not a list`);
}

/** A key of the root with its value. */
export function findPair(root: YAMLMap.Parsed | undefined, key: string) {
  return root?.items.find((item) => isScalar(item.key) && item.key.value === key);
}

/** Puts the replacements in. They do not overlap; those at one place come in the order of the list. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  // What is put in at a place comes before what starts there.
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let place = 0;
  for (const { start, end, text: put } of ordered) {
    pieces.push(text.slice(place, start), put);
    place = end;
  }
  return pieces.join('') + text.slice(place);
}

/** From 0; a byte order mark is not counted. */
export function columnOf(text: string, offset: number): number {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return offset - lineStart - (text[lineStart] === '\ufeff' ? 1 : 0);
}

function parse(text: string, lineCounter: LineCounter, file: string) {
  try {
    return parseAllDocuments(text, { lineCounter, keepSourceTokens: true, prettyErrors: false, logLevel: 'error' });
  } catch (cause) {
    throw unusable(`${file}:1:1`, firstLine(cause));
  }
}

function checkRoot(root: YAMLMap.Parsed, errorAt: KubeconfigSource['errorAt']): void {
  for (const { key } of root.items) {
    // What a merge key brings in would be hidden by a key of its own.
    if (isScalar(key) && key.value === '<<') throw errorAt(key.range[0], "a merge key ('<<') cannot be added to");
  }
  const kind = findPair(root, 'kind')?.value;
  if (kind && isScalar(kind) && kind.source !== 'Config' && kind.value !== null) {
    throw errorAt(kind.range[0], `it is not a kubeconfig: its kind is '${kind.source}', not 'Config'`);
  }
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function unusable(place: string, problem: string): ClusterCertError {
  return new ClusterCertError('data_unreadable', `${place}: ${problem}`);
}
