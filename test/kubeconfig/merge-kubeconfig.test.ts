// Merging as text: the requested entries are there, and every other character is unchanged.
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { createAddition, mergeKubeconfig } from '../support/merging.js';

interface Config {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
  'current-context'?: string;
}
const read = (text: string) => parse(text) as Config;
const namesOf = (text: string) => read(text).contexts.map(({ name }) => name);

/** Whether the lines of one text are all in the other, in their order. */
function keepsLines(before: string, after: string): boolean {
  const lines = after.split('\n');
  let place = -1;
  return before.split('\n').every((line) => (place = lines.indexOf(line, place + 1)) >= 0);
}

const odd = `# my clusters, by hand
apiVersion: v1   # do not touch
clusters: # two so far
  - cluster:
      server: "https://one.example"  # old
      certificate-authority-data: &ca 'QQ=='
      x-unknown: {a: [1, 2,3]}
    name: one # trailing
    # after one

# before two
  - name: two
    cluster: {server: https://two.example, certificate-authority-data: *ca}
contexts:
- {name: one, context: {cluster: one, user: one, namespace: kube-system}}
current-context:   "one" # mine
kind: Config
preferences: {}
users:
    - name: one
      user:
        token: |
          many
            lines

        username: >-
          folded
          text
extensions:
- name: tool
  extension: {last-update: Tue}
# the end`;

describe('what is in a file stays:', () => {
  test('comments, order, quotes, anchors, block scalars, unknown fields and a missing last line end', () => {
    const merged = mergeKubeconfig(odd, createAddition(), { keepContext: true });
    expect(keepsLines(odd, merged)).toBe(true);
    expect(merged.endsWith('# the end')).toBe(true);
    expect(namesOf(merged)).toEqual(['one', 'demo-shop-internal']);
    expect(read(merged)['current-context']).toBe('one');
  });

  test('the current context is set where it stands, in its quotes', () => {
    const merged = mergeKubeconfig(odd, createAddition());
    expect(merged).toContain('\ncurrent-context:   "demo-shop-internal" # mine\n');
    const others = (text: string) => text.replace(/^current-context:.*$/m, '');
    expect(keepsLines(others(odd), others(merged))).toBe(true);
  });

  test('CRLF line ends, and the blank lines at the end of a block scalar', () => {
    const before =
      'apiVersion: v1\nkind: Config\nclusters: []\ncontexts:\nusers:\n- name: a\n  user:\n    token: |+\n      b\n\n\n';
    const crlf = before.replaceAll('\n', '\r\n');
    const merged = mergeKubeconfig(crlf, createAddition());
    expect(merged.replaceAll('\r\n', '')).not.toContain('\n');
    expect(merged.replaceAll('\r\n', '\n')).toBe(mergeKubeconfig(before, createAddition()));
    expect(read(merged).users[0]).toEqual({ name: 'a', user: { token: 'b\n\n\n' } });
  });

  test.each([undefined, 2, 4, '\t'])('JSON goes on to be JSON with its indentation (%p)', (indent) => {
    const config = { apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'a', cluster: {} }], users: [], other: [1] };
    const before = JSON.stringify(config, null, indent);
    const merged = mergeKubeconfig(before, createAddition({ eip: true }));
    const value = JSON.parse(merged) as Config;
    expect(value).toMatchObject({
      other: [1],
      users: [{ name: 'demo-shop' }],
      'current-context': 'demo-shop-external',
    });
    expect(value.clusters[0]).toEqual(config.clusters[0]);
    expect(value.clusters.map(({ name }) => name)).toEqual(['a', ...value.contexts.map(({ name }) => name)]);
    if (indent !== undefined) expect(JSON.stringify(value, null, indent).split('\n')).toEqual(merged.split('\n'));
    expect(mergeKubeconfig(merged, createAddition({ eip: true }))).toBe(merged);
  });

  test('several hundred entries', () => {
    const entry = (number: number) =>
      `- name: c${number} # ${number}\n  cluster:\n    server: https://c${number}.example\n`;
    const entries = Array.from({ length: 600 }, (_, number) => entry(number)).join('');
    const before = `apiVersion: v1\nclusters:\n${entries}contexts: []\nkind: Config\nusers: []\n`;
    const merged = mergeKubeconfig(before, createAddition());
    expect(merged.slice(0, before.indexOf('contexts:'))).toBe(before.slice(0, before.indexOf('contexts:')));
    expect(read(merged).clusters).toHaveLength(601);
  });
});

describe('a cluster that is there is replaced:', () => {
  const first = mergeKubeconfig(odd, createAddition({ eip: true }));

  test('the same again changes nothing at all', () => {
    expect(mergeKubeconfig(first, createAddition({ eip: true }))).toBe(first);
  });

  test('a new credential changes one line', () => {
    const second = mergeKubeconfig(first, createAddition({ eip: true, secret: 'renewed' }));
    const changed = second.split('\n').filter((line, index) => line !== first.split('\n')[index]);
    expect(changed).toEqual([expect.stringContaining('client-key-data: ')]);
  });

  test('under its own names, whatever it is called now', () => {
    const renamed = first.replace('name: demo-shop-internal\ncurrent', 'name: mine\ncurrent');
    const again = mergeKubeconfig(renamed, createAddition({ eip: true, clusterName: 'other', secret: 'renewed' }));
    expect(namesOf(again)).toEqual(namesOf(renamed));
  });

  test('another alias renames its contexts, and the current context with them', () => {
    const one = mergeKubeconfig(first, createAddition({ eip: true }), { alias: 'prod' });
    expect(namesOf(one)).toEqual(['one', 'prod-internal', 'prod-external', 'prod-externalTLSVerify']);
    const two = mergeKubeconfig(one, createAddition({ eip: true }), { alias: 'live', keepContext: true });
    expect(namesOf(two)).toEqual(['one', 'live-internal', 'live-external', 'live-externalTLSVerify']);
    expect(read(two)['current-context']).toBe('live-external');
    expect(read(two).clusters.map(({ name }) => name)).toEqual(read(first).clusters.map(({ name }) => name));
  });

  test('without its public address it loses the entries for that', () => {
    const merged = mergeKubeconfig(first, createAddition(), { keepContext: true });
    expect(namesOf(merged)).toEqual(['one', 'demo-shop-internal']);
    expect(read(merged).clusters).toHaveLength(3);
    expect(read(merged)['current-context']).toBe('demo-shop-internal');
  });

  test('an entry that a context of something else uses is left', () => {
    const used = first.replace(
      /^contexts:\n/m,
      '$&- {name: other, context: {cluster: demo-shop-external, user: one}}\n',
    );
    const merged = mergeKubeconfig(used, createAddition());
    expect(read(merged).clusters.map(({ name }) => name)).toContain('demo-shop-external');
  });

  test('a namespace, a proxy and comments that people added stay', () => {
    const added = first
      .replace('      server: https://192.168.1.7:5443', '      proxy-url: socks5://localhost:1 # tunnel\n$&')
      .replace(/( *)cluster: demo-shop-internal\n/, '$&$1namespace: shop # ours\n');
    const merged = mergeKubeconfig(
      added,
      createAddition({ eip: true, secret: 'renewed', endpoint: 'https://new.example' }),
    );
    expect(merged).toContain('proxy-url: socks5://localhost:1 # tunnel\n');
    expect(merged).toContain('namespace: shop # ours\n');
    expect(merged).toContain('endpoint: https://new.example\n');
  });

  test('a program instead of a key leaves no key', () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'clustercert' };
    const merged = mergeKubeconfig(first, createAddition({ eip: true, user: { exec } }));
    expect(merged).not.toContain('client-key-data');
    expect(read(merged).users.at(-1)?.user).toMatchObject({ exec });
    expect(mergeKubeconfig(merged, createAddition({ eip: true }))).not.toContain('exec:');
  });
});

describe('names:', () => {
  test('two clusters of one name do not share entries', () => {
    const other = createAddition({ clusterId: '2e5c1b6a-5b9e-11ef-8f52-0255ac10003e', secret: 'other' });
    const merged = mergeKubeconfig(mergeKubeconfig('', createAddition()), other);
    expect(namesOf(merged)).toEqual(['demo-shop-internal', 'demo-shop-internal-2']);
    expect(read(merged).contexts[1]?.context).toMatchObject({ cluster: 'demo-shop-internal-2', user: 'demo-shop-2' });
  });

  test('an alias that something else has is refused', () => {
    const before = 'contexts:\n- {name: prod-internal, context: {}}\n';
    expect(() => mergeKubeconfig(before, createAddition(), { alias: 'prod' })).toThrow(
      "the kubeconfig has a context 'prod-internal' of something else; choose another --alias",
    );
  });

  test('a name that YAML 1.1 would take for something else is quoted', () => {
    const merged = mergeKubeconfig('', createAddition({ kubeconfig: rename('no') }), { alias: 'x' });
    expect(merged).toContain('context: "no"');
  });

  function rename(context: string) {
    const { kubeconfig } = createAddition();
    const [entry] = kubeconfig.contexts;
    const contexts = [{ ...entry, name: context }];
    return { ...kubeconfig, contexts, 'current-context': context } as typeof kubeconfig;
  }
});

test.each([
  ['a byte order mark', '\ufeffapiVersion: v1\nclusters: []\n'],
  ['an indented root', '  kind: Config\n  clusters:\n  - name: a\n'],
  ['quoted keys', '"clusters":\n- name: a\n\'users\': []\n'],
  ['directives, and an end of the document', '%YAML 1.1\n---\nclusters: []\n...\n# after\n'],
  ['a key twice', 'clusters:\n- name: old\nusers: []\nclusters:\n- name: a\n'],
  ['a merge key', 'kind: Config\nx: &x {colors: true}\npreferences: {<<: *x}\n'],
  ['text after JSON', '{\n  "clusters": [\n    {"name": "a"}\n  ]\n}\nand so on\n'],
  ['CR as line ends', 'kind: Config\rclusters:\r- name: a\r'],
  ['a flow list at column 0', 'contexts: [\n{name: a}\n]\nkind: Config\n'],
  ['a second document', 'clusters:\n- name: a\n---\nfoo: bar\n'],
  ['nulls of all kinds', 'clusters: null\ncontexts: ~\nusers:\ncurrent-context:'],
  ['explicit keys', '? clusters\n: - name: a\nkind: Config\n'],
  ['flow lists with comments and commas at the end', 'clusters: [\n  {name: a}, # c\n]\nusers: [{name: b},]\n'],
  ['anchors and aliases', 'clusters: &c\n- &x\n  name: a\n  cluster: &y {}\nother: *y\n'],
  ['a block scalar at the end of the file', 'users:\n- name: a\n  user:\n    token: |\n      abc'],
  ['a current context as a block scalar', 'current-context: >-\n  foo\n  bar\nkind: Config\n'],
  ['entries that are none', 'clusters:\n- 5\n- null\n- [a]\n'],
])('%s: merged, merged again, renamed and merged back', (_what, before) => {
  const merged = mergeKubeconfig(before, createAddition({ eip: true }));
  expect(mergeKubeconfig(merged, createAddition({ eip: true }))).toBe(merged);
  const renamed = mergeKubeconfig(merged, createAddition({ secret: 'renewed' }), { alias: 'z' });
  expect(renamed).toContain('z-internal');
  const back = mergeKubeconfig(renamed, createAddition({ eip: true }), { alias: 'demo-shop' });
  expect(back.split('\n').sort()).toEqual(merged.split('\n').sort());
});

test.each(['', '\n', '# nothing yet', '---\n', '{}\n'])('%p becomes a whole kubeconfig', (before) => {
  const merged = mergeKubeconfig(before, createAddition());
  expect(read(merged)).toMatchObject({ apiVersion: 'v1', kind: 'Config', 'current-context': 'demo-shop-internal' });
  if (before.startsWith('#')) expect(merged.startsWith(`${before}\n`)).toBe(true);
});

test.each([
  ['a: [\n', 'f:2:1: this is neither YAML nor JSON (a value is missing)'],
  [
    '%YAML 1.2\n---\nkind: Config\n',
    'f:1:1: this is neither YAML nor JSON (kubectl reads no other version of YAML than 1.1)',
  ],
  ['kind: Config # \u001b[1m\n', 'f:1:16: it holds the control character U+001B, which YAML does not allow'],
  ['{"a": "\\/"}', "f:1:8: this is neither YAML nor JSON (the escape '\\/' is none of YAML 1.1)"],
  ['- x\n', 'f:1:1: it is not a kubeconfig, which is a mapping'],
  ['just words', 'f:1:1: it is not a kubeconfig, which is a mapping'],
  ['kind: Pod\n', "f:1:7: it is not a kubeconfig: its kind is 'Pod', not 'Config'"],
  ['clusters: 5\n', "f:1:11: 'clusters' is not a list"],
  ['users: &u []\nclusters: *u\n', "f:2:11: 'clusters' is not a list that can be added to"],
  ['null\n', 'f:1:1: it is written in a way that cannot be added to safely'],
  ['users:\n\t- a\n', 'f:2:1: this is neither YAML nor JSON (a tab stands where indentation belongs)'],
])('%j is refused with its place', (before, message) => {
  expect(() => mergeKubeconfig(before, createAddition(), { file: 'f' })).toThrow(message);
});
