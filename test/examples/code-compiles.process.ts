// The code in documents and doc comments compiles against the package, all of it in one run of the compiler.
import { expect, test } from '@jest/globals';
import { compileErrors } from '../support/compile.js';
import { docExamples } from '../support/doc-examples.js';
import { documents } from '../support/documents.js';

test('the code that is shown compiles', () => {
  const shown = documents.flatMap(({ file, blocks }) =>
    blocks
      .filter(({ language }) => language === 'ts')
      .map(({ line, code }): [string, string] => [`${file.replaceAll(/[/.]/g, '-')}-${line}`, code]),
  );
  expect(shown).not.toEqual([]);
  expect(Object.keys(docExamples)).not.toEqual([]);
  expect(compileErrors({ ...docExamples, ...Object.fromEntries(shown) })).toBe('');
});
