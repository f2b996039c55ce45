// TLS files that change while the provider serves: a new pair is used, an unusable one is kept out.
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { TlsFiles } from '../../src/server/tls-files.js';
import { startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const place = (name: string) => path.join(folder, name);

/** A pair of files made by OpenSSL, the usual tool in the field. */
function makePair(name: string, kind: 'rsa' | 'ec' = 'ec', days = '1') {
  const algorithm = kind === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', ...algorithm, '-nodes', '-subj', `/CN=${name}`, '-days', days].concat([
      '-keyout',
      place(`${name}.key`),
      '-out',
      place(`${name}.crt`),
    ]),
    { stdio: 'ignore' },
  );
  return { cert: place(`${name}.crt`), key: place(`${name}.key`) };
}

const first = makePair('first');
const second = makePair('second', 'rsa');
const [certFile, keyFile] = [place('tls.crt'), place('tls.key')];
const use = ({ cert, key }: { cert: string; key: string }) => {
  copyFileSync(cert, certFile);
  copyFileSync(key, keyFile);
};

async function startWithTls() {
  const tlsFiles = new TlsFiles({ certFile, keyFile });
  const provider = await startProvider({ listening: { tls: await tlsFiles.read() } });
  const subject = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({
        port: Number(new URL(provider.url).port),
        host: '127.0.0.1',
        rejectUnauthorized: false,
      });
      socket.on('secureConnect', () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on('error', reject);
    });
  const reload = () => tlsFiles.reload(provider.replaceTls, provider.log);
  return { ...provider, tlsFiles, subject, reload };
}

test('a pair that is replaced is served to new connections, without a restart', async () => {
  use(first);
  const { tlsFiles, subject, replaceTls, log } = await startWithTls();
  const following = tlsFiles.follow(replaceTls, log);
  try {
    expect(await subject()).toBe('first');
    use(second);
    for (let waited = 0; waited < 60 && (await subject()) !== 'second'; waited++) await setTimeout(250);
    expect(await subject()).toBe('second');
  } finally {
    following.stop();
  }
}, 30_000);

test.each<[string, () => void, RegExp]>([
  ['a key of another certificate', () => copyFileSync(second.key, keyFile), /the key|key values mismatch/],
  ['text', () => writeFileSync(certFile, 'no certificate'), /./],
  ['nothing', () => rmSync(keyFile), /cannot be read/],
])('%s is kept out: the old pair stays, and the log says why', async (_name, damage, reason) => {
  use(first);
  const { subject, reload, logged } = await startWithTls();
  damage();
  await reload();
  await setTimeout(50);
  expect(await subject()).toBe('first');
  expect(logged).toEqual([
    expect.objectContaining({
      level: 'error',
      msg: 'TLS files not loaded; the old ones stay',
      cause: expect.stringMatching(reason),
    }),
  ]);
  expect(JSON.stringify(logged)).not.toContain('PRIVATE KEY');
  // Whole again, it is taken.
  use(second);
  await reload();
  expect(await subject()).toBe('second');
});

test('a pair that is not valid now is refused, at the start and later', async () => {
  use(first);
  const later = new TlsFiles({ certFile, keyFile, now: () => new Date(Date.now() + 3 * 86_400_000) });
  await expect(later.read()).rejects.toMatchObject({
    code: 'data_unreadable',
    message: expect.stringMatching(/^the TLS files cannot be used: the certificate expired at /),
  });
  const earlier = new TlsFiles({ certFile, keyFile, now: () => new Date(Date.now() - 86_400_000) });
  await expect(earlier.read()).rejects.toThrow('is not valid before');
});

test('files that are replaced by renaming are seen', async () => {
  use(first);
  const tlsFiles = new TlsFiles({ certFile, keyFile });
  await tlsFiles.read();
  copyFileSync(second.cert, place('new.crt'));
  copyFileSync(second.key, place('new.key'));
  renameSync(place('new.crt'), certFile);
  renameSync(place('new.key'), keyFile);
  const { log } = await startProvider();
  const taken = await new Promise<string>((resolve) => {
    const following = tlsFiles.follow(({ cert }) => {
      following.stop();
      resolve(cert);
    }, log);
  });
  expect(taken).toContain('BEGIN CERTIFICATE');
}, 20_000);
