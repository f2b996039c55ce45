// The kit's README lists the real checks. UPDATE=1 writes the list.
import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { bindings, contractCases, optionOf } from '../../src/verify/index.js';

const file = 'src/verify/README.md';
const begin = '<!-- checks: written by test/verify/readme.test.ts with UPDATE=1 -->';
const end = '<!-- end of checks -->';

async function withChecks(text: string): Promise<string> {
  const rows = contractCases.map(({ id, name, source, binds, needs, hostile }) => {
    const inputs = needs.filter((input) => input !== 'token').map((input) => `\`${optionOf[input]}\``);
    return `| \`${id}\` | ${name.replaceAll('|', '\\|')} | ${source} | ${binds} | ${[...inputs, ...(hostile ? ['not with `--safe`'] : [])].join(', ')} |`;
  });
  const table = ['| ID | what a right provider does | source | binds | needs |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
  const legend = Object.entries(bindings).map(([binding, meaning]) => `| ${binding} | ${meaning} |`);
  const forces = ['| binds | what it means for a provider |', '|---|---|', ...legend].join('\n');
  const [before = '', rest = ''] = text.split(begin);
  const after = rest.split(end)[1] ?? '';
  const options = await resolveConfig(file);
  return format(`${before}${begin}\n\n${forces}\n\n${table}\n\n${end}${after}`, { ...options, filepath: file });
}

test('the README lists the checks as they are', async () => {
  const text = readFileSync(file, 'utf8');
  const expected = await withChecks(text);
  if (process.env['UPDATE'] === '1') writeFileSync(file, expected);
  else expect(text).toBe(expected);
});

test('IDs are kebab-case and each is there once', () => {
  const ids = contractCases.map(({ id }) => id);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
