// The tables of src/cli/README.md are those of the options' rows.
import { expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands.js';
import { written } from '../../src/cli/help.js';
import { authSettings } from '../../src/keystone/cloud-config.js';
import { documentOf } from '../support/documents.js';

const { text } = documentOf('src/cli/README.md');

/** The lines between the markers, however the columns are padded. */
function between(name: string): string[] {
  const [, found = ''] = new RegExp(`<!-- ${name}: begin -->\n([^]*?)<!-- ${name}: end -->`).exec(text) ?? [];
  return found
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---'));
}

test('each variable stands beside its option, with the commands that read it', async () => {
  const rows = new Map<string, { option: string; names: string[] }>();
  for (const [name, load] of Object.entries(commands))
    for (const [option, row] of Object.entries((await load()).options)) {
      if (row.variable === undefined) continue;
      const known = rows.get(row.variable) ?? { option: written(option, row), names: [] };
      rows.set(row.variable, { ...known, names: [...known.names, name] });
    }
  const lines = [...rows].map(
    ([variable, { option, names }]) => `| \`${variable}\` | \`${option}\` | ${names.join(', ')} |`,
  );
  expect(between('variables')).toEqual(['| variable | option | commands |', '| --- | --- | --- |', ...lines.sort()]);
});

test('every command is listed', async () => {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `| \`${name}\` | ${(await load()).summary} |`),
  );
  expect(between('commands')).toEqual(['| command | what it does |', '| --- | --- |', ...lines]);
});

test('each setting of a cloud that is read is listed', () => {
  const keys = between('cloud keys').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)]);
  const besideAuth = ['auth_methods', 'region_name', 'regions', 'interface', 'profile', 'cacert', 'verify', 'insecure'];
  expect(keys.map(([, key]) => key).sort()).toEqual([...authSettings, ...besideAuth].sort());
});
