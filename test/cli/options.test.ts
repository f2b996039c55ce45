import { describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commands, groups } from '../../src/cli/commands.js';
import { commandHelp, written } from '../../src/cli/help.js';
import { nearest } from '../../src/cli/nearest.js';
import { flag, readValues, repeated, required, withDefault } from '../../src/cli/options.js';
import { duration, text } from '../../src/cli/readers.js';
import { run, runIn } from '../support/command-line.js';

const names = Object.keys(commands);
const load = async (name: string) => (await commands[name]?.()) ?? Promise.reject(new Error(name));

describe.each(names)('%s --help', (name) => {
  test('shows every option of its table, with default and variable', async () => {
    const { options } = await load(name);
    const { stdout } = await run(...name.split(' '), '--help');
    const flowing = stdout.replaceAll(/\s+/g, ' ');
    for (const [option, row] of Object.entries(options)) {
      expect(stdout).toContain(`  ${written(option, row)}`);
      if (row.default !== undefined) expect(flowing).toContain(`(default: ${row.default}`);
      if (row.variable !== undefined) expect(flowing).toContain(row.variable);
    }
  });

  test('is at most 100 columns wide', async () => {
    for (const line of commandHelp(name, await load(name)).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('has defaults that its own readers take', async () => {
    const { options } = await load(name);
    for (const [option, row] of Object.entries(options))
      if (row.default !== undefined) expect(() => row.read([row.default], `--${option}`)).not.toThrow();
  });
});

test('every option has an effect: its value is read somewhere', async () => {
  const folder = fileURLToPath(new URL('../../src/cli/', import.meta.url));
  const code = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(folder + file, 'utf8'))
    .join('\n')
    .replace(/^ *\/\/.*$/gm, '');
  const options = new Set<string>();
  // Jest cannot load several modules at once.
  for (const name of names) for (const option of Object.keys((await load(name)).options)) options.add(option);
  const unread = [...options].filter((option) => {
    const quoted = option.includes('-') ? `'${option}'` : `'${option}'|\\b${option}\\b`;
    // A row of the table begins with the name and calls the function of its kind.
    return !new RegExp(`(${quoted})(?!: (optional|flag|withDefault|repeated|required|\\w+Option)\\()`).test(code);
  });
  expect(unread).toEqual([]);
});

test('the main help has each command once, in its group', async () => {
  const { stdout } = await run('--help');
  for (const title of Object.keys(groups)) expect(stdout).toContain(`\n${title}:\n`);
  for (const name of names) expect(stdout.split(`\n  ${name} `)).toHaveLength(2);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test.each(['cluster', 'token', 'access-key'])('%s --help shows its own commands and no others', async (word) => {
  const own = names.filter((name) => name.startsWith(`${word} `));
  for (const argv of [
    [word, '--help'],
    ['help', word],
  ]) {
    const { code, stdout } = await run(...argv);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}\S+( \S+)+/gm)).toEqual(own.map((name) => `  ${name}`));
  }
});

describe('values', () => {
  const table = {
    name: required({ placeholder: 'N', help: '', variable: 'X_NAME', read: text }),
    every: withDefault('1m', { placeholder: 'T', help: '', variable: 'X_EVERY', read: duration({ least: 1 }) }),
    group: repeated({ placeholder: 'G', help: '', read: text }),
    json: flag(''),
  };

  test('come from the command line, then from the environment, then from the default', () => {
    expect(readValues(table, { name: ['a', 'b'], json: [undefined] }, { X_NAME: 'c', X_EVERY: '2m' })).toEqual({
      name: 'b',
      every: 120,
      group: undefined,
      json: true,
    });
    expect(readValues(table, { group: ['x', 'y'] }, { X_NAME: 'c', X_EVERY: '' })).toEqual({
      name: 'c',
      every: 60,
      group: ['x', 'y'],
      json: false,
    });
  });

  test('that are wrong name what they were given as', () => {
    expect(() => readValues(table, {}, {})).toThrow('option --name is missing; give --name or set X_NAME');
    expect(() => readValues(table, { name: ['a'] }, { X_EVERY: 'often' })).toThrow("X_EVERY 'often' is not valid");
    expect(() => readValues(table, { name: ['a'], every: ['often'] }, {})).toThrow("--every 'often' is not valid");
  });
});

test.each([
  [['token', 'add', '--usr', 'alice'], "there is no option '--usr'; did you mean --user?"],
  [['token', 'list', '--jsno'], "there is no option '--jsno'; did you mean --json?"],
  [['token', 'list', '--frobnicate'], "there is no option '--frobnicate'\n"],
  [['token', 'list', '-j'], "there is no option '-j'\n"],
  [['token', 'list', '--json=yes'], '--json takes no value\n'],
  [['token', 'add', '--user'], '--user needs a value: --user ID\n'],
  [['get', 'x', '--duration', '-1'], '--duration needs a value; one that begins with a dash is joined to it'],
  [['clster', 'list'], "there is no command 'clster'; did you mean 'cluster'?"],
  [['servr'], "there is no command 'servr'; did you mean 'serve'?"],
  [['cluster', 'lst'], "; did you mean 'cluster list'?"],
  [['frobnicate'], "there is no command 'frobnicate'\n"],
])('%j is answered in our words', async (argv, message) => {
  const { code, stdout, stderr } = await run(...argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('version, --version, -v and -V say the same', async () => {
  const transcripts = await Promise.all(['version', '--version', '-v', '-V'].map((word) => run(word)));
  for (const transcript of transcripts) expect(transcript).toEqual(await run('--version'));
});

test('CLUSTERCERT_DATA is the data folder of all commands that keep something', async () => {
  const { stderr } = await runIn({ CLUSTERCERT_DATA: 'package.json' }, 'token', 'list');
  expect(stderr).toContain("CLUSTERCERT_DATA 'package.json' is not a folder");
});

// One letter in three may be added, removed, replaced or swapped.
test.each([
  ['usr', 'user', true],
  ['users', 'user', true],
  ['suer', 'user', true],
  ['usar', 'user', true],
  ['suar', 'user', false],
  ['sitting', 'kitten', false],
  ['sittingly', 'kittenly', true],
  ['ur', 'user', false],
])('whether %j means %j: %j', (given, word, isMeant) => {
  expect(nearest(given, [word])).toBe(isMeant ? word : undefined);
});

test('what is far from everything is near to nothing', () => {
  expect(nearest('zzz', ['user', 'group'])).toBeUndefined();
});
