// Parses a kubeconfig into its entries, with the field types of client-go: one wrong type makes kubectl refuse the
// whole file. Errors have line and column, but quote nothing of the text.
import { ClusterCertError } from '../errors.js';
import { type KubeconfigSource, nodeAt, readKubeconfigSource } from '../kubeconfig/kubeconfig-source.js';

/** A type of k8s.io/client-go/tools/clientcmd/api/v1; it keeps `any` as it is. */
type FieldType = 'string' | 'boolean' | 'base64' | 'any' | { listOf: FieldType } | { mapOf: FieldType } | FieldTypes;
interface FieldTypes {
  readonly [name: string]: FieldType;
}

const extensions = { listOf: { name: 'string', extension: 'any' } } as const;

const clusterFields = {
  server: 'string',
  'tls-server-name': 'string',
  'insecure-skip-tls-verify': 'boolean',
  'certificate-authority': 'string',
  'certificate-authority-data': 'base64',
  'proxy-url': 'string',
  'disable-compression': 'boolean',
  extensions,
} as const;

const execFields = {
  apiVersion: 'string',
  command: 'string',
  args: { listOf: 'string' },
  env: { listOf: { name: 'string', value: 'string' } },
  installHint: 'string',
  provideClusterInfo: 'boolean',
  interactiveMode: 'string',
} as const;

const userFields = {
  'client-certificate': 'string',
  'client-certificate-data': 'base64',
  'client-key': 'string',
  'client-key-data': 'base64',
  token: 'string',
  tokenFile: 'string',
  username: 'string',
  password: 'string',
  as: 'string',
  'as-uid': 'string',
  'as-groups': { listOf: 'string' },
  'as-user-extra': { mapOf: { listOf: 'string' } },
  exec: execFields,
  'auth-provider': { name: 'string', config: { mapOf: 'string' } },
  extensions,
} as const;

const contextFields = { cluster: 'string', user: 'string', namespace: 'string', extensions } as const;

const configFields = {
  kind: 'string',
  apiVersion: 'string',
  preferences: { colors: 'boolean', extensions },
  clusters: { listOf: { name: 'string', cluster: clusterFields } },
  users: { listOf: { name: 'string', user: userFields } },
  contexts: { listOf: { name: 'string', context: contextFields } },
  'current-context': 'string',
  extensions,
} as const;

type ValueOf<Type> = Type extends 'string' | 'base64'
  ? string
  : Type extends 'boolean'
    ? boolean
    : Type extends { listOf: infer Item }
      ? readonly ValueOf<Item>[]
      : Type extends { mapOf: infer Item }
        ? Readonly<Record<string, ValueOf<Item>>>
        : Type extends object
          ? { readonly [Name in keyof Type]?: ValueOf<Type[Name]> }
          : unknown;

export type ClusterFields = ValueOf<typeof clusterFields>;
export type ContextFields = ValueOf<typeof contextFields>;
export type UserFields = ValueOf<typeof userFields>;
type Config = ValueOf<typeof configFields>;

export interface Named<Fields> {
  readonly name: string;
  readonly fields: Fields;
}

export interface ParsedKubeconfig {
  currentContext: string;
  clusters: Named<ClusterFields>[];
  users: Named<UserFields>[];
  contexts: Named<ContextFields>[];
  /** Whether further YAML documents follow, which kubectl does not read. */
  hasMore: boolean;
}

type Place = readonly (string | number)[];

/** Fields that older versions ignore, whatever their values. */
const knownSince: Readonly<Record<string, string>> = {
  'disable-compression': '1.24',
  'as-uid': '1.22',
  interactiveMode: '1.22',
};

class WrongType extends Error {
  constructor(
    readonly place: Place,
    readonly problem: string,
  ) {
    super(problem);
  }
}

/** Reads YAML or JSON; throws `data_unreadable` with file, line and column. */
export function parseKubeconfig(text: string, file: string): ParsedKubeconfig {
  const source = readKubeconfigSource(text, file);
  try {
    return { ...readConfig(source.value), hasMore: source.hasMore };
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    throw placed(error, source);
  }
}

function placed({ place, problem }: WrongType, { root, errorAt }: KubeconfigSource): ClusterCertError {
  const since = knownSince[String(place.at(-1))];
  const known = since === undefined ? '' : ` (a field that kubectl knows since ${since})`;
  return errorAt(nodeAt(root, place)?.from ?? 0, `${nameOf(place)} ${problem}${known}`);
}

function readConfig(value: unknown): Omit<ParsedKubeconfig, 'hasMore'> {
  const config = read(value, configFields, []) as Config;
  for (const [name, only] of [['kind', 'Config'] as const, ['apiVersion', 'v1'] as const])
    if (!['', only].includes(config[name] ?? '')) throw new WrongType([name], `must be '${only}'`);
  checkExtensions(config);
  const { 'current-context': currentContext = '', clusters = [], users = [], contexts = [] } = config;
  return {
    currentContext,
    clusters: clusters.map(({ name = '', cluster = {} }) => ({ name, fields: cluster })),
    contexts: contexts.map(({ name = '', context = {} }) => ({ name, fields: context })),
    users: users.map(({ name = '', user = {} }) => ({ name, fields: user })),
  };
}

/** The value with its known fields only; null counts as missing. */
function read(value: unknown, type: FieldType, at: Place): unknown {
  if (type === 'any') return value;
  if (typeof type === 'string') return readScalar(value, type, at);
  if (isListType(type)) {
    if (!Array.isArray(value))
      throw new WrongType(at, `must be a list${type.listOf === 'string' ? ' of strings' : ''}`);
    return value.map((item: unknown, index) => readOptional(item, type.listOf, [...at, index]) ?? emptyOf(type.listOf));
  }
  if (!isMapping(value)) throw new WrongType(at, 'must be a mapping');
  if (isMapType(type))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        readOptional(item, type.mapOf, [...at, key]) ?? emptyOf(type.mapOf),
      ]),
    );
  const fields = Object.entries(type).map(
    ([name, inner]) => [name, readOptional(value[name], inner, [...at, name])] as const,
  );
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}

const readOptional = (value: unknown, type: FieldType, at: Place) =>
  value === undefined || value === null ? undefined : read(value, type, at);

const emptyOf = (type: FieldType) => (typeof type === 'string' ? '' : isListType(type) ? [] : {});

function readScalar(value: unknown, type: 'string' | 'boolean' | 'base64', at: Place): unknown {
  if (typeof value !== (type === 'boolean' ? 'boolean' : 'string'))
    throw new WrongType(at, `must be a ${type === 'boolean' ? type : 'string'}`);
  return value;
}

/** client-go keeps extensions by their names. */
function checkExtensions({ preferences, clusters = [], users = [], contexts = [], ...config }: Config): void {
  check(config.extensions, ['extensions']);
  check(preferences?.extensions, ['preferences', 'extensions']);
  clusters.forEach(({ cluster }, index) => {
    check(cluster?.extensions, ['clusters', index, 'cluster', 'extensions']);
  });
  users.forEach(({ user }, index) => {
    check(user?.extensions, ['users', index, 'user', 'extensions']);
  });
  contexts.forEach(({ context }, index) => {
    check(context?.extensions, ['contexts', index, 'context', 'extensions']);
  });

  function check(list: readonly { readonly name?: string }[] = [], at: Place): void {
    const names = list.map(({ name = '' }) => name);
    const twice = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twice >= 0) throw new WrongType([...at, twice, 'name'], 'is there twice');
  }
}

const isListType = (type: Exclude<FieldType, string>): type is { listOf: FieldType } => 'listOf' in type;
const isMapType = (type: Exclude<FieldType, string>): type is { mapOf: FieldType } => 'mapOf' in type;
const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `clusters[0].cluster.server` */
function nameOf(place: Place): string {
  if (place.length === 0) return 'a kubeconfig';
  return place
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}
