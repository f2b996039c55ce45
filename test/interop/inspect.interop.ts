// Compares inspect's verdicts on some five hundred kubeconfigs with those of client-go and every installed kubectl.
import { beforeAll, describe, expect } from '@jest/globals';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { inspectKubeconfig } from '../../src/inspect/inspect-kubeconfig.js';
import { readInput } from '../../src/inspect/load-kubeconfig.js';
import { startApiServer } from '../support/api-server.js';
import { type ClientGoVerdict, askClientGo, buildClientGo } from '../support/client-go.js';
import { clientCertificate } from '../support/client-certificate.js';
import { kubeconfigCorpus } from '../support/kubeconfig-corpus.js';
import { go, kubectls, minorOf, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);
const folder = temporaryFolder();
const files = new Map<string, string>();
/** The errors of inspect; '' for none. */
const verdicts = new Map<string, string>();

beforeAll(async () => {
  const authority = await createAuthority({ now: new Date() });
  const { url: server } = await startApiServer(authority);
  const corpus = kubeconfigCorpus({ authority, client: clientCertificate(authority), server });
  for (const [name, content] of corpus) {
    const file = path.join(folder, `config-${files.size}`);
    writeFileSync(file, content, { mode: 0o600 });
    files.set(name, file);
    verdicts.set(name, await problemOf(file));
  }
}, 120_000);

async function problemOf(file: string): Promise<string> {
  const clock = { now: new Date(), soonSeconds: 0 };
  try {
    const inputs = [await readInput(file, {})];
    const { findings } = await inspectKubeconfig(inputs, { clock, searchPath: process.env['PATH'] ?? '' });
    return findings
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message)
      .join('; ');
  } catch (error) {
    return (error as Error).message || 'it is not read';
  }
}

/** Cases of which the two say something else. */
function differences(works: ReadonlyMap<string, string>, { isOld = false } = {}): string[] {
  return [...verdicts].flatMap(([name, problem]) => {
    // An old kubectl ignores fields that it does not know, as inspect says.
    if (isOld && /since 1\.\d+\)/.test(problem)) return [];
    const other = works.get(name) ?? 'was not asked';
    return (problem === '') === (other === '')
      ? []
      : [`${name}: inspect: ${problem || 'works'}; kubectl: ${other || 'works'}`];
  });
}

testWith(go, 'go')(
  'client-go agrees',
  async () => {
    const judge = await buildClientGo();
    const answers = await askClientGo(
      judge,
      [...files.values()].map((file) => ({ file })),
    );
    const works = new Map([...files.keys()].map((name, index) => [name, problemIn(answers[index])]));
    expect(differences(works)).toEqual([]);
  },
  1_200_000,
);

const problemIn = ({ loadError, callError }: ClientGoVerdict = {}) => loadError ?? callError ?? '';

describe.each(kubectls.length === 0 ? ['kubectl'] : kubectls)('%s', (kubectl) => {
  testWith(kubectls[0], 'kubectl')(
    'agrees',
    async () => {
      const works = new Map<string, string>();
      const left = [...files];
      const ask = async () => {
        for (let next = left.pop(); next; next = left.pop()) {
          const [name, file] = next;
          const args = ['--kubeconfig', file, '--cache-dir', folder, 'get', '--raw', '/version'];
          const answer = await run(kubectl, args, {
            timeout: 20_000,
            env: { HOME: folder, PATH: process.env['PATH'] },
          }).then(
            ({ stdout }) => (stdout.includes('gitVersion') ? '' : 'another answer'),
            (error: unknown) => String((error as { stderr?: unknown }).stderr || error),
          );
          works.set(name, answer);
        }
      };
      await Promise.all([ask(), ask()]);
      expect(differences(works, { isOld: minorOf(kubectl) < 24 })).toEqual([]);
    },
    600_000,
  );
});
