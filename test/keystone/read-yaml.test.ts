// YAML as the openstack command reads it, and errors with the place, but never the text, which may be a password.
import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readYaml } from '../../src/keystone/read-yaml.js';
import { runIn } from '../support/command-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const secret = 'S3cretPassw0rd';

describe('a secret that YAML takes for syntax is in no error:', () => {
  const values = [
    `!${secret}`,
    `*${secret}`,
    `&${secret}`,
    `|${secret}`,
    `>${secret}`,
    `@${secret}`,
    `\`${secret}`,
    `%${secret}`,
    `!!${secret} x`,
    `!<${secret}`,
    `"${secret}`,
    `'${secret}`,
    `"\\q${secret}"`,
    `{${secret}`,
    `[${secret}, {`,
    `${secret}: x: y`,
    `${secret}\n\tmore`,
    `? ${secret}`,
    `- ${secret}`,
    `&a *${secret}`,
    `!!binary "${secret}!"`,
    `"${secret}" ${secret}`,
  ];

  test.each(values)('%j', async (value) => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'clouds.yaml');
    const auth = `      auth_url: http://127.0.0.1:1/v3\n      username: alice\n      project_name: P`;
    for (const name of ['clouds.yaml', 'secure.yaml'])
      writeFileSync(path.join(folder, name), `clouds:\n  c:\n    auth:\n${auth}\n      password: ${value}\n`);
    const { code, stdout, stderr } = await runIn({ OS_CLOUD: 'c', OS_CLIENT_CONFIG_FILE: file }, 'get', 'prod');
    expect({ failed: code !== 0, stdout }).toEqual({ failed: true, stdout: '' });
    expect(stderr).not.toContain(secret);
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('hint: '))).toHaveLength(1);
  });
});

test.each([
  ['clouds: {}\n---\nclouds: {}\n', 2, 'a second YAML document begins here'],
  ['a: 1\nb: {<<: word}', 2, 'a merge key (<<) takes a mapping'],
  ['a: 1\nb: "x\u0001"', 2, 'a control character'],
  ['a: !!binary c2VjcmV0', 1, 'a value is binary'],
])('what PyYAML does not read is refused with its line: %j', (text, line, message) => {
  expect(() => readYaml(text)).toThrow(expect.objectContaining({ line, message: expect.stringContaining(message) }));
});

test('an error says line and column', () => {
  expect(() => readYaml(`a: 1\npassword: !${secret}`)).toThrow(
    expect.objectContaining({ line: 2, column: 11, message: expect.stringContaining('put it in quotes') }),
  );
});

test.each([
  ['a: 010', { a: '010' }],
  ['a: 1e5', { a: '1e5' }],
  ['a: 12345678901234567890', { a: '12345678901234567890' }],
  ['a: 1_000', { a: '1_000' }],
  ['a: yes', { a: true }],
  ['a: "yes"', { a: 'yes' }],
  ['a: ~', { a: null }],
  ['a: 1\na: 2', { a: '2' }],
  ['x: &b {p: 1, q: 2}\nc: {<<: *b, q: 3}', { x: { p: '1', q: '2' }, c: { p: '1', q: '3' } }],
])('%j', (text, expected) => {
  expect(readYaml(text)).toEqual(expected);
});
