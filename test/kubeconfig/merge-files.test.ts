// Entries of several callers, and several files that kubectl reads as one.
import { describe, expect, test } from '@jest/globals';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { mergeIntoList } from '../../src/kubeconfig/merge-files.js';
import { readKubeconfigSource } from '../../src/kubeconfig/kubeconfig-source.js';
import { clientCertificate } from '../support/client-certificate.js';
import { ecAuthority } from '../support/ec-authority.js';
import { base64 } from '../support/kubeconfigs.js';
import { createAddition, mergeKubeconfig } from '../support/merging.js';

interface Config {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
  'current-context'?: string;
}
const read = (text: string) => readKubeconfigSource(text, 'f').value as unknown as Config;
const names = (text: string) => {
  const { clusters, users, contexts } = read(text);
  return [clusters, users, contexts].map((list) => list.map(({ name }) => name));
};
const hasNoNameTwice = (text: string) => names(text).every((list) => new Set(list).size === list.length);

const authority = ecAuthority();

/** The cluster as one of several people gets it. */
function additionOf(commonName: string, groups: string[] = []) {
  const addition = createAddition();
  const subject = [['CN', commonName] as const, ...groups.map((group) => ['O', group] as const)];
  const { certificatePem, privateKeyPem } = clientCertificate(authority, { subject });
  const user = { 'client-certificate-data': base64(certificatePem), 'client-key-data': base64(privateKeyPem) };
  return { ...addition, kubeconfig: { ...addition.kubeconfig, users: [{ name: 'user', user }] } as Kubeconfig };
}

describe('whose:', () => {
  test('another caller is another user, and the first one stays', () => {
    const first = mergeKubeconfig('', additionOf('admin'), { alias: 'admin' });
    const both = mergeKubeconfig(first, additionOf('dev'), { alias: 'dev' });
    expect(names(both)).toEqual([
      ['demo-shop-internal'],
      ['demo-shop', 'demo-shop-2'],
      ['admin-internal', 'dev-internal'],
    ]);
    expect(read(both).users[0]).toEqual(read(first).users[0]);
    const again = mergeKubeconfig(both, additionOf('admin'));
    expect(names(again)).toEqual(names(both));
    expect(read(again).users[1]).toEqual(read(both).users[1]);
  });

  test('the same caller with other groups is renewed, and added where another alias asks for it', () => {
    const first = mergeKubeconfig('', additionOf('alice', ['admins']), { alias: 'admin' });
    expect(names(mergeKubeconfig(first, additionOf('alice', ['developers'])))).toEqual(names(first));
    const both = mergeKubeconfig(first, additionOf('alice', ['developers']), { alias: 'dev' });
    expect(names(both)[2]).toEqual(['admin-internal', 'dev-internal']);
    expect(read(both).users[0]).toEqual(read(first).users[0]);
  });

  test('a program that drops extensions does not make it unknown', () => {
    for (const options of [{}, { alias: 'p' }]) {
      const first = mergeKubeconfig('', additionOf('alice'), options);
      const config = JSON.parse(JSON.stringify(read(first))) as Config;
      for (const entry of [...config.clusters, ...config.users, ...config.contexts])
        for (const content of Object.values(entry)) if (typeof content === 'object') delete content['extensions'];
      for (const next of [options, {}])
        expect(names(mergeKubeconfig(JSON.stringify(config), additionOf('alice'), next))).toEqual(names(first));
      expect(names(mergeKubeconfig(JSON.stringify(config), additionOf('bob')))[1]).toHaveLength(2);
    }
  });

  test('copies that people made stay theirs, and no name is there twice', () => {
    const one = mergeKubeconfig('', additionOf('alice'), { alias: 'x' });
    const other = mergeKubeconfig('', additionOf('alice'), { alias: 'y' });
    const [a, b] = [read(one), read(other)];
    const copied = JSON.stringify({ ...a, contexts: [...a.contexts, ...b.contexts] });
    expect(() => mergeKubeconfig(copied, additionOf('alice'), { alias: 'z' })).not.toThrow();
    for (const alias of ['x', 'y', 'z', undefined])
      expect(hasNoNameTwice(mergeKubeconfig(copied, additionOf('alice'), { alias }))).toBe(true);
    const tunnel = { name: 'tunnel', cluster: { ...a.clusters[0]?.cluster, server: 'https://localhost:16443' } };
    const tunneled = JSON.stringify({ ...a, clusters: [tunnel, ...a.clusters] });
    const merged = read(mergeKubeconfig(tunneled, additionOf('alice')));
    expect(merged.clusters[0]).toEqual(tunnel);
    expect(merged['current-context']).toBe('x-internal');
  });
});

describe('several files:', () => {
  const foreign = (name: string) =>
    `clusters:\n- {name: ${name}, cluster: {server: https://tenant-one.example}}\nusers:\n- {name: demo-shop, user: {token: t}}\ncontexts:\n- {name: ${name}, context: {cluster: ${name}, user: demo-shop}}\n`;

  test('names are unique over all of them, and an alias that another file has is refused', () => {
    const list = [
      { file: 'a', text: 'kind: Config\n' },
      { file: 'b', text: foreign('demo-shop-internal') },
    ];
    const merged = mergeIntoList(list, additionOf('alice'), {});
    expect(merged.target).toBe('a');
    expect(merged.contexts).toEqual(['demo-shop-internal-2']);
    expect(names(merged.changed.get('a') ?? '')[1]).toEqual(['demo-shop-2']);
    const aliased = [list[0], { file: 'b', text: foreign('live-internal') }] as typeof list;
    expect(() => mergeIntoList(aliased, additionOf('alice'), { alias: 'live' })).toThrow(
      "has a context 'live-internal'",
    );
  });

  test('the current context is written where kubectl writes it', () => {
    const addition = additionOf('alice');
    const b = mergeKubeconfig('', addition, { alias: 'dev' });
    const list = [
      { file: 'a', text: 'kind: Config\ncurrent-context: production # mine\n' },
      { file: 'b', text: b },
    ];
    const merged = mergeIntoList(list, addition, {});
    expect(merged).toMatchObject({ target: 'b', currentContext: 'dev-internal', setBy: 'a' });
    expect(merged.changed.get('a')).toBe('kind: Config\ncurrent-context: dev-internal # mine\n');
    expect(merged.changed.get('b')).toBe(b);
  });

  test("a named file sets its own current context, and kubectl's is reported", () => {
    const list = [
      { file: 'a', text: 'current-context: production\n' },
      { file: 'b', text: undefined },
    ];
    const merged = mergeIntoList(list, additionOf('alice'), { target: 'b' });
    expect(merged).toMatchObject({ wanted: 'demo-shop-internal', currentContext: 'production', setBy: 'a' });
  });

  test('a current context that is renamed is renamed where it stands', () => {
    const b = mergeKubeconfig('', additionOf('alice'), { alias: 'dev', keepContext: true });
    const list = [
      { file: 'a', text: 'current-context: dev-internal\n' },
      { file: 'b', text: b },
    ];
    const merged = mergeIntoList(list, additionOf('alice'), { alias: 'new', keepContext: true });
    expect(merged.changed.get('a')).toBe('current-context: new-internal\n');
    expect(merged.currentContext).toBe('new-internal');
  });
});

describe('what people added in our entries', () => {
  const first = mergeKubeconfig('', additionOf('alice'));

  test('keeps its bytes: numbers, quotes, comments and flow style', () => {
    const added = `    x-account: 12345678901234567890 # mine\n    x-quotes: 'a'\n    x-flow: { a: 0x1F, b: [1,2] }\n`;
    const before = first
      .replace('    server: https', `${added}    server: https`)
      .replace('192.168.1.7', '192.168.1.8');
    const merged = mergeKubeconfig(before, additionOf('alice'));
    expect(merged).toContain(added);
    expect(merged).toContain('server: https://192.168.1.7:5443');
  });

  test('stays in an exec: variables, provideClusterInfo and unknown fields', () => {
    const exec = (args: string[], env: object[]) => ({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        args: ['credential', ...args],
        command: 'clustercert',
        env,
        provideClusterInfo: false,
      },
    });
    const user = exec(['a'], [{ name: 'OS_CLOUD', value: 'one' }]);
    const before = mergeKubeconfig('', { ...additionOf('alice'), user })
      .replace('      env:\n', '      env:\n      - {name: HTTPS_PROXY, value: "http://proxy:1"} # office\n')
      .replace('provideClusterInfo: false', 'provideClusterInfo: true');
    const next = exec(['b'], [{ name: 'OS_AUTH_URL', value: 'https://x' }]);
    const merged = mergeKubeconfig(before, { ...additionOf('alice'), user: next });
    expect(merged).toContain('- {name: HTTPS_PROXY, value: "http://proxy:1"} # office\n');
    expect(merged).toContain('provideClusterInfo: true');
    expect(merged).toContain('OS_AUTH_URL');
    expect(merged).not.toContain('OS_CLOUD');
  });

  test('is no line end after a block scalar that the file ends with', () => {
    const before = 'kind: Config\nusers:\n- name: a\n  user:\n    token: |\n      abc';
    expect(read(mergeKubeconfig(before, additionOf('alice'))).users[0]?.user).toEqual({ token: 'abc' });
  });
});
