// What inspect calls broken does not work with kubectl against a TLS server of that authority, and what is not does.
import { beforeAll, describe, expect } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startApiServer } from '../support/api-server.js';
import { cases, newParts, prepare } from '../support/judged-kubeconfigs.js';
import type { Parts } from '../support/kubeconfigs.js';
import { kubectls, testWith } from '../support/programs.js';

let parts: Parts;

beforeAll(async () => {
  const made = newParts();
  const { url: server } = await startApiServer(made.authority);
  parts = { ...made, server };
});

describe.each(kubectls.length === 0 ? ['kubectl'] : kubectls)('%s', (kubectl) => {
  const asked = Object.entries(cases).filter(([, { notAsked }]) => notAsked === undefined);
  testWith(kubectls[0], 'kubectl').each(asked)('agrees on %s', async (name, { error }) => {
    const env = prepare(name, parts);
    const called = promisify(execFile)(kubectl, ['get', '--raw', '/version'], { env, timeout: 20_000 });
    called.child.stdin?.end();
    const works = await called.then(
      ({ stdout }) => stdout.includes('gitVersion'),
      () => false,
    );
    expect(works).toBe(error === undefined);
  });
});
