// Go's crypto/x509 as the reference for certificates: the verdicts of kube-apiserver and client-go.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AuthorityFiles, openAuthority } from '../../src/certificate/authority.js';
import { createIssuer } from '../../src/certificate/issue-certificate.js';
import { forDays } from '../../src/certificate/validity.js';
import { temporaryFolder } from './temporary-folder.js';

interface Judgement {
  parse: string;
  client: string;
  server: string;
}

const issueCertificate = createIssuer({ maximumBytes: 0 });

/** The client certificate for which Go is asked. */
export function clientOf(files: AuthorityFiles, now: Date): string {
  const caller = { clusterId: 'c', userId: 'alice', groups: ['dev'] };
  const request = { ...caller, validity: forDays(7), reuseWindowSeconds: 60, now };
  return issueCertificate(openAuthority(files), request).certificatePem;
}

/** For each question Go's errors for the CA file, a client by it and a server by it; empty for none. */
export function goJudges(questions: object[]): Judgement[] {
  const program = path.join(temporaryFolder(), 'x509');
  const cwd = fileURLToPath(new URL('go-x509', import.meta.url));
  const built = spawnSync('go', ['build', '-o', program, '.'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local' },
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const input = questions.map((question) => JSON.stringify(question)).join('\n');
  const { stdout } = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Judgement);
}
