// Kubeconfigs that work and ones that differ from those in one way, written as people and programs write them: fields
// of every type, characters, YAML and JSON, URLs and PEM. kubectl and client-go decide whether each works.
import { stringify } from 'yaml';
import {
  type Cases,
  type CorpusParts,
  type Extra,
  methods,
  pems,
  servers,
  written,
} from './kubeconfig-corpus-fields.js';
import { base64 } from './kubeconfigs.js';

/** Names and contents; each name is there once. */
export function kubeconfigCorpus(parts: CorpusParts): Map<string, Buffer> {
  const all = [
    ...types(parts),
    ...characters(parts),
    ...spellings(parts),
    ...servers(parts),
    ...pems(parts),
    ...methods(parts),
  ];
  return new Map(all.map(([name, content]) => [name, typeof content === 'string' ? Buffer.from(content) : content]));
}

const odd = [
  'yes',
  '123',
  '1.5',
  '~',
  '""',
  'text',
  '[]',
  '{}',
  '[a]',
  '{a: b}',
  '0x1F',
  '1_000',
  '12:30',
  '2001-01-01',
  '!!str 5',
  '"5"',
  '.inf',
  '1e3',
  'null',
];

/** Fields with odd values; those that mean something else than their type are left out. */
function types(parts: CorpusParts): Cases {
  const places: [string, (value: string) => Extra][] = [
    ['disable-compression', (value) => ({ cluster: `disable-compression: ${value}` })],
    ['cluster extensions', (value) => ({ cluster: `extensions: ${value}` })],
    ['extension', (value) => ({ cluster: `extensions:\n- name: a\n  extension: ${value}` })],
    ['extension name', (value) => ({ context: `extensions:\n- extension: {}\n  name: ${value}` })],
    ['root extensions', (value) => ({ root: `extensions: ${value}` })],
    ['an unknown field', (value) => ({ user: `x-unknown: ${value}` })],
    ['an unknown root field', (value) => ({ root: `x-unknown: ${value}` })],
    ['as-groups', (value) => ({ user: `as: bob\nas-groups: ${value}` })],
    ['a group', (value) => ({ user: `as: bob\nas-groups: [ ${value} ]` })],
    ['as-user-extra', (value) => ({ user: `as: bob\nas-user-extra: ${value}` })],
    ['an extra', (value) => ({ user: `as: bob\nas-user-extra: {a: ${value}}` })],
    ['tokenFile', (value) => ({ user: `tokenFile: ${['""', '~', 'null'].includes(value) ? value : '5'}` })],
    [
      'exec env of another user',
      (value) => ({ root: `extensions: []\nusers: [{name: alice, user: {exec: {env: ${value}}}}]` }),
    ],
  ];
  const other = (field: string): [string, (value: string) => Extra] => [
    field,
    (value) => ({ user: `x: 1\n`.trim(), root: `x-also: 1\n${field}: ${value}` }),
  ];
  const all = [...places, other('preferences'), other('kind'), other('apiVersion')];
  return all.flatMap(([place, extra]) =>
    odd.map((value): Cases[number] => [`${place}: ${value}`, written(parts, extra(value))]),
  );
}

function characters(parts: CorpusParts): Cases {
  const text = written(parts);
  const commented = (content: string) => `# ${content}\n${text}`;
  return [
    ['a byte order mark', `\ufeff${text}`],
    ['UTF-16, little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['Latin-1', Buffer.from(commented('caf\u00e9'), 'latin1')],
    ['UTF-8', commented('café 😀')],
    ...['\0', '\x07', '\x1b[1m', '\x7f', '\x85', '\u2028', '\ufffe', '\x9f', '\x0c'].map((char): Cases[number] => [
      `a comment with ${JSON.stringify(char)}`,
      commented(`a${char}# b`),
    ]),
    ['CR LF', text.replaceAll('\n', '\r\n')],
    ['CR alone', text.replaceAll('\n', '\r')],
    ['nothing', ''],
    ['blank lines', '\n \n'],
    ['a comment alone', '# nothing'],
  ];
}

function spellings(parts: CorpusParts): Cases {
  const text = written(parts);
  const value: unknown = JSON.parse(JSON.stringify(parseWritten(parts)));
  const json = JSON.stringify(value);
  const pretty = JSON.stringify(value, null, 2);
  const swap = (from: string | RegExp, to: string) => text.replace(from, () => to);
  return [
    ['JSON', json],
    ['indented JSON', pretty],
    ['JSON with tabs', JSON.stringify(value, null, '\t')],
    ['JSON with \\/', json.replaceAll('/', '\\/')],
    ['JSON with \\u002f', json.replaceAll('/', '\\u002f')],
    ['JSON with a surrogate pair', json.replace('{', '{"x":"\\ud83d\\ude00",')],
    ['JSON with text after it', `${pretty}\nand so on`],
    ['JSON with a brace after it', `${pretty}}`],
    ['JSON with a comma at the end', pretty.replace(/\n}$/, ',\n}')],
    ['JSON with a comment', pretty.replace('{', '{ # mine')],
    ['JSON in single quotes', json.replaceAll('"', "'")],
    ['JSON that is cut', json.slice(0, -1)],
    ['JSON without quotes', json.replaceAll(/"([a-zA-Z-]+)":/g, '$1: ')],
    ['JSON without a blank after the colon', json.replaceAll(/"([a-zA-Z-]+)":/g, '$1:')],
    ['YAML 1.2', `%YAML 1.2\n---\n${text}`],
    ['YAML 1.1', `%YAML 1.1\n---\n${text}`],
    ['a directive that nobody knows', `%FOO bar\n---\n${text}`],
    ['a tag directive', `%TAG ! tag:example.com,2000:\n---\n${text}`],
    ['a document start', `---\n${text}`],
    ['a document end', `${text}...\n`],
    ['a document start twice', `---\n---\n${text}`],
    ['text after the end', `${text}...\n[`],
    ['a second document', `${text}---\nkind: Pod\n`],
    ['a second document that is broken', `${text}---\n"`],
    ['wide indentation', stringify(value, { indent: 8 })],
    [
      'a flow list at column 0',
      swap(
        /contexts:\n[^]*?current/,
        'contexts: [\n{name: context, context: {cluster: cluster, user: alice}}\n]\ncurrent',
      ),
    ],
    ['a tab as indentation', swap('    user: alice', '\t    user: alice')],
    ['a tab after a colon', swap('user: alice', 'user:\talice')],
    ['a tab before a comment', swap('user: alice', 'user: alice\t# mine')],
    ['a tab after a dash', swap('- context:', '-\tcontext:')],
    ['a key twice', `${text}current-context: context\n`],
    ['a key twice, the last one wrong', `${text}current-context: other\n`],
    ['an anchor', swap('name: cluster\n', 'name: &c cluster\n').replace('cluster: cluster', 'cluster: &d cluster')],
    ['an alias', swap('- cluster:\n', '- cluster: &c\n').replace('preferences: {}', 'preferences: {}\nx-copy: *c')],
    ['an alias without an anchor', swap('user: alice', 'user: *alice')],
    ['a merge key', `x: &x {current-context: context}\n${swap('current-context: context', '<<: *x')}`],
    ['a merge key after a key', `x: &x {current-context: other}\n${text}<<: *x\n`],
    ['a merge key of no mapping', `${text}<<: 5\n`],
    ['a foreign tag', swap('user: alice', 'user: !foo alice')],
    ['a tag that does not fit', swap('user: alice', 'user: !!int alice')],
    ['a binary tag', swap('user: alice', 'user: !!binary YWxpY2U=')],
    ['an explicit key', swap('kind: Config', '? kind\n: Config')],
    ['a block scalar', swap('user: alice', 'user: |-\n      alice')],
    ['a block scalar with its line end', swap('user: alice', 'user: |\n      alice')],
    ['a folded scalar', swap('current-context: context', 'current-context: >-\n  context')],
    ['a block scalar with a wrong header', swap('user: alice', 'user: |x\n      alice')],
    ['a plain scalar over two lines', swap('user: alice', 'user:\n      alice')],
    ['a colon in a plain scalar', swap('name: cluster', 'name: a: b')],
    ['a plain scalar that starts with @', swap('kind: Config', 'x: @a\nkind: Config')],
    ['a plain scalar that starts with %', swap('kind: Config', 'x: %a\nkind: Config')],
    ['a plain scalar that starts with `', swap('kind: Config', 'x: `a`\nkind: Config')],
    ['a comment without a blank', swap('user: alice', 'user: alice#x')],
    ['a comment after quotes without a blank', swap('user: alice', 'user: "alice"#x')],
    ['text after quotes', swap('user: alice', 'user: "alice" x')],
    ['quotes that stay open', swap('user: alice', 'user: "alice')],
    ['an escape over a line', swap('user: alice', 'user: "ali\\\n      ce"')],
    [
      'base64 over two lines in quotes',
      swap(
        /client-key-data: (.{40})(.*)/,
        `client-key-data: "${base64(parts.client.privateKeyPem).slice(0, 40)}\\n${base64(parts.client.privateKeyPem).slice(40)}"`,
      ),
    ],
    [
      'base64 as a block scalar',
      swap(
        /client-key-data: .*/,
        `client-key-data: |\n      ${base64(parts.client.privateKeyPem).slice(0, 40)}\n      ${base64(parts.client.privateKeyPem).slice(40)}`,
      ),
    ],
    [
      'base64 folded',
      swap(
        /client-key-data: .*/,
        `client-key-data: >-\n      ${base64(parts.client.privateKeyPem).slice(0, 40)}\n      ${base64(parts.client.privateKeyPem).slice(40)}`,
      ),
    ],
    [
      'base64url',
      swap(
        /client-key-data: .*/,
        `client-key-data: ${base64(parts.client.privateKeyPem).replace('+', '-').replace('L', '_')}`,
      ),
    ],
    [
      'base64 without padding',
      swap(
        /client-key-data: .*/,
        `client-key-data: ${Buffer.from(`${parts.client.privateKeyPem}\n\n`).toString('base64').replace(/=+$/, '')}`,
      ),
    ],
    ['a list that is a mapping', swap(/clusters:\n[^]*?contexts/, 'clusters: {}\ncontexts')],
    ['an entry that is null', swap('clusters:\n', 'clusters:\n- \n')],
    ['a context that is null', swap('contexts:\n', 'contexts:\n- \n')],
    ['a user that is null', swap('users:\n', 'users:\n- \n')],
    [
      'two entries of one name',
      swap('contexts:\n', 'contexts:\n- {name: context, context: {cluster: cluster, user: alice}}\n'),
    ],
    ['two extensions of one name', `${text}extensions:\n- {name: a, extension: 1}\n- {name: a, extension: 2}\n`],
    ['a null byte in a name', swap('name: cluster', 'name: "clu\\0ster"')],
    ['a key in capitals', swap('kind: Config', 'Kind: Config')],
    ['an alias bomb', `x: &a [1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n${text}`],
    ['a list', '- a\n'],
    ['a word', 'hello\n'],
  ];
}

function parseWritten({ authority, client, server }: CorpusParts) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'cluster', cluster: { server, 'certificate-authority-data': base64(authority.certificatePem) } },
    ],
    users: [
      {
        name: 'alice',
        user: {
          'client-certificate-data': base64(client.certificatePem),
          'client-key-data': base64(client.privateKeyPem),
        },
      },
    ],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'alice' } }],
    'current-context': 'context',
  };
}
