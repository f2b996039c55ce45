// Random kubeconfigs, and the styles of YAML and JSON.
import fc from 'fast-check';
import { type SchemaOptions, type ToStringOptions, stringify as stringifyAs } from 'yaml';

export interface Entry {
  name: string;
}
export interface Config {
  clusters: Entry[];
  users: Entry[];
  contexts: Entry[];
  [key: string]: unknown;
}

const stringify = (value: unknown, options: SchemaOptions & ToStringOptions = {}) =>
  stringifyAs(value, { version: '1.1', ...options });
const name = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom('demo', 'yes', '1.0', '- a', '#x'),
);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('', ' lead', 'a: b', 'line\nline\n', '"quoted"', "it's", '&a', '*a', '{}'),
);
const content = fc.dictionary(fc.constantFrom('server', 'token', 'namespace', 'x-unknown', 'extensions2'), text);
const entries = (field: string) =>
  fc
    .uniqueArray(name, { maxLength: 5 })
    .chain((names) => fc.tuple(...names.map((one) => content.map((inner) => ({ name: one, [field]: inner })))));
/** Entries with names and values of all kinds. */
export const config: fc.Arbitrary<Config> = fc
  .record({ clusters: entries('cluster'), users: entries('user'), contexts: entries('context'), current: name })
  .map(({ current, ...lists }) => ({
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    ...lists,
    'current-context': current,
  }));

/** Writes it in one of the styles of people and programs. */
export type Spelling = (config: Config) => string;
export const spelling: fc.Arbitrary<Spelling> = fc.constantFrom<Spelling>(
  (value) => stringify(value),
  (value) => stringify(value, { indentSeq: false, lineWidth: 0 }),
  (value) => stringify(value, { indent: 4, defaultStringType: 'QUOTE_SINGLE' }),
  (value) => stringify(value, { collectionStyle: 'flow' }),
  (value) => `# mine\n---\n${stringify(value)}# the end`,
  (value) => stringify(value).trimEnd(),
  (value) => JSON.stringify(value),
  (value) => `${JSON.stringify(value, null, 2)}\n`,
);
