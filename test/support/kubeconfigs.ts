// Kubeconfigs that work and that do not: changes of a working one, with the expected message.
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { type ClientCertificatePem } from './client-certificate.js';

export interface Config {
  [field: string]: unknown;
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
}
export type Place = Parts & {
  config: Config;
  folder: string;
  cluster: Record<string, unknown>;
  user: Record<string, unknown>;
};

export interface Parts {
  authority: AuthorityFiles;
  foreign: AuthorityFiles;
  client: ClientCertificatePem;
  server: string;
}

export interface Case {
  /** How a kubeconfig that works is changed. */
  change: (place: Place) => void;
  /** What the error or warning says. */
  error?: RegExp;
  warning?: RegExp;
  /** Why kubectl is not tried: its versions differ, or its result does not apply. */
  notAsked?: string;
}

export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const jwt = (claims: object) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
export const seconds = (days: number) => Math.floor(Date.now() / 1000) + days * 24 * 60 * 60;
export const withClient = ({ user }: Place, { certificatePem, privateKeyPem }: Omit<ClientCertificatePem, 'key'>) =>
  Object.assign(user, { 'client-certificate-data': base64(certificatePem), 'client-key-data': base64(privateKeyPem) });
export const replaceUser = ({ config }: Place, user: Record<string, unknown>) =>
  (config.users = [{ name: 'alice', user }]);
export const exec = (fields: Record<string, unknown>) => (place: Place) =>
  replaceUser(place, { exec: { command: process.execPath, ...fields } });
export const encrypted = (type: 'pkcs1' | 'pkcs8') =>
  ({ type, format: 'pem', cipher: 'aes-128-cbc', passphrase: 'secret' }) as const;
