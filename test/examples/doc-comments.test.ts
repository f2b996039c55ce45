// Every public function shows how it is called; code-compiles.process.ts compiles what it shows.
import { expect, test } from '@jest/globals';
import path from 'node:path';
import { entrySources } from '../support/compile.js';
import { docExamples } from '../support/doc-examples.js';

/** Functions, not classes, of the package's entries; those of the operations are generated. */
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
  expect(names.filter((name) => !(docExamples[name] ?? '').includes(`${name}(`))).toEqual([]);
});
