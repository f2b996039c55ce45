// Kubeconfigs that work with kubectl, some with a warning.
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { clientCertificate } from './client-certificate.js';
import { type Case, base64, withClient } from './kubeconfigs.js';

export const working: Record<string, Case> = {
  'a right one': { change: () => undefined },
  'an RSA key in the form of PKCS#1': {
    change: (place) => {
      const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const { certificatePem } = clientCertificate(place.authority, { key });
      withClient(place, { certificatePem, privateKeyPem: key.export({ type: 'pkcs1', format: 'pem' }).toString() });
    },
  },
  'an Ed25519 key': {
    change: (place) =>
      withClient(place, clientCertificate(place.authority, { key: generateKeyPairSync('ed25519').privateKey })),
  },
  'a key whose label is of another kind': {
    change: (place) => {
      const pem = place.client.key.export({ type: 'sec1', format: 'pem' }).toString();
      withClient(place, { ...place.client, privateKeyPem: pem.replaceAll('EC PRIVATE', 'PRIVATE') });
    },
  },
  'a chain over an intermediate': {
    change: (place) => {
      const intermediate = clientCertificate(place.authority, { isAuthority: true, subject: [['CN', 'between']] });
      const leaf = clientCertificate(intermediate);
      withClient(place, { ...leaf, certificatePem: leaf.certificatePem + intermediate.certificatePem });
    },
  },
  'certificate and key in one text, with words around': {
    change: (place) => {
      const { certificatePem, privateKeyPem } = place.client;
      const both = `Certificate:\n${privateKeyPem}\n${certificatePem}`;
      withClient(place, { certificatePem: both, privateKeyPem: both });
    },
  },
  'files beside the kubeconfig': {
    change: ({ cluster, user, folder, authority, client }) => {
      writeFileSync(path.join(folder, 'ca.crt'), authority.certificatePem);
      writeFileSync(path.join(folder, 'client.crt'), client.certificatePem);
      writeFileSync(path.join(folder, 'client.key'), client.privateKeyPem, { mode: 0o600 });
      delete cluster['certificate-authority-data'];
      delete user['client-certificate-data'];
      delete user['client-key-data'];
      cluster['certificate-authority'] = 'ca.crt';
      Object.assign(user, { 'client-certificate': 'client.crt', 'client-key': './client.key' });
    },
  },
  'a key file that others can read': {
    change: ({ user, folder, client }) => {
      writeFileSync(path.join(folder, 'client.key'), client.privateKeyPem);
      chmodSync(path.join(folder, 'client.key'), 0o640);
      delete user['client-key-data'];
      user['client-key'] = 'client.key';
    },
    warning: /its key file 'client.key' can be read by others \(mode 640\)/,
  },
  'no verification': {
    change: ({ cluster }) => {
      delete cluster['certificate-authority-data'];
      cluster['insecure-skip-tls-verify'] = true;
    },
    warning: /is insecure: insecure-skip-tls-verify/,
  },
  'an address without a scheme': {
    change: ({ cluster, server }) => (cluster['server'] = server.replace('https://', '')),
    warning: /is insecure: without a scheme kubectl takes plain http/,
    notAsked: 'the server of this test speaks TLS only',
  },
  'plain http': {
    change: ({ cluster, server }) => (cluster['server'] = server.replace('https:', 'http:')),
    warning: /is insecure: plain http/,
    notAsked: 'the server of this test speaks TLS only',
  },
  'a certificate of an authority of another name': {
    change: (place) => {
      const clients = clientCertificate(place.foreign, { isAuthority: true, subject: [['CN', 'clients']] });
      withClient(place, clientCertificate(clients));
    },
    warning: /not signed by the authority of cluster 'cluster'; that works only where/,
    notAsked: 'the server of this test has one authority for both',
  },
  'a name for TLS': { change: ({ cluster }) => (cluster['tls-server-name'] = '127.0.0.1') },
  'a certificate that ends soon': {
    change: (place) => withClient(place, clientCertificate(place.authority, { until: 5 })),
    warning: /its certificate expires in 4 days, at 20/,
  },
  'a broken block before a good one': {
    change: ({ cluster, authority }) =>
      (cluster['certificate-authority-data'] = base64(
        `-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n${authority.certificatePem}`,
      )),
    warning: /certificate-authority also holds a block that is no X.509 certificate/,
  },
  'two documents': {
    change: () => undefined,
    warning: /several YAML documents/,
  },
};
