// Completes what the compiler put into dist/. Four things are made of the sources: the provider with the packages that
// only it needs inside, so that nobody who installs the client installs those; the modules over packages of many small
// files, which are quicker to load as one; the page that the provider serves at /docs; and every entry once more for CommonJS.
import { type BuildOptions, type Metafile, type Plugin, build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage } from './bundle/page.js';
import { thirdPartyNotices } from './bundle/third-party-notices.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const { dependencies, exports } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  exports: Record<string, { require?: { default: string } } | string>;
};
// Inside the CommonJS entries: what cannot be had by `require` everywhere, and what an old bundler could not parse.
const inlined = ['openapi-fetch'];

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

/**
 * The validator compiles the meta-schema of OpenAPI whenever it starts, even where it is told not to hold the contract to
 * it: a fifth of the time that the provider takes to start. The contract is held to it by the checks, once for all.
 */
const contractIsChecked: Plugin = {
  name: 'contract-is-checked',
  setup: (bundler) =>
    bundler.onLoad(
      { filter: /express-openapi-validator[\\/]dist[\\/]framework[\\/]openapi\.schema\.validator\.js$/ },
      () => ({
        contents: 'exports.OpenAPISchemaValidator = class { validate() { return { errors: [] }; } };',
      }),
    ),
};

/** The provider over `dist/src/server/index.js`; the other rooms stay files of their own. Gives what went into it. */
async function bundleProvider(): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/server/index.ts'],
    outfile: 'dist/src/server/index.js',
    format: 'esm',
    // A hundred small files take longer to load than one large one.
    external: Object.keys(dependencies).filter((name) => !name.startsWith('ajv')),
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [
      contractIsChecked,
      {
        name: 'other-rooms',
        setup: (bundler) =>
          bundler.onResolve({ filter: /^\.\.\// }, ({ importer, path: file }) =>
            importer.includes('node_modules') ? undefined : { path: file, external: true },
          ),
      },
    ],
  });
  return metafile.inputs;
}

/** Modules that import nothing of ours, with their packages inside. Gives what went into them. */
async function bundlePackages(...entryPoints: string[]): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    ...common,
    entryPoints,
    outbase: '.',
    outdir: 'dist',
    format: 'esm',
    mainFields: ['module', 'main'],
  });
  return metafile.inputs;
}

// For src/spec.ts, which finds the contract from where it is. All entries that read it lie this deep.
const moduleUrl = "const moduleUrl=require('node:url').pathToFileURL(__dirname+'/../../../src/spec.js').href;\n";

/** One file for all entries: an error of one of them is an `instanceof` what another one exports. */
const sharedErrors: Plugin = {
  name: 'shared-errors',
  setup: (bundler) =>
    bundler.onResolve({ filter: /^\.{1,2}\/errors\.js$/ }, ({ importer }) =>
      importer.includes('node_modules') ? undefined : { path: 'shared-errors', external: true },
    ),
};

/** Every entry that package.json names for `require`, with the declarations beside it. */
async function bundleCommonJs(): Promise<void> {
  const folder = path.join(root, 'dist/cjs');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // The same text means CommonJS below this file.
  await writeFile(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  await copyDeclarations(path.join(root, 'dist'), folder);
  const errors = './dist/cjs/src/errors.js';
  const outputs = Object.values(exports).flatMap((entry) =>
    typeof entry === 'object' && entry.require ? [entry.require.default] : [],
  );
  const { outputFiles } = await build({
    ...common,
    entryPoints: [...outputs, errors].map((output) => {
      const entry = output.replace('./dist/cjs/', '').replace(/\.js$/, '');
      return { in: `${entry}.ts`, out: entry };
    }),
    outdir: 'dist/cjs',
    format: 'cjs',
    // For webpack 4 and its like.
    target: 'es2019',
    supported: { bigint: true },
    external: Object.keys(dependencies).filter((name) => !inlined.includes(name)),
    define: { 'import.meta.url': 'moduleUrl' },
    plugins: [contractIsChecked, sharedErrors],
    write: false,
  });
  for (const { path: file, text } of outputFiles) {
    await mkdir(path.dirname(file), { recursive: true });
    const place = path.relative(path.dirname(file), path.join(root, errors)).replaceAll('\\', '/');
    const linked = text.replaceAll('"shared-errors"', JSON.stringify(place.startsWith('.') ? place : `./${place}`));
    await writeFile(file, linked.includes('moduleUrl') ? moduleUrl + linked : linked);
  }
}

/** Those of openapi-fetch for CommonJS are not right in every TypeScript; those for ES modules say the same. */
async function copyDeclarations(from: string, to: string): Promise<void> {
  const all = await readdir(from, { recursive: true });
  for (const file of all.filter((name) => /^(src|generated).*\.d\.ts$/.test(name))) {
    const text = await readFile(path.join(from, file), 'utf8');
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await writeFile(
      path.join(to, file),
      text
        .replaceAll("from 'openapi-fetch'", "from 'openapi-fetch' with { 'resolution-mode': 'import' }")
        .replaceAll('import("openapi-fetch")', 'import("openapi-fetch", { with: { "resolution-mode": "import" } })'),
    );
  }
}

const inputs = [
  ...Object.keys(await bundleProvider()),
  ...Object.keys(await bundlePackages('src/asn1.ts', 'src/certificate/ecdsa.ts', 'src/kubeconfig/difference.ts')),
  ...(await bundlePage(root)),
];
await writeFile(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(root, inputs));
await bundleCommonJs();
