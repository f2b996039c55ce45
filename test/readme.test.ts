// What the documents promise, checked: commands exist, links lead somewhere, tables are complete.
import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './support/command-line.js';
import { anchors, documentOf, documents, firstColumn, links, programCalls, quotedNames } from './support/documents.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
  exports: Record<string, { import: { default: string } } | string>;
};
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
};
// Their examples import the package itself.
const withoutDocComments = (text: string) => text.replaceAll(/^ \*.*$/gm, '');
const architecture = documentOf('src/README.md').text;

test('every run-time dependency is counted and has its reason', () => {
  const named = quotedNames(firstColumn(architecture, '| package | why |'));
  expect(named.sort()).toEqual(Object.keys(manifest.dependencies).sort());
  const runTime = Object.entries(lock.packages).filter(([place, { dev }]) => place !== '' && dev !== true);
  expect(architecture).toContain(`\n${named.length} packages, ${runTime.length} with all that they bring`);
  expect(runTime.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
});

test('every package that the build puts inside has its reason', () => {
  const named = quotedNames(firstColumn(architecture, '| inside the built files | why |'));
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const imported = sources.flatMap((file) =>
    [
      ...withoutDocComments(readFileSync(path.join('src', file), 'utf8')).matchAll(
        /(?:from|import\() ?'((?:@[^/']+\/)?[^./'$][^/':]*)(?:\/[^']*)?'/g,
      ),
    ].map(([, name = '']) => name),
  );
  const page = readFileSync('scripts/bundle/page.ts', 'utf8');
  imported.push(...[...page.matchAll(/'node_modules\/([^/']+)'/g)].map(([, name = '']) => name));
  const inside = new Set(imported.filter((name) => name !== 'node' && !(name in manifest.dependencies)));
  expect(named.sort()).toEqual([...inside].sort());
});

test('every import is one that the package has', () => {
  const rows = firstColumn(documentOf('src/client/README.md').text, '| import | what it is |');
  const named = quotedNames(rows).map((name) => name.replace(/^cce-clustercert/, '.'));
  const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');
  expect(named.sort()).toEqual(subpaths.sort());
});

test('every document is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const file of reached)
    for (const { target } of links(documentOf(file))) if (target.endsWith('.md')) reached.add(target);
  // Issue templates are shown by the platform, and what is written by a script says so.
  const needed = documents.map(({ file }) => file).filter((file) => !/ISSUE_TEMPLATE|^generated/.test(file));
  expect(needed.filter((file) => !reached.has(file))).toEqual([]);
});

describe.each(documents)('$file', (document) => {
  test('links lead to files, and anchors to headings', () => {
    for (const { target, anchor } of links(document)) {
      expect([target, existsSync(target)]).toEqual([target, true]);
      if (anchor !== undefined) expect(anchors(documentOf(target))).toContain(anchor);
    }
  });

  test('every npm command is a script', () => {
    for (const [, script = ''] of document.text.matchAll(/`?npm run (?:--silent )?([\w:]+)/g))
      expect(Object.keys(manifest.scripts)).toContain(script);
  });

  test('every path in the prose is there', () => {
    for (const [, place = ''] of document.prose.matchAll(/`((?:spec|generated|src|scripts|test)\/[\w./-]*)`/g))
      expect([place, existsSync(place)]).toEqual([place, true]);
  });

  test('no command can fetch the package of somebody else', () => {
    // That name is not ours in any registry.
    const calls = document.blocks.flatMap(({ code }) => [...code.matchAll(/npx (?:--?[\w-]+ )*clustercert\b/g)]);
    expect(calls).toEqual([]);
  });

  test('every command has its options', async () => {
    for (const call of programCalls(document)) {
      const words = call.split(/\s+/);
      const [name = ''] = /^[a-z-]+(?: [a-z]+)?/.exec(call) ?? [];
      const group = ['cluster', 'token', 'access-key'].includes(words[0] ?? '');
      const command = group ? name : (words[0] ?? '');
      const { stdout } = await run(...command.split(' '), '--help');
      expect(stdout).toContain(`Usage: clustercert ${command}`);
      for (const option of words.filter((word) => word.startsWith('--') && word !== '--help'))
        expect([call, option, stdout.includes(option.replace(/=.*/, ''))]).toEqual([call, option, true]);
    }
  });
});

test('every test that a promise of security names is there', () => {
  const [, rows = ''] =
    /\| promise \| test \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(documentOf('.github/SECURITY.md').text) ?? [];
  const named = [...rows.matchAll(/`(test\/[^`]+)`: ([^|`]+?)(?=; `| \|)/g)];
  expect(named.length).toBeGreaterThan(15);
  for (const [, file = '', names = ''] of named) {
    const text = readFileSync(file, 'utf8');
    for (const name of names.split('; ')) expect([file, name, text.includes(name)]).toEqual([file, name, true]);
  }
});
