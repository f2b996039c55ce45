// Every file of tests is in a suite, and every suite is one that CI runs: none can be forgotten.
import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const ci = readFileSync('.ci/run', 'utf8');

/** The endings of each suite's files; those of `npm test` are Jest's own. */
const suites = Object.entries(scripts).flatMap(([name, command]) => {
  const [, folder = '', ending] = /--testMatch '\*\*\/test\/(.*?)\/?\*(\.\w+\.ts)'/.exec(command) ?? [];
  return ending === undefined ? [] : [{ name, folder: folder.replace('**', ''), ending }];
});

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.[a-z]+\.ts$/.test(file) && !/\.d\.ts$/.test(file));

test('every file of tests is in one suite', () => {
  const homes = [{ name: 'test', folder: '', ending: '.test.ts' }, ...suites];
  for (const file of files) {
    const found = homes.filter(({ folder, ending }) => file.startsWith(folder) && file.endsWith(ending));
    expect([file, found.length]).toEqual([file, 1]);
  }
});

test('what is tried with random inputs is tried with all of them by CI', () => {
  const [, pattern = ''] = /--testPathPattern '(.*?)'/.exec(scripts['test:properties'] ?? '') ?? [];
  const random = files.filter((file) => /^import .*property\.js';$/m.test(readFileSync(`test/${file}`, 'utf8')));
  const few = random.filter((file) => file.endsWith('.test.ts') && !new RegExp(pattern).test(file));
  expect(random.length).toBeGreaterThan(5);
  expect(few).toEqual([]);
});

test('every suite is one that CI runs', () => {
  expect(suites.length).toBeGreaterThan(5);
  // Steps of `npm run check`, and what CI calls besides.
  const steps = [
    ...readFileSync('scripts/check.ts', 'utf8').matchAll(/run\('npm', (?:'run', '--silent', )?'(test[:\w]*)'/g),
  ];
  const called = [...ci.matchAll(/^npm run (\S+)/gm), ...steps].map(([, name = '']) => name);
  const named = Object.keys(scripts).filter((name) => /^test(:|$)/.test(name));
  expect(called).toContain('check');
  expect(named.filter((name) => !called.includes(name))).toEqual([]);
});

test('what registers tests is a file of tests, or imported by one', () => {
  const all = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const texts = new Map(all.map((file) => [file, readFileSync(`test/${file}`, 'utf8')]));
  const alone = all.filter((file) => {
    const name = file.replace(/^.*\//, '').replace(/\.ts$/, '');
    const registers = /^import \{[^}]*\btest\b[^}]*\} from '@jest\/globals'/m.test(texts.get(file) ?? '');
    return registers && !files.includes(file) && ![...texts.values()].some((text) => text.includes(`/${name}.js'`));
  });
  expect(alone).toEqual([]);
});
