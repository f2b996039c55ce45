// The file and place of each part of the contract, and the error that names them.
import path from 'node:path';
import { type LineCounter, type Node, isMap, isNode, isPair, isScalar } from 'yaml';

/** The errors, one line for each place: `file:line:column: what`. */
export class ContractError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/** A file that is part of the contract. */
export interface SourceFile {
  file: string;
  lines: LineCounter;
}

interface Origin {
  source: SourceFile;
  node: Node;
}

export type Path = readonly (string | number)[];

/** Knows the place of each object of the contract, even in other files. */
export class Places {
  readonly #origins = new WeakMap<object, Origin>();
  /** Numbers with more digits than JavaScript can hold, by their parent and key. */
  readonly #digits = new Map<object, Map<string, string>>();

  remember(value: object, origin: Origin): void {
    this.#origins.set(value, origin);
  }

  /** A copy of a part has the part's place. */
  copy(from: object, to: object): void {
    const origin = this.#origins.get(from);
    if (origin) this.#origins.set(to, origin);
    const digits = this.#digits.get(from);
    if (digits) this.#digits.set(to, digits);
  }

  keepDigits(parent: object, key: string, text: string): void {
    const known = this.#digits.get(parent) ?? new Map<string, string>();
    this.#digits.set(parent, known.set(key, text));
  }

  digitsAt(parent: object, key: string): string | undefined {
    return this.#digits.get(parent)?.get(key);
  }

  /** `file:line:column` of a file's character. */
  static at({ file, lines }: SourceFile, offset: number): string {
    const { line, col } = lines.linePos(offset);
    return `${path.relative(process.cwd(), file)}:${line}:${col}`;
  }

  /** The place of the value at a path from the root, or of the nearest value around it. */
  of(root: object, at: Path, { key = false }: { key?: boolean } = {}): string {
    let holder = root;
    let last: string | undefined;
    for (const name of at) {
      const child = (holder as Record<string, unknown>)[name];
      last = String(name);
      if (!isObject(child) || !this.#origins.has(child)) break;
      if (!(key && name === at.at(-1))) {
        holder = child;
        last = undefined;
      }
    }
    return this.#placeIn(holder, last, key || last === undefined ? key : false);
  }

  #placeIn(holder: object, name: string | undefined, key: boolean): string {
    const origin = this.#origins.get(holder);
    if (!origin) return '';
    const { source, node } = origin;
    const child = name === undefined ? undefined : childOf(node, name);
    const offset = child === undefined ? undefined : offsetOf(child, key);
    return Places.at(source, offset ?? node.range?.[0] ?? 0);
  }
}

function offsetOf(child: unknown, key: boolean): number | undefined {
  if (!isPair(child)) return isNode(child) ? child.range?.[0] : undefined;
  // An empty value has no place.
  const shown = key || !isNode(child.value) ? child.key : child.value;
  return isNode(shown) ? shown.range?.[0] : undefined;
}

function childOf(node: unknown, name: string): unknown {
  const items: unknown[] = (node as { items?: unknown[] } | null)?.items ?? [];
  if (!isMap(node)) return items[Number(name)];
  return items.find((item) => isPair(item) && isScalar(item.key) && keyText(item.key) === name);
}

/** A key in its JSON form: `200` and `'200'` are the same. */
export function keyText(key: unknown): string {
  if (!isScalar(key)) return '';
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
