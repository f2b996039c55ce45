// After a merge, client-go and kubectl read the earlier content of a file, and the cluster: for random files, and for
// each file of the corpus.
import { beforeAll, describe, expect } from '@jest/globals';
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { decodeKubeconfig, readKubeconfigSource } from '../../src/kubeconfig/kubeconfig-source.js';
import { askClientGo, buildClientGo } from '../support/client-go.js';
import { clientCertificate } from '../support/client-certificate.js';
import { kubeconfigCorpus } from '../support/kubeconfig-corpus.js';
import { createAddition, mergeKubeconfig } from '../support/merging.js';
import { go, kubectls, testWith } from '../support/programs.js';
import { type Config, config, spelling } from '../support/random-kubeconfigs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);
const lists = ['clusters', 'users', 'contexts'] as const;
const addition = createAddition({ eip: true });

interface Merge {
  name: string;
  before: string;
  after: string;
}

const merges: Merge[] = [];

beforeAll(async () => {
  const authority = await createAuthority({ now: new Date() });
  const parts = { authority, client: clientCertificate(authority), server: 'https://127.0.0.1:1' };
  const random = fc.sample(fc.tuple(config, spelling), { numRuns: 400, seed: 20 });
  const files = [
    ...[...kubeconfigCorpus(parts)].map(([name, content]) => [name, content] as const),
    ...random.map(([value, spell], index) => [`chance ${index}`, Buffer.from(spell(value))] as const),
  ];
  for (const [name, content] of files) {
    const before = textOf(content);
    try {
      if (before !== undefined) merges.push({ name, before, after: mergeKubeconfig(before, addition) });
    } catch {
      // Refused, with its place: what client-go thinks of such files is inspect's matter.
    }
  }
}, 300_000);

function textOf(content: Buffer): string | undefined {
  try {
    return decodeKubeconfig(content, 'f').text;
  } catch {
    return undefined;
  }
}

const bytes = (text: string) => Buffer.from(text).toString('base64');
const withoutLists = (value: object) => ({ ...value, clusters: 0, users: 0, contexts: 0, 'current-context': 0 });

testWith(go, 'go')(
  'client-go reads every file after a merge as before, with the cluster in it, and as we read it',
  async () => {
    const judge = await buildClientGo();
    const texts = merges.flatMap(({ before, after }) => [before, after]);
    const loads = await askClientGo(
      judge,
      texts.map((text) => ({ content: bytes(text), load: true })),
    );
    const values = await askClientGo(
      judge,
      texts.map((text) => ({ content: bytes(text), yaml: true })),
    );
    const problems = merges.flatMap(({ name, before, after }, index) => {
      const [loadBefore, loadAfter] = [loads[2 * index], loads[2 * index + 1]];
      const [was, is] = [values[2 * index]?.value, values[2 * index + 1]?.value] as [Config | null, Config | null];
      if (loadBefore?.loadError !== undefined) return [];
      if (loadAfter?.loadError !== undefined) return [`${name}: does not load: ${loadAfter.loadError}`];
      return differenceOf(was ?? {}, is ?? {}).map((problem) => `${name}: ${problem}: ${before} -> ${after}`);
    });
    expect(problems).toEqual([]);
    expect(merges.length).toBeGreaterThan(600);
  },
  1_200_000,
);

function differenceOf(was: Partial<Config>, is: Partial<Config>): string[] {
  const kept = lists.every((list) => {
    const old = was[list] ?? [];
    return JSON.stringify((is[list] ?? []).slice(0, old.length)) === JSON.stringify(old);
  });
  const added = lists.map((list) => (is[list] ?? []).length - (was[list] ?? []).length).join();
  const [rest, isRest] = [was, is].map((one) =>
    withoutLists({ preferences: {}, kind: 'Config', apiVersion: 'v1', ...one }),
  );
  return [
    ...(kept ? [] : ['an entry changed']),
    ...(added === '3,1,3' ? [] : [`${added} entries were added`]),
    ...(isDeepStrictEqual(rest, isRest) ? [] : ['something beside the entries changed']),
  ];
}

// Every file takes a process.
const asked = () => merges.filter((_, index) => index % 12 === 0);

describe.each(kubectls.length === 0 ? ['kubectl'] : kubectls)('%s', (kubectl) => {
  testWith(kubectls[0], 'kubectl')(
    'shows what we read in files after a merge, or refused them before',
    async () => {
      const folder = temporaryFolder();
      const view = async (text: string) => {
        const file = path.join(folder, 'config');
        writeFileSync(file, text, { mode: 0o600 });
        const args = ['config', 'view', '--raw', '--output', 'json', '--kubeconfig', file];
        const { stdout } = await run(kubectl, args, { env: { HOME: folder, PATH: process.env['PATH'] } });
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      for (const { name, before, after } of asked()) {
        if ((await view(before).catch(() => undefined)) === undefined) continue;
        const { value } = readKubeconfigSource(after, name);
        const shown = await view(after);
        for (const list of lists)
          expect({ name, list: namesIn(shown, list) }).toEqual({ name, list: namesIn(value, list) });
        expect(shown['current-context']).toBe(value['current-context']);
      }
    },
    600_000,
  );
});

/** kubectl sorts them, and calls an entry without a name ''. */
function namesIn(value: Record<string, unknown>, list: (typeof lists)[number]): string[] {
  const entries = (value[list] ?? []) as ({ name?: string } | null)[];
  return entries.map((entry) => entry?.name ?? '').sort();
}
