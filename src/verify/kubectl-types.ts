// The types that client-go decodes a kubeconfig into (clientcmd/api/v1, types.go): kubectl refuses the whole file for one
// field of another type, whether it uses the field or not.
import type { Fault } from './finding.js';

type Type = 'string' | 'boolean' | 'strings' | 'map' | 'any' | readonly [Fields] | Fields;
interface Fields {
  readonly [name: string]: Type;
}

const extensions = [{ name: 'string', extension: 'any' }] as const;

const cluster: Fields = {
  server: 'string',
  'tls-server-name': 'string',
  'insecure-skip-tls-verify': 'boolean',
  'certificate-authority': 'string',
  'certificate-authority-data': 'string',
  'proxy-url': 'string',
  'disable-compression': 'boolean',
  extensions,
};
const user: Fields = {
  'client-certificate': 'string',
  'client-certificate-data': 'string',
  'client-key': 'string',
  'client-key-data': 'string',
  token: 'string',
  tokenFile: 'string',
  as: 'string',
  'as-uid': 'string',
  'as-groups': 'strings',
  'as-user-extra': 'map',
  username: 'string',
  password: 'string',
  'auth-provider': { name: 'string', config: 'map' },
  exec: 'map',
  extensions,
};
const config: Fields = {
  preferences: { colors: 'boolean', extensions },
  clusters: [{ cluster }],
  users: [{ user }],
  contexts: [{ context: { cluster: 'string', user: 'string', namespace: 'string', extensions } }],
  extensions,
};

/** Fields with rules of their own; no fault is reported twice. */
const elsewhere =
  /^(preferences|clusters|users|contexts|.*\.(server|insecure-skip-tls-verify|context|cluster|user|[a-z-]+-data))$/;

/** What kubectl would refuse to decode. */
export function judgeTypes(kubeconfig: object): Fault[] {
  return faultsAt(kubeconfig, config, '').filter(({ where }) => !elsewhere.test(where));
}

function faultsAt(value: unknown, type: Type, where: string): Fault[] {
  if (value === undefined || value === null || type === 'any') return [];
  if (typeof type === 'string') return isOf[type](value) ? [] : [wrong(where, names[type], value)];
  if (isList(type)) {
    if (!Array.isArray(value)) return [wrong(where, 'a list', value)];
    return value.flatMap((one, i) => faultsAt(one, type[0], `${where}[${i}]`));
  }
  if (!isObject(value)) return [wrong(where, 'an object', value)];
  return Object.entries(type).flatMap(([name, inner]) =>
    faultsAt(value[name], inner, where === '' ? name : `${where}.${name}`),
  );
}

const isList = (type: Type): type is readonly [Fields] => Array.isArray(type);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isString = (value: unknown) => typeof value === 'string';
const names = { string: 'a string', boolean: 'true or false', strings: 'a list of strings', map: 'an object' };
const isOf: Record<keyof typeof names, (value: unknown) => boolean> = {
  string: isString,
  boolean: (value) => typeof value === 'boolean',
  strings: (value) => Array.isArray(value) && value.every(isString),
  map: isObject,
};

const wrong = (where: string, expected: string, value: unknown): Fault => ({
  where,
  expected,
  // The value itself may be a secret.
  received: Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`,
  source: 'client-go, clientcmd/api/v1: Config; kubectl decodes no file with another type',
});
