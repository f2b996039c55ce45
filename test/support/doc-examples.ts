// The examples in the doc comments of the package's functions.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join('src', file), 'utf8'));

/** The example of each function that has one, by the function's name. */
export const docExamples = Object.fromEntries(
  sources.flatMap((text) =>
    [...text.matchAll(/^ \* @example\n((?: \*(?: .*)?\n)+?) \*\/\nexport (?:async )?function (\w+)/gm)].map(
      ([, code = '', name = '']) => [name, code.replaceAll(/^ \* ?/gm, '')],
    ),
  ),
) as Record<string, string>;
