// The examples of the contract are usable data: a mock made of them gives kubeconfigs that the kit and kubectl accept.
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadContract } from '../../src/spec.js';
import { judgeChain } from '../../src/verify/certificate-chain.js';
import * as rules from '../../src/verify/certificate-rules.js';
import { judgeStrength } from '../../src/verify/certificate-strength.js';
import { readCredential } from '../../src/verify/credential.js';
import { judgeTrust, readKubeconfig } from '../../src/verify/kubeconfig-rules.js';
import { kubectls, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Content {
  content?: Record<string, { examples?: Record<string, { value: unknown }> }>;
}
const { paths, components } = loadContract();
const operations = Object.entries(paths).find(([place]) => place.endsWith('/clustercert'))?.[1] ?? {};
const examples = ['get', 'post'].flatMap((method) => {
  const { responses } = operations[method] as { responses: Record<string, Content> };
  const named = responses['200']?.content?.['application/json']?.examples ?? {};
  return Object.entries(named).map(([name, { value }]): [string, unknown] => [`${method} ${name}`, value]);
});

describe.each(examples)('%s', (_name, value) => {
  test('has a credential that is right', () => {
    const kubeconfig = readKubeconfig(value);
    const credential = readCredential(kubeconfig ?? {});
    const judges = [rules.judgeKey, judgeChain, rules.judgePurpose, rules.judgeSerial, rules.judgeVersion];
    expect(credential.faults).toEqual([]);
    expect([...judges, judgeStrength].flatMap((judge) => judge(credential))).toEqual([]);
    expect(rules.judgeValidity(credential)).toEqual([]);
    expect(judgeTrust(kubeconfig ?? {})).toEqual([]);
  });

  testWith(kubectls[0], 'kubectl')('is taken by kubectl', () => {
    const file = path.join(temporaryFolder(), 'config');
    writeFileSync(file, JSON.stringify(value));
    // Nothing listens there: kubectl gets as far as the connection only with a credential that it can read.
    const args = [
      '--kubeconfig',
      file,
      '--server',
      'https://127.0.0.1:1',
      '--request-timeout',
      '2s',
      'get',
      '--raw',
      '/',
    ];
    const { stderr } = spawnSync(kubectls[0] ?? '', args, { encoding: 'utf8' });
    expect(stderr).toMatch(/refused|connection/i);
    expect(stderr).not.toMatch(/PEM|base64|certificate|unmarshal/i);
  });
});

test('each error has an example of its own status', () => {
  for (const [name, response] of Object.entries((components['responses'] ?? {}) as Record<string, Content>)) {
    const codes = Object.values(response.content?.['application/json']?.examples ?? {}).map(
      ({ value }) => (value as { code: number }).code,
    );
    expect([name, new Set(codes).size]).toEqual([name, 1]);
  }
});
