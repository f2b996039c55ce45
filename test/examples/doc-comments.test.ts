// Every public function shows how it is called, and what it shows compiles.
import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { compileErrors, entrySources } from '../support/compile.js';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join('src', file), 'utf8'));

/** The example of each function that has one. */
const examples = Object.fromEntries(
  sources.flatMap((text) =>
    [...text.matchAll(/^ \* @example\n((?: \*(?: .*)?\n)+?) \*\/\nexport (?:async )?function (\w+)/gm)].map(
      ([, code = '', name = '']) => [name, code.replaceAll(/^ \* ?/gm, '')],
    ),
  ),
) as Record<string, string>;

/** Functions, not classes, that the packages' entries give; those of the operations are generated. */
async function publicFunctions(): Promise<string[]> {
  const operations = Object.keys(await import('../../generated/client.js'));
  const entries = await Promise.all(
    Object.values(entrySources).map(
      (file) => import(`../../${path.relative('.', file).replace(/\.ts$/, '.js')}`) as Promise<object>,
    ),
  );
  const named = entries.flatMap((entry) => Object.entries(entry) as [string, unknown][]);
  const functions = named.filter(([, value]) => typeof value === 'function' && !/^class\b/.test(String(value)));
  return [...new Set(functions.map(([name]) => name))].filter((name) => !operations.includes(name));
}

test('every public function has an example that calls it', async () => {
  const names = await publicFunctions();
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !(examples[name] ?? '').includes(`${name}(`))).toEqual([]);
});

test('the examples compile', () => {
  expect(compileErrors(examples)).toBe('');
});
