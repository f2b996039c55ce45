// The text of a kubeconfig file with the places of its parts, read as kubectl reads it. Any other text is refused with
// line and column, but without quoting it, because it may be a secret.
import { ClusterCertError } from '../errors.js';
import { type YamlMap, type YamlNode, composeYaml } from './yaml/compose.js';
import { YamlError } from './yaml/cursor.js';
import { type Encoding, checkCharacters, decodeText } from './yaml/decode-text.js';
import { type Json, isMergeKey, keyOf, valueOf } from './yaml/resolve.js';

export type { Json };

export interface KubeconfigSource {
  text: string;
  /** Its name in messages. */
  file: string;
  /** Undefined where the file has no content but comments. */
  root: YamlMap | undefined;
  /** The same as values. */
  value: Json;
  /** The end of the document; nobody reads the text after it. */
  end: number;
  /** Whether another YAML document follows. */
  hasMore: boolean;
  /** An error that names the place. */
  errorAt: (offset: number, problem: string) => ClusterCertError;
}

/** Bytes of a file as text; throws `data_unreadable` with the place of the first byte that is no UTF-8 or UTF-16. */
export function decodeKubeconfig(bytes: Uint8Array, file: string): { text: string; encoding: Encoding } {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw placed(error, { file, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) });
  }
}

/** Throws `data_unreadable` for anything that is not one kubeconfig. */
export function readKubeconfigSource(text: string, file: string): KubeconfigSource {
  try {
    return read(text, file);
  } catch (error) {
    throw placed(error, { file, text });
  }
}

function read(text: string, file: string): KubeconfigSource {
  checkCharacters(text);
  const { root, value, end, hasMore } = parse(text);
  const errorAt = (offset: number, problem: string) => errorIn({ file, text }, offset, problem);
  if (root === undefined || value === null) return { text, file, root: undefined, value: {}, end, hasMore, errorAt };
  if (root.kind !== 'map') throw errorAt(root.from, 'it is not a kubeconfig, which is a mapping');
  return { text, file, root, value: value as Json, end, hasMore, errorAt };
}

function parse(text: string) {
  try {
    const document = composeYaml(text);
    return { ...document, value: document.root === undefined ? null : valueOf(document.root) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new YamlError(error.offset, `this is neither YAML nor JSON (${error.message})`);
  }
}

/** The value under a key of a mapping; of two equal keys the last one counts, as for kubectl. */
export function findPair(map: YamlMap | undefined, key: string) {
  return map?.pairs.findLast((pair) => !isMergeKey(pair.key) && keyOf(pair.key) === key);
}

/** The innermost part of a path such as `['users', 0, 'name']` that is in the text itself. */
export function nodeAt(root: YamlNode | undefined, place: readonly (string | number)[]): YamlNode | undefined {
  let found = root;
  for (const step of place) {
    const node: YamlNode | undefined = found?.kind === 'alias' ? found.target : found;
    const inner =
      typeof step === 'number'
        ? node?.kind === 'seq'
          ? node.items[step]
          : undefined
        : node?.kind === 'map'
          ? findPair(node, step)?.value
          : undefined;
    if (!inner) break;
    found = inner;
  }
  return found;
}

function placed(error: unknown, source: { file: string; text: string }): unknown {
  if (!(error instanceof YamlError)) return error;
  return errorIn(source, error.offset, error.message);
}

/** Lines and columns count from 1, as editors do; a byte order mark is not counted. */
function errorIn({ file, text }: { file: string; text: string }, offset: number, problem: string): ClusterCertError {
  const before = text.slice(text.startsWith('\ufeff') ? 1 : 0, offset).split(/\r\n|[\n\r\x85\u2028\u2029]/);
  const column = (before.at(-1) ?? '').length + 1;
  return new ClusterCertError('data_unreadable', `${file}:${before.length}:${column}: ${problem}`);
}
