import { expect, test } from '@jest/globals';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { run, startServe } from '../support/command-line.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('says at start what it cannot read and which secrets others can read, and serves the rest', async () => {
  const above = temporaryFolder();
  const data = path.join(above, 'data');
  const options = ['--data', data, '--project', projectId];
  const id = (await run('cluster', 'add', ...options, '--server', 'https://192.168.1.7:5443')).stdout.trim();
  await run('token', 'add', ...options, '--user', 'alice', '--group', 'developers');
  const { certificatePem, privateKeyPem } = await createAuthority({ now: new Date() });
  const [certFile, keyFile] = [path.join(above, 'tls.crt'), path.join(above, 'tls.key')];
  writeFileSync(certFile, certificatePem);
  writeFileSync(keyFile, privateKeyPem);
  // As of a backup that was restored readable by all.
  for (const folder of [above, data, path.join(data, 'clusters'), path.join(data, 'clusters', id)])
    chmodSync(folder, 0o755);
  for (const file of [keyFile, path.join(data, 'clusters', id, 'ca.key')]) chmodSync(file, 0o644);
  writeFileSync(path.join(data, 'tokens', `${'a'.repeat(64)}.json`), 'S3CRET');
  const { child, ended, stderr } = await startServe('--data', data, '--tls-cert', certFile, '--tls-key', keyFile);
  while (!stderr().includes('secrets')) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0 });
  const lines = stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
    `others can read --tls-key; end that with: chmod go= ${keyFile}`,
    "token 'aaaaaaaaaaaa' cannot be read: it is not JSON",
    `others can read the secrets 'clusters/${id}/ca.key'; end that with: chmod -R go= ${data}`,
  ]);
  expect(stderr()).not.toMatch(/S3CRET|PRIVATE KEY/);
});
