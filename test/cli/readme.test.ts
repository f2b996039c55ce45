// The tables of src/cli/README.md are those of the options' rows.
import { expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands.js';
import { describe, written } from '../../src/cli/help.js';
import { authSettings } from '../../src/keystone/cloud-config.js';
import { documentOf, firstColumn, quotedNames } from '../support/documents.js';
import { expectWritten, tableOf } from '../support/written-part.js';

const file = 'src/cli/README.md';
const { text } = documentOf(file);

test('each variable stands beside its option, with the commands that read it', async () => {
  const rows = new Map<string, { option: string; names: string[] }>();
  for (const [name, load] of Object.entries(commands))
    for (const [option, row] of Object.entries((await load()).options)) {
      if (row.variable === undefined) continue;
      const known = rows.get(row.variable) ?? { option: written(option, row), names: [] };
      rows.set(row.variable, { ...known, names: [...known.names, name] });
    }
  const cells = [...rows].map(([variable, { option, names }]) => [
    `\`${variable}\``,
    `\`${option}\``,
    names.join(', '),
  ]);
  expectWritten(file, 'variables', tableOf(['variable', 'option', 'commands'], cells.sort()));
});

test('every option is listed', async () => {
  const rows = new Map<string, { cells: [string, string]; names: string[] }>();
  for (const [name, load] of Object.entries(commands))
    for (const [option, row] of Object.entries((await load()).options)) {
      const cells: [string, string] = [
        `\`${written(option, row)}\``,
        describe(row).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|'),
      ];
      const known = rows.get(cells.join()) ?? { cells, names: [] };
      rows.set(cells.join(), { cells, names: [...known.names, name] });
    }
  const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
  const cells = sorted.map(([, { cells, names }]) => [...cells, names.join(', ')]);
  expectWritten(file, 'options', tableOf(['option', 'what it does', 'commands'], cells));
});

test('every command is listed', async () => {
  const cells: string[][] = [];
  for (const [name, load] of Object.entries(commands)) cells.push([`\`${name}\``, (await load()).summary]);
  expectWritten(file, 'commands', tableOf(['command', 'what it does'], cells));
});

test('each setting of a cloud that is read is listed', () => {
  const keys = quotedNames(firstColumn(text, '| keys | what they do |'));
  const besideAuth = ['auth_methods', 'region_name', 'regions', 'interface', 'profile', 'cacert', 'verify', 'insecure'];
  expect(keys.sort()).toEqual([...authSettings, ...besideAuth].sort());
});
