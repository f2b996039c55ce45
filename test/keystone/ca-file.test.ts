import { expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cloudToken } from '../../src/client/cloud-token.js';
import { readCaFile } from '../../src/keystone/ca-file.js';
import { run, runIn } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const fileOf = (text: string) => {
  const file = path.join(folder, 'ca.pem');
  writeFileSync(file, text);
  return file;
};
const { certificatePem } = ecAuthority();

test('certificates may have text around them, as bundles of systems do', async () => {
  const text = `# Issuer: CN=one\n${certificatePem}# Issuer: CN=other\n${certificatePem}`;
  expect(await readCaFile(fileOf(text))).toBe(text);
});

test('a file without a certificate is refused before any call, and named', async () => {
  const file = fileOf('root:x:0:0:root:/root:/bin/bash\n');
  const refused = (shown: string) => `error: ${shown} has no certificate in it; PEM is accepted\n`;
  const serve = await run('serve', '--port', '0', '--keystone', 'http://127.0.0.1:2', '--keystone-ca', file);
  expect(serve).toEqual({ code: 1, stdout: '', stderr: refused(`--keystone-ca '${file}'`) });
  const environment = {
    OS_AUTH_URL: 'https://127.0.0.1:2',
    OS_APPLICATION_CREDENTIAL_ID: 'one',
    OS_APPLICATION_CREDENTIAL_SECRET: 'secret',
    OS_CACERT: file,
  };
  const get = await runIn(environment, 'get', 'prod');
  expect(get).toEqual({ code: 1, stdout: '', stderr: refused(`the CA file '${file}' of the cloud`) });
  // Without TLS no certificate is checked, and the openstack command does not look either.
  const plain = await runIn({ ...environment, OS_AUTH_URL: 'http://127.0.0.1:2' }, 'get', 'prod');
  expect(plain.stderr).toMatch(/^error: the identity service does not answer: /);
  await expect(cloudToken(environment)).rejects.toMatchObject({ code: 'data_unreadable' });
  for (const OS_CACERT of [file, path.join(folder, 'nowhere.pem')])
    await expect(cloudToken({ ...environment, OS_AUTH_URL: 'http://127.0.0.1:2', OS_CACERT })).resolves.toBeDefined();
});
