// Kubeconfigs that inspect judges and that kubectl is asked about, each as a file of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { broken } from './broken-kubeconfigs.js';
import { clientCertificate } from './client-certificate.js';
import { ecAuthority } from './ec-authority.js';
import { type Case, type Config, type Parts, base64, withClient } from './kubeconfigs.js';
import { temporaryFolder } from './temporary-folder.js';
import { working } from './working-kubeconfigs.js';

/** What works and what does not, by name. */
export const cases: Record<string, Case> = { ...working, ...broken };

/** The certificates that the kubeconfigs are made of. */
export function newParts(): Omit<Parts, 'server'> {
  const [authority, foreign] = [ecAuthority(), ecAuthority()];
  return { authority, foreign, client: clientCertificate(authority) };
}

/** A kubeconfig of its own for a case, and the environment in which programs take it. */
export function prepare(name: string, parts: Parts): Record<'KUBECONFIG' | 'HOME' | 'PATH', string> {
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
  return { KUBECONFIG: file, HOME: path.join(folder, 'home'), PATH: process.env['PATH'] ?? '' };
}
