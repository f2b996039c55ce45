// Kubeconfigs that do not work with kubectl, each broken in one way.
import { generateKeyPairSync } from 'node:crypto';
import { clientCertificate, ecKey } from './client-certificate.js';
import { type Case, base64, encrypted, exec, jwt, replaceUser, seconds, withClient } from './kubeconfigs.js';

export const broken: Record<string, Case> = {
  'an expired certificate': {
    change: (place) => withClient(place, clientCertificate(place.authority, { from: -9, until: -2 })),
    error: /its certificate expired 2 days ago, at 20/,
  },
  'a certificate of tomorrow': {
    change: (place) => withClient(place, clientCertificate(place.authority, { from: 1 })),
    error: /its certificate is not valid before 20/,
  },
  'another key': {
    change: ({ user }) =>
      (user['client-key-data'] = base64(ecKey().export({ type: 'pkcs8', format: 'pem' }).toString())),
    error: /its key is not the one of its certificate/,
  },
  'a certificate of another authority of the same name': {
    change: (place) => withClient(place, clientCertificate(place.foreign)),
    error: /not signed by the authority of cluster 'cluster', but by another of the same name/,
  },
  'a certificate for servers': {
    change: (place) => withClient(place, clientCertificate(place.authority, { purposes: ['1.3.6.1.5.5.7.3.1'] })),
    error: /lacks clientAuth/,
  },
  'a certificate without a name': {
    change: (place) => withClient(place, clientCertificate(place.authority, { subject: [['O', 'developers']] })),
    error: /has no common name/,
    notAsked: 'the server of this test does not ask for a name',
  },
  'an encrypted key (PKCS#8)': {
    change: ({ user, client }) => (user['client-key-data'] = base64(client.key.export(encrypted('pkcs8')).toString())),
    error: /an encrypted key, which kubectl cannot use/,
  },
  'an encrypted key (PKCS#1)': {
    change: (place) => {
      const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const { certificatePem } = clientCertificate(place.authority, { key });
      withClient(place, { certificatePem, privateKeyPem: key.export(encrypted('pkcs1')).toString() });
    },
    error: /an encrypted key, which kubectl cannot use/,
  },
  'a curve that Go does not know': {
    change: (place) => {
      const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
      withClient(place, clientCertificate(place.authority, { key }));
    },
    error: /no key of a kind that kubectl knows/,
  },
  'no key': {
    change: ({ user }) => delete user['client-key-data'],
    error: /has client-certificate but no client-key/,
  },
  'a certificate as the key': {
    change: ({ user }) => (user['client-key-data'] = user['client-certificate-data']),
    error: /client-key holds no private key/,
  },
  'key and key file': {
    change: ({ user }) => (user['client-key'] = 'client.key'),
    error: /has both client-key and client-key-data/,
  },
  'broken base64': {
    change: ({ user }) => (user['client-key-data'] = 'abc!'),
    error: /client-key-data is text that is not base64; kubectl refuses the whole file/,
  },
  'PEM that is not base64': {
    change: ({ user, client }) => (user['client-key-data'] = client.privateKeyPem),
    error: /client-key-data is PEM that is not base64-encoded/,
  },
  'no PEM': {
    change: ({ user }) => (user['client-certificate-data'] = base64('hello')),
    error: /client-certificate holds /,
  },
  'no certificate in the PEM': {
    change: ({ user }) =>
      (user['client-certificate-data'] = base64('-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n')),
    error: /client-certificate holds a CERTIFICATE block that is no X.509 certificate/,
  },
  'an authority that is base64 twice': {
    change: ({ cluster }) =>
      (cluster['certificate-authority-data'] = base64(cluster['certificate-authority-data'] as string)),
    error: /certificate-authority holds base64 twice/,
  },
  'another authority': {
    change: ({ cluster, foreign }) => (cluster['certificate-authority-data'] = base64(foreign.certificatePem)),
    error: /by another of the same name/,
  },
  'an authority that expired': {
    change: ({ cluster, authority }) =>
      (cluster['certificate-authority-data'] = base64(
        clientCertificate(authority, { isAuthority: true, subject: [['CN', 'old']], from: -9, until: -2 })
          .certificatePem,
      )),
    error: /its certificate authority 'old' expired 2 days ago/,
  },
  'an authority and no verification': {
    change: ({ cluster }) => (cluster['insecure-skip-tls-verify'] = true),
    error: /kubectl refuses both together/,
  },
  'a missing file': {
    change: ({ cluster }) => {
      delete cluster['certificate-authority-data'];
      cluster['certificate-authority'] = 'ca.crt';
    },
    error: /certificate-authority: '.*ca.crt' does not exist/,
  },
  'no server': { change: ({ cluster }) => delete cluster['server'], error: /has no server/ },
  'a server of another scheme': {
    change: ({ cluster }) => (cluster['server'] = 'ftp://alice:secret@127.0.0.1'),
    error: /'ftp:\/\/\*\*\*@127.0.0.1', which is no https or http URL/,
  },
  'a proxy of another scheme': {
    change: ({ cluster }) => (cluster['proxy-url'] = 'ftp://alice:secret@127.0.0.1'),
    error: /proxy-url 'ftp:\/\/\*\*\*@127.0.0.1', which is no https, http or socks5 URL/,
  },
  'a context whose cluster is missing': {
    change: ({ config }) => Object.assign(config.contexts[0]?.context ?? {}, { cluster: 'other' }),
    error: /names the cluster 'other', which is not there/,
  },
  'a context whose user is missing': {
    change: ({ config }) => Object.assign(config.contexts[0]?.context ?? {}, { user: 'bob' }),
    error: /names the user 'bob', which is not there/,
  },
  'a context without a cluster': {
    change: ({ config }) => delete config.contexts[0]?.context['cluster'],
    error: /names no cluster/,
  },
  'a current context that is missing': {
    change: ({ config }) => (config['current-context'] = 'other'),
    error: /has the current-context 'other', which is not there/,
  },
  'no context at all': { change: ({ config }) => (config.contexts = []), error: /has no context/ },
  'two clusters of one name': {
    change: ({ config }) => config.clusters.push({ name: 'cluster', cluster: { server: 'https://127.0.0.1:1' } }),
    error: /cluster 'cluster': is there twice/,
  },
  'a user without a credential': {
    change: (place) => replaceUser(place, {}),
    error: /names the user 'alice', who has no credential/,
  },
  'a token and a password': {
    change: ({ user }) => Object.assign(user, { token: 'secret', username: 'alice', password: 'secret' }),
    error: /has both a token and a password/,
  },
  'groups without a user to be': {
    change: ({ user }) => (user['as-groups'] = ['admins']),
    error: /without as; kubectl refuses that/,
  },
  'an expired token': {
    change: (place) => replaceUser(place, { token: jwt({ exp: seconds(-3) }) }),
    error: /its token expired 3 days ago/,
  },
  'a missing token file': {
    change: (place) => replaceUser(place, { tokenFile: 'token' }),
    error: /tokenFile: '.*token' cannot be read/,
  },
  'a plugin without a command': {
    change: exec({ apiVersion: 'client.authentication.k8s.io/v1beta1', command: '' }),
    error: /exec needs a command/,
  },
  'a plugin that is not installed': {
    change: exec({ apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'clustercert-not-installed' }),
    error: /exec runs 'clustercert-not-installed', which is not installed here/,
  },
  'a plugin of no version': { change: exec({}), error: /exec needs apiVersion/ },
  'a plugin that does not say how it asks': {
    change: exec({ apiVersion: 'client.authentication.k8s.io/v1' }),
    error: /exec needs interactiveMode with apiVersion v1/,
  },
  'a plugin of a former version': {
    change: exec({ apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
    error: /which only kubectl before 1.24 accepts/,
  },
  'a library that is not in kubectl': {
    change: (place) => replaceUser(place, { 'auth-provider': { name: 'clustercert' } }),
    error: /auth-provider 'clustercert' is not in kubectl/,
  },
  'OpenID Connect without an issuer': {
    change: (place) => replaceUser(place, { 'auth-provider': { name: 'oidc', config: { 'client-id': 'x' } } }),
    error: /auth-provider oidc needs idp-issuer-url/,
  },
};
