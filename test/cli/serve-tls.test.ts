// Files that `clustercert serve` cannot use for TLS: refused before anything listens.
import { expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('TLS files that make no sense', async () => {
  const { code, stderr } = await run(
    'serve',
    '--port',
    '0',
    '--data',
    temporaryFolder(),
    '--tls-cert',
    'package.json',
    '--tls-key',
    'package.json',
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: --tls-cert and --tls-key cannot be used: .*\n$/);
});

test('a key of another kind than the certificate has', async () => {
  const folder = temporaryFolder();
  const [cert, key] = [path.join(folder, 'tls.crt'), path.join(folder, 'tls.key')];
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(cert, ecAuthority().certificatePem);
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(await run('serve', '--port', '0', '--data', folder, '--tls-cert', cert, '--tls-key', key)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: --tls-cert and --tls-key cannot be used: the key is not that of the certificate\n',
  });
});
