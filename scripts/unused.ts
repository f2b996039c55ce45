// Reports unused code: exports that no other file imports, and packages that no file names.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { unusedExports } from './check/unused-exports.js';

interface Manifest {
  exports: Record<string, { import: { default: string } } | string>;
  bin?: Record<string, string> | string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const readManifest = (folder: string) =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
const manifest = readManifest('.');

// Files that others import, and calls that must not compile, which only the compiler reads.
const entries = [
  'test/types.test.ts',
  ...Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.import.default.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts')],
  ),
];

/** The packages that no import and no command names. */
function unusedPackages(): string[] {
  const code = ['src', 'generated', 'scripts', 'test']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
    )
    .filter((file) => /\.(ts|mts|cjs|mjs|js|json|tsx)$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const commands = Object.values(manifest.scripts).join('\n');
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => {
    const subject = name.replace(/^@types\//, '');
    const folder = path.join('node_modules', name);
    const { bin = {} } = existsSync(folder) ? readManifest(folder) : {};
    const programs = typeof bin === 'string' ? [subject] : Object.keys(bin);
    const isImported = new RegExp(`['/]${subject}['/]`).test(code) || subject === 'node';
    const isCalled = programs.some((program) => new RegExp(`(^|[ /'])${program}($|[ /'])`, 'm').test(commands + code));
    return !isImported && !isCalled;
  });
}

const findings = [
  ...unusedExports('.', entries).map(
    ({ place, name, forTestsOnly }) =>
      `${place}: nothing${forTestsOnly ? ' but tests' : ''} imports ${name}${forTestsOnly ? ' (if it must be so: @internal)' : ''}`,
  ),
  ...unusedPackages().map((name) => `package.json: nothing uses the package ${name}`),
];
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
