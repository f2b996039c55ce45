// References of the contract: makes one document of several files, and replaces references to path items by the items.
// Remaining references point into `components` of the document itself.
import path from 'node:path';
import { type Path, type Places, isObject } from './places.js';
import { type Kind, type Part, partsOf } from './shape.js';
import { readSource } from './source-file.js';
import { refusal } from './supported.js';

export interface Problem {
  message: string;
  at: Path;
  /** The start of the path, if not the root of the contract. */
  root?: object;
  /** The place is that of the key, not of its value. */
  key?: boolean;
}

/** The section of a kind of components. */
const homes: Partial<Record<Kind, string>> = {
  Schema: 'schemas',
  Response: 'responses',
  Parameter: 'parameters',
  Example: 'examples',
  RequestBody: 'requestBodies',
  Header: 'headers',
  SecurityScheme: 'securitySchemes',
  Link: 'links',
};

interface LoadedFile {
  file: string;
  root: Record<string, unknown>;
}

interface Target {
  home: LoadedFile;
  value: Record<string, unknown>;
  /** Keys from the root of its file. */
  at: string[];
}

/** Replaces references to other files by components, and path item references by path items. Gives the problems. */
export async function joinFiles(root: Record<string, unknown>, file: string, places: Places): Promise<Problem[]> {
  const joining = new Joining({ file, root }, places);
  await joining.resolveAll({ kind: 'Document', value: root, at: [] }, joining.main, root);
  return joining.problems;
}

class Joining {
  readonly problems: Problem[] = [];
  readonly #files = new Map<string, Promise<LoadedFile>>();
  /** The names of parts from other files in `components`. */
  readonly #names = new Map<object, string>();

  constructor(
    readonly main: LoadedFile,
    readonly places: Places,
  ) {
    this.#files.set(path.resolve(main.file), Promise.resolve(main));
  }

  async resolveAll(start: Part, home: LoadedFile, root: object): Promise<void> {
    // Listed first, because the replacement of a reference is searched when it is put in place.
    for (const part of [...partsOf(start)]) {
      if (typeof part.value['$ref'] === 'string') await this.#resolve(part, home, root);
      else if (part.kind === 'Discriminator') await this.#resolveMapping(part, home, root);
    }
  }

  async #resolve(part: Part, home: LoadedFile, root: object): Promise<void> {
    const reference = String(part.value['$ref']);
    const wrong = (message: string) => void this.problems.push({ message, at: [...part.at, '$ref'], root });
    const target = await this.#find(reference, home, part.kind);
    if (typeof target === 'string') {
      wrong(target);
    } else if (part.kind === 'PathItem') {
      await this.#inline(part, target, root);
    } else {
      const name = await this.#nameOf(target, part.kind);
      if (name === undefined) wrong(refusal('ref-kind', `'${reference}'`));
      else part.value['$ref'] = name;
    }
  }

  async #resolveMapping({ value, at }: Part, home: LoadedFile, root: object): Promise<void> {
    const mapping = value['mapping'];
    if (!isObject(mapping)) return;
    for (const [key, reference] of Object.entries(mapping)) {
      if (typeof reference !== 'string') continue;
      // A bare name is that of a schema.
      const pointer =
        /^[\w.-]+$/.test(reference) && !/\.(ya?ml|json)$/.test(reference)
          ? `#/components/schemas/${reference}`
          : reference;
      const target = await this.#find(pointer, home, 'Schema');
      const name = typeof target === 'string' ? undefined : await this.#nameOf(target, 'Schema');
      if (name !== undefined) mapping[key] = name;
      else this.problems.push({ message: `'${reference}' leads nowhere`, at: [...at, 'mapping', key], root });
    }
  }

  /** The target of a reference, or its fault. A chain of references must end somewhere. */
  async #find(reference: string, home: LoadedFile, kind: Kind): Promise<Target | string> {
    const first = await this.#follow(reference, home);
    const seen = new Set<object>();
    let last = first;
    while (typeof last !== 'string' && typeof last.value['$ref'] === 'string') {
      if (seen.has(last.value)) return refusal('ref-circle', `'${reference}'`);
      seen.add(last.value);
      last = await this.#follow(last.value['$ref'], last.home);
    }
    if (typeof last === 'string') return last;
    return kind === 'PathItem' ? last : first;
  }

  async #follow(reference: string, home: LoadedFile): Promise<Target | string> {
    if (/^[a-z][a-z\d+.-]+:/i.test(reference)) return refusal('ref-url', `'${reference}'`);
    const [location = '', fragment = ''] = reference.split('#');
    let file = home;
    if (location !== '') {
      const place = path.resolve(path.dirname(home.file), decoded(location) ?? location);
      const pending = this.#files.get(place) ?? readSource(place, this.places).then((root) => ({ file: place, root }));
      this.#files.set(place, pending);
      try {
        file = await pending;
      } catch (error) {
        if (!(error as NodeJS.ErrnoException).code) throw error;
        return `'${reference}' leads nowhere: the file ${path.relative(process.cwd(), place)} cannot be read`;
      }
    }
    const at = fragment
      .split('/')
      .slice(1)
      .map((part) => decoded(part)?.replaceAll('~1', '/').replaceAll('~0', '~'));
    if ((fragment !== '' && !fragment.startsWith('/')) || at.includes(undefined))
      return refusal('ref-form', `'${reference}'`);
    const value = at.reduce<unknown>((parent, key) => memberOf(parent, key ?? ''), file.root);
    if (!isObject(value) || Array.isArray(value)) return `'${reference}' leads nowhere`;
    return { home: file, value, at: at as string[] };
  }

  /** The local reference to a component; a part of another file is made one. */
  async #nameOf({ home, value, at }: Target, kind: Kind): Promise<string | undefined> {
    const section = homes[kind];
    if (section === undefined) return undefined;
    if (home === this.main && at[0] === 'components' && at.length === 3) {
      return at[1] === section ? pointerOf(at) : undefined;
    }
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const components = ownObject(this.main.root, 'components');
    const members = ownObject(components, section);
    const name = freeName(at.at(-1) ?? path.basename(home.file).replace(/\..*$/, ''), members);
    const pointer = pointerOf(['components', section, name]);
    this.#names.set(value, pointer);
    const copy = structuredCopy(value, this.places);
    members[name] = copy;
    await this.resolveAll({ kind, value: copy, at: [] }, home, copy);
    return pointer;
  }

  async #inline({ value, at }: Part, target: Target, root: object): Promise<void> {
    const siblings = Object.keys(value).filter((key) => key !== '$ref' && !key.startsWith('x-'));
    if (siblings.length > 0) {
      this.problems.push({
        message: refusal('ref-siblings', `'${String(siblings[0])}'`),
        at: [...at, siblings[0] ?? ''],
        root,
        key: true,
      });
      return;
    }
    delete value['$ref'];
    const copy = structuredCopy(target.value, this.places);
    Object.assign(value, copy);
    this.places.copy(target.value, value);
    await this.resolveAll({ kind: 'PathItem', value, at: [] }, target.home, value);
  }
}

function memberOf(parent: unknown, key: string): unknown {
  return isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function ownObject(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const own = parent[key];
  if (isObject(own)) return own;
  const made: Record<string, unknown> = {};
  parent[key] = made;
  return made;
}

function freeName(wanted: string, members: Record<string, unknown>): string {
  const name = wanted.replaceAll(/[^\w.-]/g, '_');
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}_${count}`;
    if (!Object.hasOwn(members, candidate)) return candidate;
  }
}

function pointerOf(at: Path): string {
  return `#/${at.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}

/** Undefined for invalid percent-encoding. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function structuredCopy<Value>(value: Value, places: Places): Value {
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
  places.copy(value, copy);
  for (const [key, member] of Object.entries(value)) copy[key] = structuredCopy(member, places);
  return copy as Value;
}
