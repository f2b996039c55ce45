// The text of a kubeconfig becomes its entries, with every field of the type that kubectl insists on. What does not
// fit is refused with its line and column, and without a piece of the text, which may be a secret.
import { LineCounter, type ParsedNode, isNode, parseDocument } from 'yaml';
import { ClusterCertError } from '../errors.js';

const clusterFields = {
  server: 'string',
  'tls-server-name': 'string',
  'insecure-skip-tls-verify': 'boolean',
  'certificate-authority': 'string',
  'certificate-authority-data': 'string',
  'proxy-url': 'string',
} as const;

const userFields = {
  'client-certificate': 'string',
  'client-certificate-data': 'string',
  'client-key': 'string',
  'client-key-data': 'string',
  token: 'string',
  tokenFile: 'string',
  username: 'string',
  password: 'string',
  as: 'string',
  'as-uid': 'string',
  'as-groups': 'list of strings',
  'as-user-extra': 'mapping',
  exec: 'mapping',
  'auth-provider': 'mapping',
} as const;

const contextFields = { cluster: 'string', user: 'string', namespace: 'string' } as const;
const execFields = {
  apiVersion: 'string',
  command: 'string',
  interactiveMode: 'string',
  args: 'list of strings',
} as const;
const authProviderFields = { name: 'string', config: 'mapping' } as const;

interface Types {
  string: string;
  boolean: boolean;
  'list of strings': string[];
  mapping: Record<string, unknown>;
}
type FieldTypes = Readonly<Record<string, keyof Types>>;
type FieldsOf<Fields extends FieldTypes> = { readonly [Name in keyof Fields]?: Types[Fields[Name]] };

export type ClusterFields = FieldsOf<typeof clusterFields>;
export type ContextFields = FieldsOf<typeof contextFields>;
export type UserFields = Omit<FieldsOf<typeof userFields>, 'exec' | 'auth-provider'> & {
  readonly exec?: FieldsOf<typeof execFields>;
  readonly 'auth-provider'?: FieldsOf<typeof authProviderFields>;
};

export interface Named<Fields> {
  readonly name: string;
  readonly fields: Fields;
}

export interface ParsedKubeconfig {
  currentContext: string;
  clusters: Named<ClusterFields>[];
  users: Named<UserFields>[];
  contexts: Named<ContextFields>[];
  /** Whether YAML documents follow, which kubectl does not read. */
  hasMore: boolean;
}

type Place = (string | number)[];

class Misfit extends Error {
  constructor(
    readonly place: Place,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/** Reads YAML or JSON; throws `data_unreadable` with file, line and column. */
export function parseKubeconfig(text: string, file: string): ParsedKubeconfig {
  const json = parseJson(text);
  if (json === undefined) return read(parseYaml(text, file), text, file);
  return read({ value: json, hasMore: false }, text, file);
}

function read({ value, hasMore }: { value: unknown; hasMore: boolean }, text: string, file: string): ParsedKubeconfig {
  try {
    return { ...readConfig(value), hasMore };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    const { place, expected } = error;
    throw malformed(file, positionOf(place, text), `${nameOf(place)} must be ${expected}`);
  }
}

function readConfig(value: unknown): Omit<ParsedKubeconfig, 'hasMore'> {
  const config = readMapping(value ?? {}, []);
  for (const [name, only] of Object.entries({ kind: 'Config', apiVersion: 'v1' }))
    if (!['', only].includes((config[name] ?? '') as string)) throw new Misfit([name], `'${only}'`);
  const { 'current-context': currentContext = '' } = readFields(config, { 'current-context': 'string' }, []);
  return {
    currentContext,
    clusters: readEntries(config, 'cluster', clusterFields),
    contexts: readEntries(config, 'context', contextFields),
    users: readEntries(config, 'user', userFields).map(({ name, fields }, index) => {
      const at = ['users', index, 'user'];
      const { exec, 'auth-provider': authProvider, ...rest } = fields;
      return {
        name,
        fields: {
          ...rest,
          ...(exec && { exec: readFields(exec, execFields, [...at, 'exec']) }),
          ...(authProvider && {
            'auth-provider': readFields(authProvider, authProviderFields, [...at, 'auth-provider']),
          }),
        },
      };
    }),
  };
}

/** The entries of `clusters`, `users` or `contexts`. */
function readEntries<Fields extends FieldTypes>(
  config: Record<string, unknown>,
  kind: string,
  fields: Fields,
): Named<FieldsOf<Fields>>[] {
  const list = config[`${kind}s`] ?? [];
  if (!Array.isArray(list)) throw new Misfit([`${kind}s`], 'a list');
  return list.map((value: unknown, index) => {
    const at = [`${kind}s`, index];
    const entry = readMapping(value ?? {}, at);
    const { name = '' } = readFields(entry, { name: 'string' }, at);
    return { name, fields: readFields(readMapping(entry[kind] ?? {}, [...at, kind]), fields, [...at, kind]) };
  });
}

/** The known fields of a mapping; null is the same as nothing. */
function readFields<Fields extends FieldTypes>(
  mapping: Record<string, unknown>,
  fields: Fields,
  at: Place,
): FieldsOf<Fields> {
  const found = Object.entries(fields).filter(([name]) => mapping[name] !== undefined && mapping[name] !== null);
  for (const [name, type] of found) if (!isOf(type, mapping[name])) throw new Misfit([...at, name], `a ${type}`);
  return Object.fromEntries(found.map(([name]) => [name, mapping[name]])) as FieldsOf<Fields>;
}

function isOf(type: keyof Types, value: unknown): boolean {
  if (type === 'mapping') return isMapping(value);
  if (type === 'list of strings') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  return typeof value === type;
}

function readMapping(value: unknown, at: Place): Record<string, unknown> {
  if (isMapping(value)) return value;
  throw new Misfit(at, 'a mapping');
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Far quicker than YAML, of which it is a part; undefined for whatever is no JSON. */
function parseJson(text: string): unknown {
  try {
    return /^\s*\{/.test(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function parseYaml(text: string, file: string): { value: unknown; hasMore: boolean } {
  const { document, lines } = open(text);
  const [error] = [
    ...document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS'),
    // A tag that YAML defines and the value does not fit, such as `!!int abc`; foreign tags do not matter.
    ...document.warnings.filter(({ message }) => message.includes('tag:yaml.org')),
  ];
  if (error)
    throw malformed(file, lines.linePos(error.pos[0]), `this is neither YAML nor JSON (${wordsOf(error.code)})`);
  try {
    // Enough for what people write, and too little for what grows without end.
    return { value: document.toJS({ maxAliasCount: 100_000 }), hasMore: document.errors.length > 0 };
  } catch {
    throw malformed(file, { line: 1, col: 1 }, 'its YAML aliases cannot be resolved');
  }
}

/** As kubectl reads YAML: version 1.1 without times of day, of two equal keys the last. */
function open(text: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp'))),
  });
  return { document, lines };
}

/** The innermost part of the place that is in the text. */
function positionOf(place: Place, text: string): { line: number; col: number } {
  const { document, lines } = open(text);
  for (let length = place.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(place.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos((node as ParsedNode).range[0]);
  }
  return { line: 1, col: 1 };
}

function malformed(file: string, { line, col }: { line: number; col: number }, what: string): ClusterCertError {
  return new ClusterCertError('data_unreadable', `${file}:${line}:${col}: ${what}`);
}

const wordsOf = (code: string) => code.toLowerCase().replaceAll('_', ' ');

/** `clusters[0].cluster.server` */
function nameOf(place: Place): string {
  if (place.length === 0) return 'a kubeconfig';
  return place
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}
