// Certificate authorities from OpenSSL's command line, plain and in kubeadm's layout.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { temporaryFolder } from './temporary-folder.js';

export interface OpensslAuthorityOptions {
  /** Arguments of `openssl genpkey`. */
  key?: string[];
  /** File with a key to use instead of a new one. */
  reuseKey?: string;
  subject?: string;
  days?: number;
  /** Lines of an OpenSSL extension section. */
  extensions?: string[];
  /** Further arguments of `openssl req`. */
  args?: string[];
}

export const rsa2048 = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
export const ecP256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** As kubeadm's: subject, key usage and a DNS name. */
const kubeadmExtensions = [
  'keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign',
  'basicConstraints=critical,CA:TRUE',
  'subjectKeyIdentifier=hash',
  'subjectAltName=DNS:kubernetes',
];

/** A self-signed CA in a folder of its own, under kubeadm's names. */
export function opensslAuthority(options: OpensslAuthorityOptions = {}): AuthorityFiles & { folder: string } {
  const { key = rsa2048, subject = '/CN=kubernetes', days = 3650, extensions = kubeadmExtensions, args = [] } = options;
  const folder = temporaryFolder();
  const [certificateFile, keyFile, configFile] = ['ca.crt', 'ca.key', 'openssl.cnf'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  writeFileSync(configFile, ['[req]', 'distinguished_name=dn', '[dn]', '[ext]', ...extensions, ''].join('\n'));
  if (options.reuseKey === undefined) run('genpkey', ...key, '-out', keyFile);
  else copyFileSync(options.reuseKey, keyFile);
  run(
    'req',
    '-x509',
    '-new',
    '-key',
    keyFile,
    '-subj',
    subject,
    '-days',
    String(days),
    '-out',
    certificateFile,
    '-config',
    configFile,
    '-extensions',
    'ext',
    ...args,
  );
  return {
    folder,
    certificatePem: readFileSync(certificateFile, 'utf8'),
    privateKeyPem: readFileSync(keyFile, 'utf8'),
  };
}

/** Verifies a client certificate as a TLS server does; gives OpenSSL's message if it is refused. */
export function opensslVerify(authorityPem: string, certificatePem: string, { at }: { at?: Date } = {}): string {
  const folder = temporaryFolder();
  const [authorityFile, certificateFile] = ['ca.crt', 'client.crt'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  writeFileSync(authorityFile, authorityPem);
  writeFileSync(certificateFile, certificatePem);
  const time = at ? ['-attime', String(Math.floor(at.getTime() / 1000))] : [];
  try {
    return run('verify', '-purpose', 'sslclient', '-x509_strict', ...time, '-CAfile', authorityFile, certificateFile)
      .replace(certificateFile, 'client.crt')
      .trim();
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  }
}

function run(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
