// A process that first looks at a certificate, and only then needs TLS, gets it: Node's own loading order breaks it.
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ecAuthority } from '../support/ec-authority.js';

const facts = pathToFileURL(path.resolve('src/inspect/certificate-facts.ts')).href;
const program = `
  const { X509Certificate } = await import('node:crypto');
  const { describeCertificate } = await import(${JSON.stringify(facts)});
  const certificate = new X509Certificate(process.env.PEM);
  const { commonName } = describeCertificate(certificate, { now: new Date(), soonSeconds: 0 });
  const { createServer } = await import('node:https');
  createServer({});
  console.log(commonName);
`;

test('an HTTPS server is created after the facts of a certificate were read', () => {
  const { certificatePem } = ecAuthority();
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const stdout = execFileSync(process.execPath, args, {
    env: { ...process.env, PEM: certificatePem },
    encoding: 'utf8',
  });
  expect(stdout.trim()).not.toBe('');
});
