// Whatever the content and style of a kubeconfig, merging keeps foreign parts, and a second merge changes nothing.
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { readKubeconfigSource } from '../../src/kubeconfig/kubeconfig-source.js';
import { createAddition, mergeKubeconfig } from '../support/merging.js';
import { property } from '../support/property.js';
import { type Config, type Entry, type Spelling, config, spelling } from '../support/random-kubeconfigs.js';

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
