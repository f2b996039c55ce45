// Each fault that a kubeconfig can have is found and named; kubectl-agrees.process.ts asks kubectl about the same ones.
import { expect, test } from '@jest/globals';
import { runWith } from '../support/command-line.js';
import { cases, newParts, prepare } from '../support/judged-kubeconfigs.js';

const parts = { ...newParts(), server: 'https://127.0.0.1:6443' };
const secrets = /PRIVATE KEY|secret|eyJ/;

test.each(Object.entries(cases))('inspect judges %s', async (name, { error, warning }) => {
  const environment = prepare(name, parts);
  const { code, stdout, stderr } = await runWith({ environment }, 'inspect');
  expect(stderr).toBe('');
  expect({ code, stdout }).toEqual({
    code: error ? 1 : 0,
    stdout: expect.stringMatching(error ?? warning ?? /^(?![^]*(error|warning):)/),
  });
  expect(stdout).not.toMatch(secrets);
  const { stdout: json } = await runWith({ environment }, 'inspect', '--json');
  expect((JSON.parse(json) as { works: boolean }).works).toBe(!error);
  expect(json).not.toMatch(secrets);
});
