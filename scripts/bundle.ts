// Completes what the compiler put into dist/. Two things are made of the sources: the provider with the packages that
// only it needs inside, so that nobody who installs the client installs those; and every entry once more for CommonJS.
import { type BuildOptions, build } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { thirdPartyNotices } from './bundle/third-party-notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const { dependencies, exports } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  exports: Record<string, { require?: { default: string } } | string>;
};
// Inside the CommonJS entries: what cannot be had by `require` everywhere, and what an old bundler could not parse.
const inlined = ['@noble/curves', 'openapi-fetch'];

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Names stay, for the sake of stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
} satisfies BuildOptions;

/** The provider over `dist/src/server/index.js`; the other rooms stay files of their own. */
async function bundleProvider(): Promise<void> {
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/server/index.ts'],
    outfile: 'dist/src/server/index.js',
    format: 'esm',
    external: Object.keys(dependencies),
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [
      {
        name: 'other-rooms',
        setup: (bundler) =>
          bundler.onResolve({ filter: /^\.\.\// }, ({ importer, path: file }) =>
            importer.includes('node_modules') ? undefined : { path: file, external: true },
          ),
      },
    ],
  });
  await writeFile(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(root, metafile));
}

/** Every entry that package.json names for `require`, with the declarations beside it. */
async function bundleCommonJs(): Promise<void> {
  const folder = path.join(root, 'dist/cjs');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // The same text means CommonJS below this file.
  await writeFile(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  for (const part of ['src', 'generated']) {
    await cp(path.join(root, 'dist', part), path.join(folder, part), {
      recursive: true,
      filter: (file) => !/\.js(on)?$/.test(file),
    });
  }
  const outputs = Object.values(exports).flatMap((entry) =>
    typeof entry === 'object' && entry.require ? [entry.require.default] : [],
  );
  await build({
    ...common,
    entryPoints: outputs.map((output) => {
      const entry = output.replace('./dist/cjs/', '').replace(/\.js$/, '');
      return { in: `${entry}.ts`, out: entry };
    }),
    outdir: 'dist/cjs',
    format: 'cjs',
    // For webpack 4 and its like.
    target: 'es2019',
    supported: { bigint: true },
    external: Object.keys(dependencies).filter((name) => !inlined.includes(name)),
    // For src/spec.ts, which finds the contract from where it is; all entries that read it lie this deep.
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl=require('node:url').pathToFileURL(__dirname+'/../../../src/spec.js').href;" },
  });
}

await bundleProvider();
await bundleCommonJs();
