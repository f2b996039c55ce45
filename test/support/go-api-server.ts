// A server in Go that lets clients in as kube-apiserver does, with a serving certificate of the cluster's CA. It
// reports its callers.
import { afterAll } from '@jest/globals';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { openAuthority } from '../../src/certificate/authority.js';
import { servingCertificate } from './api-server.js';
import { temporaryFolder } from './temporary-folder.js';

/** A request as the server saw it. */
export interface SeenByGo {
  path: string;
  user: string;
  groups: string[] | null;
  /** Why the caller was refused. */
  error?: string;
}

const running: ChildProcess[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Builds it, which needs Go and nothing else, and listens until the tests of the file are done. */
export async function startGoApiServer(authority: AuthorityFiles): Promise<{ url: string; seen: SeenByGo[] }> {
  const folder = temporaryFolder();
  cpSync(fileURLToPath(new URL('go-apiserver', import.meta.url)), folder, { recursive: true });
  await promisify(execFile)('go', ['build', '-o', 'apiserver', '.'], { cwd: folder, timeout: 600_000 });
  const { cert, key } = servingCertificate(authority);
  const files = { cert, key, 'client-ca': openAuthority(authority).certificatePem };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  const args = Object.keys(files).flatMap((name) => [`--${name}`, path.join(folder, name)]);
  const child = spawn(path.join(folder, 'apiserver'), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  running.push(child);
  const seen: SeenByGo[] = [];
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.on('close', () => reject(new Error('the server in Go ended')));
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      const lines = (text + part).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('listening on ')) resolve(line.slice(13));
        else seen.push(JSON.parse(line) as SeenByGo);
      }
    });
  });
  return { url, seen };
}
