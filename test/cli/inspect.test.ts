import { expect, test } from '@jest/globals';
import { X509Certificate, createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { createAssembler } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { clientCertificate } from '../support/client-certificate.js';
import { run, runWith } from '../support/command-line.js';
import { ecAuthority } from '../support/ec-authority.js';
import { startProvider } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Writes a kubeconfig that only its owner can read. */
function write(text: string, file = path.join(temporaryFolder(), 'config')): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

interface Answer {
  users: readonly { user: Record<string, string> }[];
}

/** The certificate's ID for revocations, by the bytes in the file. */
function idOf({ users }: { users: readonly { user: object }[] }): string {
  const { 'client-certificate-data': data = '' } = users[0]?.user as Record<string, string>;
  const { raw } = new X509Certificate(Buffer.from(data, 'base64'));
  return `X509SHA256=${createHash('sha256').update(raw).digest('hex')}`;
}

function createKubeconfig() {
  const authority = ecAuthority();
  const addresses = { server: 'https://192.168.1.7:5443', externalServer: 'https://80.158.1.2:5443' };
  const client = clientCertificate(authority, { until: 400 });
  return createAssembler()(client, { ...addresses, authorityPem: authority.certificatePem });
}

test('the response of the API is shown: contexts, endpoints, subject, groups, serial and dates, and no key', async () => {
  const provider = await startProvider();
  const clusterId = await provider.addCluster({ externalServer: 'https://80.158.1.2:5443' });
  const answer = await (await provider.get(clusterId, { 'X-Auth-Token': await provider.addToken() })).text();
  const { code, stdout, stderr } = await run('inspect', write(answer));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const day = '\\d{4}-\\d\\d-\\d\\d';
  for (const line of [
    '\\* +external +externalCluster +user +-',
    'internalCluster +https://192.168.1.7:5443 +CN=kubernetes +' + `${day} +\\d+ days`,
    'externalCluster +https://80.158.1.2:5443 +nothing +- +-',
    `user +client certificate +a4a5d4098fb4474fa22cd05f897d6b99 +system:masters +CN=kubernetes +[0-9A-F]{16,40} +${day} +${day} +36[56] days`,
    "warning: cluster 'externalCluster': is insecure: insecure-skip-tls-verify leaves the server's certificate unchecked",
  ])
    expect(stdout).toMatch(new RegExp(`^${line}$`, 'm'));
  expect(stdout).toMatch(new RegExp(`^USER +CREDENTIAL ID\\nuser +${idOf(JSON.parse(answer) as Answer)}$`, 'm'));
  const { users } = JSON.parse(answer) as Answer;
  expect(stdout).not.toContain(users[0]?.user['client-key-data']?.slice(0, 20));
});

test('--json has the documented shape', async () => {
  const kubeconfig = createKubeconfig();
  const { stdout } = await run('inspect', '--json', write(JSON.stringify(kubeconfig)));
  const certificate = {
    subject: 'O=developers, CN=alice',
    commonName: 'alice',
    groups: ['developers'],
    issuer: 'CN=kubernetes',
    serialNumber: expect.stringMatching(/^[0-9A-F]{32}$/) as unknown,
    notBefore: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
    notAfter: expect.any(String) as unknown,
    daysLeft: 399,
    credentialId: idOf(kubeconfig),
  };
  const { findings, clusters, ...rest } = JSON.parse(stdout) as Record<string, unknown[]>;
  expect(rest).toMatchObject({
    currentContext: 'external',
    works: true,
    users: [
      {
        name: 'user',
        credentials: ['client certificate'],
        certificate,
        key: 'EC prime256v1',
        tokenExpires: null,
        tokenDaysLeft: null,
        impersonates: null,
      },
    ],
  });
  expect(clusters?.[0]).toMatchObject({ trust: 'authority', tlsServerName: null, proxyUrl: null });
  expect(clusters?.[0]).toHaveProperty('authorities.0.commonName', 'kubernetes');
  expect(findings).toEqual([
    expect.objectContaining({ severity: 'warning', kind: 'cluster', name: 'externalCluster' }),
  ]);
  const { stdout: help } = await run('inspect', '--help');
  const fields = [
    rest,
    (rest['contexts'] as object[])[0],
    clusters?.[0],
    (rest['users'] as object[])[0],
    certificate,
    findings?.[0],
  ];
  for (const field of fields.flatMap((one) => Object.keys(one as object)))
    expect(help).toMatch(new RegExp(`\\b${field}\\b`));
});

test('YAML, JSON and standard input say the same', async () => {
  const kubeconfig = createKubeconfig();
  const fromJson = await run('inspect', write(JSON.stringify(kubeconfig)));
  expect(await run('inspect', write(stringify(kubeconfig)))).toEqual(fromJson);
  expect(await runWith({ stdin: stringify(kubeconfig) }, 'inspect', '-')).toEqual(fromJson);
});

test('standard input is read like a file: UTF-16 with its mark, and only bytes of a text', async () => {
  const text = stringify(createKubeconfig());
  const fromText = await runWith({ stdin: text }, 'inspect', '-');
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  for (const stdin of [utf16, Buffer.from(utf16).swap16(), `\ufeff${text}`, `# \ufffd\n${text}`])
    expect(await runWith({ stdin }, 'inspect', '-')).toEqual(fromText);
  expect(await runWith({ stdin: Buffer.from('# caf\xe9\n', 'latin1') }, 'inspect', '-')).toMatchObject({
    code: 1,
    stderr: 'error: stdin:1:6: it is not UTF-8\n',
  });
});

test('without a file it reads the files of kubectl, and of two entries with one name the first', async () => {
  const home = temporaryFolder();
  const environment = { HOME: home };
  expect(await runWith({ environment }, 'inspect')).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: there is no kubeconfig: '${path.join(home, '.kube/config')}' does not exist\n`,
  });
  const first = write(
    stringify({ clusters: [{ name: 'c', cluster: { server: 'https://first' } }] }),
    path.join(home, '.kube/config'),
  );
  expect((await runWith({ environment }, 'inspect')).stdout).toContain('https://first');
  const second = write(
    stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://second' } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const list = [first, '', path.join(home, 'missing'), first, second].join(path.delimiter);
  const { code, stdout } = await runWith({ environment: { ...environment, KUBECONFIG: list } }, 'inspect');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\* +x +c +u +-$/m);
  expect(stdout).toMatch(/^c +https:\/\/first /m);
  expect(stdout).toContain(`warning: ${path.join(home, 'missing')}: does not exist; kubectl ignores it\n`);
  expect(stdout).toContain(`warning: cluster 'c' in ${second}: is hidden by the cluster of that name in '${first}'\n`);
});

test('a file with secrets that others can read is warned of', async () => {
  const file = write(JSON.stringify(createKubeconfig()));
  chmodSync(file, 0o644);
  expect((await run('inspect', file)).stdout).toContain(
    `warning: ${file}: holds secrets and can be read by others (mode 644); 'chmod 600' it\n`,
  );
});

test.each([
  ['a bracket that stays open', 'clusters: [\n', /:2:1: this is neither YAML nor JSON \(/],
  ['a tab', 'clusters:\n- name: c\n\tcluster: secret\n', /:3:1: this is neither YAML nor JSON \(/],
  ['a tag that does not fit', 'current-context: !!int secret\n', /:1:18: this is neither YAML nor JSON \(/],
  ['a list', '- 1\n', /:1:1: it is not a kubeconfig, which is a mapping/],
  ['no list', 'clusters:\n  secret: 1\n', /:2:3: clusters must be a list/],
  ['a number for a name', 'users:\n- name: a\n- name: 5\n', /:3:9: users\[1\].name must be a string/],
  [
    'a number in JSON',
    '{"users": [\n {"name": "a", "user": {"token": 5}}]}',
    /:2:34: users\[0\].user.token must be a string/,
  ],
  [
    'text for a flag',
    'clusters:\n- cluster: {insecure-skip-tls-verify: "secret"}\n',
    /:2:39: .*verify must be a boolean/,
  ],
  ['another kind', '{"kind": "Status", "apiVersion": "v1"}', /:1:10: kind must be 'Config'/],
  ['another version', 'apiVersion: v2\n', /:1:13: apiVersion must be 'v1'/],
])('%s is refused with file, line and column, and nothing of the text', async (_name, text, message) => {
  const file = write(text);
  const { code, stdout, stderr } = await run('inspect', file);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^error: ${file}${message.source}.*\n$`));
  expect(stderr).not.toMatch(/"secret"/);
});

test('YAML is read as kubectl reads it: 1.1 with merge keys, the last of two equal keys, and times that are text', async () => {
  const text = `
kind: Config
x: &base { insecure-skip-tls-verify: yes }
clusters:
- name: 12:30:45
  cluster: { <<: *base, server: https://other, server: https://kubernetes }
contexts:
- name: 2026-01-01
  context: { cluster: 12:30:45, user: u }
users: [{ name: u, user: { token: t } }]
current-context: 2026-01-01
`;
  const { code, stdout } = await run('inspect', write(text));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\* +2026-01-01 +12:30:45 /m);
  expect(stdout).toMatch(/^12:30:45 +https:\/\/kubernetes +nothing /m);
});

test('names cannot drive the terminal', async () => {
  const { stdout } = await run(
    'inspect',
    write(JSON.stringify({ clusters: [{ name: '\u001b[31mred\u202e', cluster: {} }] })),
  );
  expect(stdout).toContain('\\u{1b}[31mred\\u{202e}');
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
});

test('a kubeconfig of hundreds of clusters is read whole', async () => {
  const { clusters, users } = createKubeconfig();
  const numbers = Array.from({ length: 300 }, (_, number) => number);
  const many = {
    clusters: numbers.map((number) => ({ ...clusters[0], name: `cluster-${number}` })),
    users,
    contexts: numbers.map((number) => ({
      name: `context-${number}`,
      context: { cluster: `cluster-${number}`, user: 'user' },
    })),
    'current-context': 'context-299',
  };
  const { code, stdout } = await run('inspect', write(stringify(many)), '--json');
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { contexts: unknown[] }).contexts).toHaveLength(300);
});

test('--warn-before chooses when an end is near, and wrong usage exits 2', async () => {
  const file = write(JSON.stringify(createKubeconfig()));
  expect((await run('inspect', file)).stdout).not.toContain('expires in');
  expect((await run('inspect', file, '--warn-before', '500d')).stdout).toContain(
    "warning: user 'user': its certificate expires in 399 days",
  );
  expect(await run('inspect', file, '--warn-before', 'soon')).toMatchObject({ code: 2 });
  expect(await run('inspect', file, file)).toEqual({
    code: 2,
    stdout: '',
    stderr: "error: 'inspect' takes at most 1 argument, not 2\nhint: clustercert inspect --help\n",
  });
  expect(readFileSync(file, 'utf8')).toContain('internalCluster');
});
