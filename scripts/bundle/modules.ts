// The modules of the package: one build for ES modules, split into shared files, and the same entries again for
// CommonJS.
import { type BuildOptions, type Plugin, build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileLater } from './compile-later.js';
import { compileSchemas } from './compile-schemas.js';
import { leaveOut } from './leave-out.js';
import type { Manifest } from './packages.js';

/** Files by their path in dist/, and their inputs. */
export interface Modules {
  files: Map<string, string>;
  /** Relative to the root. */
  inputs: string[];
}

export interface EsModules extends Modules {
  /** Paths without extension, such as `src/index`: what package.json exports. */
  entries: string[];
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Names and lines stay, so that a stack trace leads to readable code.
  minifySyntax: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  write: false,
} satisfies BuildOptions;

/** Every entry of package.json and its programs. Packages that package.json does not depend on are inside. */
export async function bundleModules(root: string, { dependencies, exports, bin }: Manifest): Promise<EsModules> {
  const entries = Object.values(exports).flatMap((entry) =>
    typeof entry === 'object' ? [entry.import.default.replace(/^\.\/dist\/(.*)\.js$/, '$1')] : [],
  );
  const programs = Object.values(bin).map((file) => file.replace(/^dist\/(.*)\.js$/, '$1'));
  const { outputFiles, metafile } = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: [...new Set([...entries, ...programs])].map((entry) => `${entry}.ts`),
    outbase: '.',
    outdir: 'dist',
    chunkNames: 'src/shared/[name]-[hash]',
    format: 'esm',
    splitting: true,
    // The ES modules of a package are smaller, because unused parts can be left out.
    mainFields: ['module', 'main'],
    // Those of this one assign to `module.exports`, which in the file that they come to lie in is not theirs.
    alias: { '@jsdevtools/ono': '@jsdevtools/ono/cjs/index.js', ono: 'ono/index.js' },
    external: Object.keys(dependencies),
    plugins: [compileLater, compileSchemas, leaveOut],
  });
  const files = outputFiles.map(({ path: file, text }): [string, string] => [
    path.relative(path.join(root, 'dist'), file).replaceAll('\\', '/'),
    text,
  ]);
  return { files: new Map(files), inputs: Object.keys(metafile.inputs), entries };
}

// Packages that `require` cannot load everywhere, and syntax that old bundlers cannot parse.
const inlined = ['openapi-fetch'];

/** The files of the entries for `require`. */
export async function toCommonJs(root: string, { dependencies }: Manifest, esm: EsModules): Promise<Modules> {
  // The program is run, never required.
  const names = [
    ...reached(
      esm.files,
      esm.entries.map((entry) => `${entry}.js`),
    ),
  ];
  const { outputFiles, metafile } = await build({
    ...common,
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `built:${name}`, out: name.replace(/\.js$/, '') })),
    outdir: 'dist/cjs',
    format: 'cjs',
    // For webpack 4 and its like.
    target: 'es2019',
    // `import()` of a CommonJS file would put its exports under `default`, with theirs beneath.
    supported: { bigint: true, 'dynamic-import': false },
    external: Object.keys(dependencies).filter((name) => !inlined.includes(name)),
    define: { 'import.meta.url': 'moduleUrl' },
    plugins: [builtModules(root, esm.files)],
  });
  const files = outputFiles.map(({ path: file, text }): [string, string] => [
    path.relative(path.join(root, 'dist'), file).replaceAll('\\', '/'),
    text,
  ]);
  return { files: new Map(files), inputs: Object.keys(metafile.inputs).filter((file) => !file.startsWith('built:')) };
}

// At the start of a line, or where it is needed.
const importOfOurs = /(?:^(?:import|export)\b[^;]*?|\bimport\()"(\.{1,2}\/[^"]+)"/gm;

/** These files, and our files that they import, directly or not. */
function reached(files: ReadonlyMap<string, string>, from: string[]): Set<string> {
  const found = new Set(from);
  for (const file of found)
    for (const [, place = ''] of (files.get(file) ?? '').matchAll(importOfOurs))
      found.add(path.posix.join(path.posix.dirname(file), place));
  return found;
}

/** Lets esbuild read its own output; files of ours stay apart. */
function builtModules(root: string, files: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'built-modules',
    setup: (bundler) => {
      bundler.onResolve({ filter: /^built:/ }, ({ path: place }) => ({
        path: place.slice('built:'.length),
        namespace: 'built',
      }));
      bundler.onResolve({ filter: /^\.{1,2}\//, namespace: 'built' }, ({ path: place }) => ({
        path: place,
        external: true,
      }));
      bundler.onLoad({ filter: /./, namespace: 'built' }, ({ path: place }) => ({
        contents: files.get(place) ?? '',
        resolveDir: root,
      }));
    },
  };
}

const asEsModule = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n";
const asCommonJs = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;\n";

/**
 * The bundler's own helpers only define, but it also imports their file for effects; in the client's files that would
 * make browsers load `node:module`.
 */
function withoutBareImports(text: string, files: ReadonlyMap<string, string>): string {
  return text.replaceAll(/^import "\.{1,2}\/(?:[^"]*\/)?([^"/]+)";\n/gm, (line, base: string) => {
    const helpers = [...files].find(([name]) => path.posix.basename(name) === base)?.[1] ?? '';
    return /\btypeof require\b/.test(helpers) ? '' : line;
  });
}

/** Writes all files, each with the constants that depend on its place. */
export function writeModules(root: string, { esm, commonJs }: { esm: Modules; commonJs: Modules }): void {
  for (const [name, text] of [...esm.files, ...commonJs.files]) {
    const file = path.join(root, 'dist', name);
    // The second makes CommonJS of an ES module's `require`.
    const head = [
      /\btoPackageFolder\b/.test(text) ? `const toPackageFolder = '${'../'.repeat(name.split('/').length)}';\n` : '',
      esm.files.has(name) && /\btypeof require\b/.test(text) ? asEsModule : '',
      commonJs.files.has(name) && /\bmoduleUrl\b/.test(text) ? asCommonJs : '',
    ].join('');
    mkdirSync(path.dirname(file), { recursive: true });
    const body = esm.files.has(name) ? withoutBareImports(text, esm.files) : text;
    writeFileSync(file, body.startsWith('#!') ? body.replace('\n', `\n${head}`) : head + body);
  }
  // The files below it end in .js too.
  writeFileSync(path.join(root, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');
}
