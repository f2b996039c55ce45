// Whatever a kubeconfig holds and however it is written, merging keeps what is not its own and is done after one time.
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { type SchemaOptions, type ToStringOptions, stringify as stringifyAs } from 'yaml';
import { readKubeconfigSource } from '../../src/kubeconfig/kubeconfig-source.js';
import { mergeKubeconfig } from '../../src/kubeconfig/merge-kubeconfig.js';
import { createAddition } from '../support/merging.js';
import { property } from '../support/property.js';

interface Entry {
  name: string;
}
interface Config {
  clusters: Entry[];
  users: Entry[];
  contexts: Entry[];
  [key: string]: unknown;
}

const stringify = (value: unknown, options: SchemaOptions & ToStringOptions = {}) =>
  stringifyAs(value, { version: '1.1', ...options });
/** As kubectl reads it. */
const parse = (written: string) => readKubeconfigSource(written, 'written').value as unknown;
/** Some texts of YAML 1.2 are none of 1.1, and kubectl does not read them. */
function isReadable(written: string): boolean {
  try {
    parse(written);
    return true;
  } catch {
    return false;
  }
}

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
const config: fc.Arbitrary<Config> = fc
  .record({ clusters: entries('cluster'), users: entries('user'), contexts: entries('context'), current: name })
  .map(({ current, ...lists }) => ({
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    ...lists,
    'current-context': current,
  }));

type Spelling = (config: Config) => string;
const spelling: fc.Arbitrary<Spelling> = fc.constantFrom<Spelling>(
  (value) => stringify(value),
  (value) => stringify(value, { indentSeq: false, lineWidth: 0 }),
  (value) => stringify(value, { indent: 4, defaultStringType: 'QUOTE_SINGLE' }),
  (value) => stringify(value, { collectionStyle: 'flow' }),
  (value) => `# mine\n---\n${stringify(value)}# the end`,
  (value) => stringify(value).trimEnd(),
  (value) => JSON.stringify(value),
  (value) => `${JSON.stringify(value, null, 2)}\n`,
);
const addition = fc
  .record({
    eip: fc.boolean(),
    secret: fc.stringMatching(/^[a-z]{1,9}$/),
    clusterName: fc.constantFrom('demo', 'prod'),
  })
  .map((fields) => createAddition(fields));

const isOurs = ({ name: called }: Entry) => /^(demo|prod)-shop(-|$)/.test(called);

property<[Config, Spelling, ReturnType<typeof createAddition>, boolean]>(
  'every other entry and field stays, the cluster is there once, and another time changes nothing',
  [config, spelling, addition, fc.boolean()],
  { runs: 300 },
  (before, spell, added, keepContext) => {
    const written = spell(before);
    fc.pre(isReadable(written));
    const merged = mergeKubeconfig(written, added, { keepContext });
    const after = parse(merged) as Config;
    for (const list of ['clusters', 'users', 'contexts'] as const) {
      expect(after[list].filter((entry) => before[list].some(({ name: old }) => old === entry.name))).toEqual(
        before[list],
      );
      expect(new Set(after[list].map(({ name: called }) => called)).size).toBe(after[list].length);
    }
    expect(after.contexts.filter(isOurs)).toHaveLength(added.kubeconfig.contexts.length);
    if (keepContext) expect(after['current-context']).toBe(before['current-context']);
    expect({ ...after, clusters: 0, users: 0, contexts: 0, 'current-context': 0 }).toEqual({
      ...before,
      clusters: 0,
      users: 0,
      contexts: 0,
      'current-context': 0,
    });
    expect(mergeKubeconfig(merged, added, { keepContext })).toBe(merged);
  },
);

property<[Config, Spelling, ReturnType<typeof createAddition>, ReturnType<typeof createAddition>]>(
  'what replaces the cluster leaves nothing of what it replaces',
  [config, spelling, addition, addition],
  { runs: 150 },
  (before, spell, first, second) => {
    fc.pre(isReadable(spell(before)));
    const merged = mergeKubeconfig(mergeKubeconfig(spell(before), first), second);
    const direct = parse(mergeKubeconfig(spell(before), second)) as Config;
    const after = parse(merged) as Config;
    // Names are those of the first time.
    for (const list of ['clusters', 'users', 'contexts'] as const)
      expect(after[list]).toHaveLength(direct[list].length);
  },
);

property<[string]>(
  'whatever a file holds, it is merged into or refused with its place, and nothing else is thrown',
  [fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[-:{}[\]#&*!|>'"%@`a \n,]{0,40}$/))],
  { runs: 500 },
  (anything) => {
    try {
      parse(mergeKubeconfig(anything, createAddition()));
    } catch (error) {
      expect(error).toMatchObject({
        name: 'ClusterCertError',
        message: expect.stringMatching(/^kubeconfig:\d+:\d+: /),
      });
    }
  },
);
