// Of the corpus of kubeconfigs: URLs, PEM and ways to authenticate.
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { type ClientCertificatePem, clientCertificate } from './client-certificate.js';
import { base64 } from './kubeconfigs.js';

export interface CorpusParts {
  authority: AuthorityFiles;
  client: Pick<ClientCertificatePem, 'certificatePem' | 'privateKeyPem'>;
  server: string;
}

export type Cases = [name: string, content: string | Buffer][];

export interface Extra {
  root?: string;
  cluster?: string;
  user?: string;
  context?: string;
  server?: string;
  authority?: string;
  certificate?: string;
  key?: string;
}

/** A kubeconfig as kubectl writes it, with more lines in one of its parts. */
export function written({ authority, client, server }: CorpusParts, extra: Extra = {}): string {
  const lines = (text: string | undefined) => (text === undefined ? '' : `${text.replaceAll(/^/gm, '    ')}\n`);
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${extra.authority ?? base64(authority.certificatePem)}
    server: ${extra.server ?? server}
${lines(extra.cluster)}  name: cluster
contexts:
- context:
    cluster: cluster
    user: alice
${lines(extra.context)}  name: context
current-context: context
kind: Config
preferences: {}
users:
- name: alice
  user:
    client-certificate-data: ${extra.certificate ?? base64(client.certificatePem)}
    client-key-data: ${extra.key ?? base64(client.privateKeyPem)}
${lines(extra.user)}${extra.root === undefined ? '' : `${extra.root}\n`}`;
}

export function servers(parts: CorpusParts): Cases {
  const { server } = parts;
  const host = server.replace('https://', '');
  const all = [
    server.toUpperCase().replace('127', '127'),
    `${server}/`,
    `${server}/a%20b`,
    `${server}/a%zz`,
    `${server} `,
    ` ${server}`,
    `${server}\t`,
    `${server}\n`,
    `https://${host.replace(':', ' :')}`,
    `https:\\\\${host}`,
    `https:/${host}`,
    `https:${host}`,
    `https://`,
    `https:///`,
    `://${host}`,
    `//${host}`,
    `ftp://${host}`,
    `https://user:pass@${host}`,
    `https://us er@${host}`,
    `https://${host}:1`,
    `https://127.0.0.1:99999`,
    `https://127.0.0.1:port`,
    `https://[127.0.0.1`,
    `https://${host.replace('127.0.0.1', '127.0.0.1%')}`,
    `https://${host.replace('127.0.0.1', '%31')}`,
    `https://${host.replace('127', '"127')}`,
    `${server}?`,
    `${server}#`,
    `${server}/#a%z`,
    `${host}/path`,
    `1https://${host}`,
    `\u0000${server}`,
    `\u007f${server}`,
    `<${server}>`,
  ];
  return all.map((one) => [
    `server ${JSON.stringify(one.replace(/:\d{4,5}(?=\D|$)/, ':PORT'))}`,
    written(parts, { server: JSON.stringify(one) }),
  ]);
}

export function pems(parts: CorpusParts): Cases {
  const changes: [string, (pem: string) => string][] = [
    ['CR LF', (pem) => pem.replaceAll('\n', '\r\n')],
    ['CR alone', (pem) => pem.replaceAll('\n', '\r')],
    ['a byte order mark', (pem) => `\ufeff${pem}`],
    ['text before it', (pem) => `subject: x\n${pem}`],
    ['a word before BEGIN', (pem) => `x${pem}`],
    ['indented lines', (pem) => pem.replaceAll(/^/gm, '  ')],
    ['blanks at the line ends', (pem) => pem.replaceAll('\n', '  \n')],
    ['a header', (pem) => pem.replace('-----\n', '-----\nName: value\n\n')],
    ['a header without a blank line', (pem) => pem.replace('-----\n', '-----\nName: value\n')],
    ['one line', (pem) => pem.replaceAll(/([A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '$1')],
    ['blank lines within', (pem) => pem.replace('-----\n', '-----\n\n')],
    ['no line end', (pem) => pem.trimEnd()],
    ['another END label', (pem) => pem.replace(/END [A-Z ]*/, 'END OTHER')],
    ['no END line', (pem) => pem.replace(/-----END[^]*/, '')],
    ['four hyphens', (pem) => pem.replace('-----BEGIN', '----BEGIN')],
    [
      'a label in small letters',
      (pem) =>
        pem.replaceAll(/(BEGIN|END) [A-Z ]+/g, (label) =>
          label.toLowerCase().replace('begin', 'BEGIN').replace('end', 'END'),
        ),
    ],
    ['a broken block before it', (pem) => `-----BEGIN X-----\n!\n-----END X-----\n${pem}`],
    ['an open block before it', (pem) => `-----BEGIN X-----\nQUJD\n${pem}`],
    ['another block before it', (pem) => `-----BEGIN X-----\nQUJD\n-----END X-----\n${pem}`],
    ['a character that is no base64', (pem) => pem.replace(/\n(.)/, '\n!$1')],
    ['nothing within', (pem) => pem.replace(/-----\n[^]*\n-----END/, '-----\n-----END')],
    ['twice', (pem) => pem + pem],
    ['base64 twice', (pem) => base64(pem)],
    ['DER', (pem) => Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64').toString('latin1')],
  ];
  const { authority, client } = parts;
  return changes.flatMap(([name, change]): Cases => [
    [`CA: ${name}`, written(parts, { authority: base64(change(authority.certificatePem)) })],
    [`certificate: ${name}`, written(parts, { certificate: base64(change(client.certificatePem)) })],
    [`key: ${name}`, written(parts, { key: base64(change(client.privateKeyPem)) })],
  ]);
}

export function methods(parts: CorpusParts): Cases {
  const { authority, client } = parts;
  const old = clientCertificate(authority, {
    isAuthority: true,
    subject: [['CN', 'old']],
    from: -9,
    until: -2,
  }).certificatePem;
  const withUser = (user: string) => written(parts, { user });
  return [
    [
      'an expired authority behind the certificate',
      written(parts, { certificate: base64(client.certificatePem + old) }),
    ],
    ['an expired authority before the CA', written(parts, { authority: base64(old + authority.certificatePem) })],
    [
      'the CA behind the certificate',
      written(parts, { certificate: base64(client.certificatePem + authority.certificatePem) }),
    ],
    [
      'the certificate behind the CA',
      written(parts, { certificate: base64(authority.certificatePem + client.certificatePem) }),
    ],
    ['a token beside the certificate', withUser('token: abc')],
    ['a token with a line break', withUser('token: "abc\\n"')],
    ['a token with a tab', withUser('token: "a\\tb"')],
    ['a token that is not ASCII', withUser('token: café')],
    ['a token with DEL', withUser('token: "a\\x7f"')],
    ['somebody to be', withUser('as: bob')],
    ['somebody to be, with a line break', withUser('as: "bob\\n"')],
    ['a token and a password', withUser('token: a\nusername: b\npassword: c')],
    ['a password', withUser('username: b\npassword: c')],
    ['a user ID without a user', withUser('as-uid: "5"')],
    ['an exec without a command', withUser('exec: {apiVersion: client.authentication.k8s.io/v1beta1}')],
    [
      'an exec and an auth-provider',
      withUser('exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: cat}\nauth-provider: {name: oidc}'),
    ],
    ['an exec of v1 without a mode', withUser('exec: {apiVersion: client.authentication.k8s.io/v1, command: cat}')],
    ['an empty exec', withUser('exec: {}')],
    ['a proxy that is no URL', written(parts, { cluster: 'proxy-url: "http://a b"' })],
    ['a proxy without a scheme', written(parts, { cluster: 'proxy-url: localhost:1' })],
    ['an empty proxy', written(parts, { cluster: 'proxy-url: ""' })],
    ['certificate and certificate file', withUser('client-certificate: x')],
    ['a CA file that is missing', written(parts, { cluster: 'certificate-authority: /nonexistent' })],
    ['insecure and a CA', written(parts, { cluster: 'insecure-skip-tls-verify: true' })],
    ['insecure: false', written(parts, { cluster: 'insecure-skip-tls-verify: no' })],
    ['insecure: a word', written(parts, { cluster: 'insecure-skip-tls-verify: "true"' })],
  ];
}
