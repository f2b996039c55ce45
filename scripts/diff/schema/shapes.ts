// Gives each schema a number by its content, the same in both documents: equal numbers mean equal schemas. References
// count by name, and a name counts as equal if everything reachable from it is equal.
import { type ContractDocument, type JsonObject, isObject } from '../document/document.js';
import { childrenOf, mappingOf } from './inheritance.js';
import { annotations, combinators, maps, sets } from './keywords.js';

/** How a reference is written into a shape. */
type Naming = (document: ContractDocument, reference: string) => string;

export class Shapes {
  readonly #ids = new Map<string, number>();
  readonly #same: ReadonlySet<string>;
  readonly #shapes = new WeakMap<object, number>();
  readonly #bare = new WeakMap<object, number>();
  readonly #open = new Set<object>();

  constructor(
    readonly old: ContractDocument,
    readonly now: ContractDocument,
  ) {
    this.#same = this.#equalNames();
  }

  /** The shape of an empty schema. */
  readonly ofAnything = this.#intern('');

  /** The shape of a schema. */
  of(document: ContractDocument, schema: JsonObject): number {
    return this.#shape(document, schema, this.#name, this.#shapes);
  }

  /** The shape of its own keywords, without its alternatives. */
  withoutCombinators(document: ContractDocument, schema: JsonObject): number {
    const known = this.#bare.get(schema);
    if (known !== undefined) return known;
    const own = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !combinators.has(keyword)));
    const shape = this.of(document, own);
    this.#bare.set(schema, shape);
    return shape;
  }

  readonly #name: Naming = (document, reference) =>
    this.#same.has(reference) ? reference : `${document === this.old ? 'old' : 'new'} ${reference}`;

  #shape(document: ContractDocument, value: unknown, name: Naming, memory: WeakMap<object, number>): number {
    if (!isObject(value)) return this.#intern(value === undefined ? '' : JSON.stringify(value));
    const known = memory.get(value);
    if (known !== undefined) return known;
    // YAML that contains itself: equal to nothing, so that it is compared.
    if (this.#open.has(value)) return this.#intern(`circle ${this.#ids.size}`);
    this.#open.add(value);
    const shape = this.#intern(
      this.#text(document, value, name, (child) => this.#shape(document, child, name, memory)),
    );
    this.#open.delete(value);
    memory.set(value, shape);
    return shape;
  }

  #text(document: ContractDocument, own: JsonObject, name: Naming, shapeOf: (child: unknown) => number): string {
    const reference = own['$ref'];
    if (typeof reference === 'string' && !document.is31) return name(document, reference);
    const parts = Object.keys(own)
      .filter((keyword) => !annotations.has(keyword) && !keyword.startsWith('x-'))
      .filter((keyword) => !(document.is31 && keyword === 'nullable'))
      .sort()
      .map((keyword) => {
        const value = own[keyword];
        if (keyword === '$ref') return name(document, String(value));
        if (keyword === 'discriminator') return this.#discriminator(document, own, name);
        return `${keyword}:${this.#keyword(keyword, value, shapeOf)}`;
      });
    return parts.join('\n');
  }

  #keyword(keyword: string, value: unknown, shapeOf: (child: unknown) => number): string {
    if (Array.isArray(value)) {
      const members = value.map((member: unknown) =>
        isObject(member) ? String(shapeOf(member)) : JSON.stringify(member),
      );
      return (sets.has(keyword) ? members.sort() : members).join(',');
    }
    if (!isObject(value) || keyword === 'default' || keyword === 'const' || keyword === 'xml')
      return JSON.stringify(value);
    if (!maps.has(keyword)) return String(shapeOf(value));
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}=${shapeOf(value[key])}`);
    return members.join(',');
  }

  /** Includes the schemas that it names, because they are the meaning of its values. */
  #discriminator(document: ContractDocument, own: JsonObject, name: Naming): string {
    const discriminator = isObject(own['discriminator']) ? own['discriminator'] : {};
    const named = mappingOf(own).map(([value, target]) => `${JSON.stringify(value)}=${name(document, target)}`);
    const children = childrenOf(document, own).map((target) => name(document, target));
    return `discriminator:${JSON.stringify(discriminator['propertyName'])} ${[...named, ...children].sort().join(',')}`;
  }

  #intern(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#ids.size + 1);
    return this.#ids.size;
  }

  /** References that are equal in both documents, with everything that they refer to. */
  #equalNames(): ReadonlySet<string> {
    const [old, now] = [this.old, this.now].map((document) => this.#named(document));
    const same = new Set([...(old?.keys() ?? [])].filter((key) => old?.get(key)?.shape === now?.get(key)?.shape));
    const usedBy = new Map<string, string[]>();
    for (const key of same)
      for (const used of old?.get(key)?.uses ?? []) usedBy.set(used, [...(usedBy.get(used) ?? []), key]);
    const different = [...usedBy.keys()].filter((key) => !same.has(key));
    for (let key = different.pop(); key !== undefined; key = different.pop())
      for (const user of usedBy.get(key) ?? []) if (same.delete(user)) different.push(user);
    return same;
  }

  /** Every reference of a document, with the shape of its target and the references in there. */
  #named(document: ContractDocument): Map<string, { shape: number; uses: ReadonlySet<string> }> {
    const named = new Map<string, { shape: number; uses: ReadonlySet<string> }>();
    const open = document.references.map(({ target }) => target);
    for (let target = open.pop(); target !== undefined; target = open.pop()) {
      if (named.has(target)) continue;
      const uses = new Set<string>();
      const note: Naming = (_document, reference) => {
        uses.add(reference);
        return reference;
      };
      // Caches nothing beyond one target, so that every used reference is noted.
      const schema = document.resolve({ $ref: target });
      named.set(target, { shape: this.#shape(document, schema, note, new WeakMap()), uses });
      open.push(...uses);
    }
    return named;
  }
}
