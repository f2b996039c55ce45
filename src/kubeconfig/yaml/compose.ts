// The first document of a YAML 1.1 text as a tree whose parts know their places in the text.
import { YamlError } from './cursor.js';
import type { ScalarStyle } from './scan-scalar.js';
import { Scanner, type TokenType } from './scanner.js';

/** `start` and `end` are those of the content; anchor and tag come before it, from `from` on. */
interface Place {
  from: number;
  start: number;
  end: number;
  tag?: string;
}
export interface YamlScalar extends Place {
  kind: 'scalar';
  value: string;
  style: ScalarStyle;
}
export interface YamlPair {
  key: YamlNode;
  value: YamlNode;
}
export interface YamlMap extends Place {
  kind: 'map';
  inFlow: boolean;
  pairs: YamlPair[];
}
export interface YamlSeq extends Place {
  kind: 'seq';
  inFlow: boolean;
  items: YamlNode[];
  /** The places of a block list's dashes. */
  dashes: number[];
}
export interface YamlAlias extends Place {
  kind: 'alias';
  target: YamlNode;
}
export type YamlNode = YamlScalar | YamlMap | YamlSeq | YamlAlias;

export interface YamlDocument {
  /** Undefined where the text has no content. */
  root: YamlNode | undefined;
  /** The end of the document; nobody reads the text after it. */
  end: number;
  /** Whether another document follows. */
  hasMore: boolean;
}

const deepest = 500;
const nothingFollows: TokenType[] = ['directive', 'document-start', 'document-end', 'stream-end'];

/** Throws `YamlError`. */
export function composeYaml(text: string): YamlDocument {
  return new Composer(text).document();
}

class Composer {
  readonly #scanner: Scanner;
  readonly #anchors = new Map<string, YamlNode>();
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  document(): YamlDocument {
    const first = this.#scanner.peek();
    if (first.type === 'stream-end') return { root: undefined, end: first.end, hasMore: false };
    let isVersioned = false;
    while (this.#is('directive')) {
      const { value, start } = this.#scanner.next();
      if (value === 'TAG') continue;
      if (isVersioned) throw new YamlError(start, 'a directive stands twice');
      if (!/^YAML 0*1\.0*1$/.test(value ?? ''))
        throw new YamlError(start, 'kubectl reads no other version of YAML than 1.1');
      isVersioned = true;
    }
    const isExplicit = this.#take('document-start') !== undefined;
    if (!isExplicit && first.type === 'directive') throw this.#unexpected("a '---' after its directives");
    const root =
      isExplicit && this.#is(...nothingFollows)
        ? this.#empty(this.#scanner.peek().start)
        : this.#node({ inBlock: true });
    const { type, start } = this.#scanner.peek();
    return { root, end: start, hasMore: type === 'document-start' || type === 'document-end' };
  }

  #is(...types: TokenType[]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  #take(type: TokenType) {
    return this.#is(type) ? this.#scanner.next() : undefined;
  }

  #unexpected(expected: string): YamlError {
    return new YamlError(this.#scanner.peek().start, `${expected} is missing`);
  }

  #empty(at: number): YamlScalar {
    return { kind: 'scalar', value: '', style: 'plain', from: at, start: at, end: at };
  }

  /** `inBlock`: block collections may start; `dashes`: entries of a list at the column of its key, too. */
  #node({ inBlock, dashes = false }: { inBlock: boolean; dashes?: boolean }): YamlNode {
    const alias = this.#take('alias');
    if (alias) return this.#alias(alias.value ?? '', alias);
    const from = this.#scanner.peek().start;
    const first = this.#take('anchor');
    const tag = this.#take('tag');
    const anchor = first ?? this.#take('anchor');
    const node = this.#content({ inBlock, dashes, last: tag ?? anchor });
    Object.assign(node, { from }, tag && { tag: tag.value });
    // go-yaml defines an anchor at its start; an alias within would contain itself.
    if (anchor) this.#anchors.set(anchor.value ?? '', node);
    return node;
  }

  #alias(name: string, { start, end }: { start: number; end: number }): YamlAlias {
    const target = this.#anchors.get(name);
    if (!target) throw new YamlError(start, 'an alias has no anchor before it');
    return { kind: 'alias', target, from: start, start, end };
  }

  #content(options: { inBlock: boolean; dashes: boolean; last: { end: number } | undefined }): YamlNode {
    const { inBlock, dashes, last } = options;
    const token = this.#scanner.peek();
    if (token.type === 'scalar') {
      const { start, end, value = '', style = 'plain' } = this.#scanner.next();
      return { kind: 'scalar', value, style, from: start, start, end };
    }
    const read = {
      '[': () => this.#flowSeq(),
      '{': () => this.#flowMap(),
      entry: dashes ? () => this.#dashes(token.start) : undefined,
      'block-seq': inBlock ? () => this.#blockSeq() : undefined,
      'block-map': inBlock ? () => this.#blockMap() : undefined,
    }[token.type as string];
    if (read) return this.#deeper(read);
    if (last) return this.#empty(last.end);
    throw this.#unexpected('a value');
  }

  #deeper(read: () => YamlNode): YamlNode {
    this.#depth += 1;
    if (this.#depth > deepest) throw this.#unexpected('an end of the nesting');
    const node = read();
    this.#depth -= 1;
    return node;
  }

  #blockMap(): YamlMap {
    const { start } = this.#scanner.next();
    const pairs: YamlPair[] = [];
    while (!this.#is('block-end')) {
      const keyToken = this.#take('key');
      if (!keyToken) throw this.#unexpected('a key');
      const key = this.#optional(keyToken.end, { inBlock: true, dashes: true }, ['key', 'value', 'block-end']);
      const colon = this.#take('value');
      const value = colon
        ? this.#optional(colon.end, { inBlock: true, dashes: true }, ['key', 'value', 'block-end'])
        : this.#empty(key.end);
      pairs.push({ key, value });
    }
    this.#scanner.next();
    return { kind: 'map', inFlow: false, pairs, from: start, start, end: pairs.at(-1)?.value.end ?? start };
  }

  #blockSeq(): YamlSeq {
    const { start } = this.#scanner.next();
    const seq = this.#dashes(start, ['entry', 'block-end']);
    if (!this.#take('block-end')) throw this.#unexpected("a '-'");
    return seq;
  }

  #dashes(start: number, ends: TokenType[] = ['entry', 'key', 'value', 'block-end']): YamlSeq {
    const [items, dashes]: [YamlNode[], number[]] = [[], []];
    let end = start;
    for (let dash = this.#take('entry'); dash; dash = this.#take('entry')) {
      dashes.push(dash.start);
      const item = this.#optional(dash.end, { inBlock: true }, ends);
      items.push(item);
      end = item.end;
    }
    return { kind: 'seq', inFlow: false, items, dashes, from: start, start, end };
  }

  /** A value, or nothing where one of the tokens follows. */
  #optional(at: number, options: { inBlock: boolean; dashes?: boolean }, ends: TokenType[]): YamlNode {
    return this.#is(...ends) ? this.#empty(at) : this.#node(options);
  }

  #flowSeq(): YamlSeq {
    const { start } = this.#scanner.next();
    const items: YamlNode[] = [];
    while (!this.#is(']')) {
      if (items.length > 0 && !this.#take(',')) throw this.#unexpected("a ',' or ']'");
      if (this.#is(']')) break;
      const keyToken = this.#take('key');
      items.push(keyToken ? this.#singlePair(keyToken) : this.#node({ inBlock: false }));
    }
    const { end } = this.#scanner.next();
    return { kind: 'seq', inFlow: true, items, dashes: [], from: start, start, end };
  }

  #singlePair({ start, end: at }: { start: number; end: number }): YamlMap {
    const pair = this.#flowPair(at, ']');
    return { kind: 'map', inFlow: true, pairs: [pair], from: start, start, end: pair.value.end };
  }

  #flowPair(at: number, close: TokenType): YamlPair {
    const key = this.#optional(at, { inBlock: false }, ['value', ',', close]);
    const colon = this.#take('value');
    const value = colon ? this.#optional(colon.end, { inBlock: false }, [',', close]) : this.#empty(key.end);
    return { key, value };
  }

  #flowMap(): YamlMap {
    const { start } = this.#scanner.next();
    const pairs: YamlPair[] = [];
    while (!this.#is('}')) {
      if (pairs.length > 0 && !this.#take(',')) throw this.#unexpected("a ',' or '}'");
      if (this.#is('}')) break;
      const keyToken = this.#take('key');
      if (keyToken) pairs.push(this.#flowPair(keyToken.end, '}'));
      else {
        const key = this.#node({ inBlock: false });
        pairs.push({ key, value: this.#empty(key.end) });
      }
    }
    const { end } = this.#scanner.next();
    return { kind: 'map', inFlow: true, pairs, from: start, start, end };
  }
}
