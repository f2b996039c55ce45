// What is called broken does not work with kubectl against a TLS server of that authority, and what is not does.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { startApiServer } from '../support/api-server.js';
import { broken } from '../support/broken-kubeconfigs.js';
import { clientCertificate } from '../support/client-certificate.js';
import { runWith } from '../support/command-line.js';
import { type Config, type Parts, base64, withClient } from '../support/kubeconfigs.js';
import { kubectls, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { working } from '../support/working-kubeconfigs.js';

const cases = { ...working, ...broken };

let parts: Parts;

beforeAll(async () => {
  const [authority, foreign] = await Promise.all([{ now: new Date() }, { now: new Date() }].map(createAuthority));
  if (!authority || !foreign) throw new Error('no authority');
  const { url: server } = await startApiServer(authority);
  parts = { authority, foreign, client: clientCertificate(authority), server };
});

/** A kubeconfig of its own, and the options with which programs take it. */
function prepare(name: string): { file: string; environment: Record<string, string> } {
  const folder = temporaryFolder();
  const cluster: Record<string, unknown> = {
    server: parts.server,
    'certificate-authority-data': base64(parts.authority.certificatePem),
  };
  const user: Record<string, unknown> = {};
  const config: Config = {
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'alice', user }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'alice' } }],
    'current-context': 'context',
  };
  const place = { ...parts, config, folder, cluster, user };
  withClient(place, parts.client);
  cases[name]?.change(place);
  const file = path.join(folder, 'config');
  writeFileSync(file, JSON.stringify(config) + (name === 'two documents' ? '\n---\n{}\n' : ''), { mode: 0o600 });
  mkdirSync(path.join(folder, 'home'));
  return { file, environment: { KUBECONFIG: file, HOME: path.join(folder, 'home'), PATH: process.env['PATH'] ?? '' } };
}

const secrets = /PRIVATE KEY|secret|eyJ/;

test.each(Object.entries(cases))('inspect judges %s', async (name, { error, warning }) => {
  const { environment } = prepare(name);
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

describe.each(kubectls.length === 0 ? ['kubectl'] : kubectls)('%s', (kubectl) => {
  const asked = Object.entries(cases).filter(([, { notAsked }]) => notAsked === undefined);
  testWith(kubectls[0], 'kubectl').each(asked)('agrees on %s', async (name, { error }) => {
    const { environment } = prepare(name);
    const called = promisify(execFile)(kubectl, ['get', '--raw', '/version'], { env: environment, timeout: 20_000 });
    called.child.stdin?.end();
    const works = await called.then(
      ({ stdout }) => stdout.includes('gitVersion'),
      () => false,
    );
    expect(works).toBe(error === undefined);
  });
});
