import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { run } from '../support/command-line.js';

const commands = [
  'serve',
  'cluster add',
  'cluster list',
  'cluster show',
  'cluster remove',
  'token add',
  'token list',
  'token revoke',
  'access-key add',
  'access-key list',
  'access-key revoke',
  'inspect',
  'get',
  'credential',
  'verify',
];

test('--help lists every command', async () => {
  for (const argv of [['--help'], ['help'], ['-h']]) {
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of commands) expect(stdout).toContain(`  ${command} `);
  }
});

test.each(commands)('%s --help shows its options and an example', async (command) => {
  for (const argv of [
    [...command.split(' '), '--help'],
    ['help', ...command.split(' ')],
  ]) {
    const { code, stdout } = await run(...argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: clustercert ${command} `));
    expect(stdout).toMatch(new RegExp(`Examples?:\n  clustercert ${command}`));
  }
});

test('--version is that of the package, which is that of the contract', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([[['cluster']], [['cluster', 'delete']]])('%j names the commands that there are', async (argv) => {
  const { code, stderr } = await run(...argv);
  expect(code).toBe(2);
  expect(stderr).toContain(
    `error: there is no command '${argv.join(' ')}'; there are cluster add, cluster list, cluster show, cluster set, cluster remove, `,
  );
});

test('no command at all is wrong usage', async () => {
  expect(await run()).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: a command is missing\nhint: clustercert --help\n',
  });
});
