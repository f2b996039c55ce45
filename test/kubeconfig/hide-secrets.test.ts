import { expect, test } from '@jest/globals';
import { createHider } from '../../src/kubeconfig/hide-secrets.js';
import { createAddition, mergeKubeconfig } from '../support/merging.js';

const secrets = `users:
- name: a
  user: {token: SECRET-1, username: alice}
- name: b
  user:
    password: "SECRET-2" # no more
    client-certificate: /etc/cert.pem
    client-key-data: |
      SECRET-3
      SECRET-3
    exec:
      command: tool
      args: [--password, SECRET-4]
      env:
      - {name: TOKEN, value: SECRET-5}
clusters:
- name: c
  cluster: {server: https://c.example, proxy-url: http://u:SECRET-6@proxy}
extensions:
- name: tool
  extension: {refresh-token: SECRET-7}
`;

test('what may be a secret is hidden, and nothing else', () => {
  const hidden = createHider()(secrets);
  expect(hidden).not.toContain('SECRET');
  for (const shown of ['username: alice', '/etc/cert.pem', 'command: tool', 'server: https://c.example', '# no more'])
    expect(hidden).toContain(shown);
  expect(hidden.split('\n')).toHaveLength(secrets.split('\n').length - 2);
});

test('in JSON too', () => {
  const merged = mergeKubeconfig('{"users": []}', createAddition({ secret: 'SECRET' }));
  const hidden = createHider()(merged);
  expect(hidden).not.toContain(Buffer.from('SECRET').toString('base64'));
  expect(() => JSON.parse(hidden) as unknown).not.toThrow();
});

test('one secret has one word in one run, and another in the next', () => {
  const [hide, other] = [createHider(), createHider()];
  const text = 'users:\n- {name: a, user: {token: x}}\n';
  expect(hide(text)).toBe(hide(text));
  expect(hide(text)).not.toBe(hide(text.replace('x', 'y')));
  expect(hide(text)).not.toBe(other(text));
});

test('secrets in comments, URLs, extensions, tags, anchors, keys and after the end are hidden', () => {
  const odd = `# token: SECRET-1
# ab12cd34SECRET
# my clusters, by hand
clusters:
- name: c # hunter2SECRET
  cluster: {server: 'https://user:SECRET-3@c.example/x?key=SECRET-4', x-unknown: SECRET-5}
users:
- name: a
  user:
    token: !SECRET-6
    password: &SECRET-7
    #   password: SECRET-8
    username: {SECRET-9}
    extensions:
    - name: tool
      extension: {refresh: SECRET-10}
    exec:
      command: tool
      env: [{name: DB_PASSWORD, value: SECRET-11}]
x-root: SECRET-12
...
SECRET-13
`;
  const hidden = createHider()(odd);
  expect(hidden).not.toContain('SECRET');
  for (const shown of ['# my clusters, by hand', "'https://***@c.example/x?***'", 'command: tool', 'name: DB_PASSWORD'])
    expect(hidden).toContain(shown);
});
