// The client in bundles for a browser, made by new bundlers and by old ones.
import { expect } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { projectId } from '../support/provider.js';
import { type Consumer, createConsumer, registryTest } from './support/consumer.js';

const clusterId = '1df09f9a-5b9e-11ef-8f52-0255ac10003e';

const program = `
import { createClient, getClusterCert, retrying, signWith } from 'cce-clustercert';
const sign = signWith({ id: 'access-key', secret: 'secret' });
const client = createClient({ endpoint: 'https://cce.example', sign, fetch: retrying({ fetch: globalThis.answer }) });
const path = { project_id: '${projectId}', cluster_id: '${clusterId}' };
globalThis.result = getClusterCert(client, { params: { path } });
`;

/** Runs a bundle where there is nothing but what browsers have, and gives the request that it sent. */
async function runBundle(file: string): Promise<Request> {
  let sent: Request | undefined;
  const web = { Request, Response, Headers, FormData, URL, AbortSignal, TextEncoder, crypto, setTimeout, clearTimeout };
  const page = createContext({
    ...web,
    fetch: () => undefined,
    answer: (url: string, init: RequestInit) => {
      sent = new Request(url, init);
      return Promise.resolve(new Response('{"kind":"Config"}'));
    },
  });
  const code = readFileSync(file, 'utf8');
  expect(code).not.toMatch(/["']node:/);
  runInContext(code, page);
  expect(await (page['result'] as Promise<unknown>)).toMatchObject({ data: { kind: 'Config' } });
  return sent as Request;
}

interface Bundler {
  dependencies: Record<string, string>;
  files?: Record<string, string>;
  /** Leaves one script in `out`. */
  bundle: (consumer: Consumer) => Promise<string>;
}

// The hash that webpack 4 would take is not in today's OpenSSL.
const webpackConfig =
  "module.exports = { mode: 'production', entry: './program.mjs', devtool: false, output: { path: __dirname + '/out', filename: 'bundle.js', hashFunction: 'sha256' } };";
const runWebpack =
  "const config = require('./webpack.config.js'); require('webpack')(config, (error, stats) => { if (error || stats.hasErrors()) { console.error(error || stats.toString()); process.exitCode = 1; } });";
const webpackFiles = { 'webpack.config.js': webpackConfig, 'build.cjs': runWebpack };

const bundlers: Record<string, Bundler> = {
  'webpack 4': {
    dependencies: { webpack: '4.47.0' },
    // That old one knows neither `exports` nor .mjs files of packages without warning.
    files: {
      ...webpackFiles,
      'webpack.config.js': webpackConfig.replace('program.mjs', 'program.js'),
      'program.js': program,
    },
    bundle: (consumer) => consumer.run(process.execPath, 'build.cjs'),
  },
  'webpack 5': {
    dependencies: { webpack: '5.112.1' },
    files: webpackFiles,
    bundle: (consumer) => consumer.run(process.execPath, 'build.cjs'),
  },
  esbuild: {
    dependencies: { esbuild: '0.28.2' },
    bundle: (consumer) =>
      consumer.runScript('esbuild/bin/esbuild', 'program.mjs', '--bundle', '--minify', '--format=iife', '--outdir=out'),
  },
  'parcel 2': {
    dependencies: { parcel: '2.16.4' },
    bundle: (consumer) =>
      consumer.runScript(
        'parcel/lib/bin.js',
        'build',
        'program.mjs',
        '--dist-dir=out',
        '--no-source-maps',
        '--no-cache',
      ),
  },
  browserify: {
    dependencies: { browserify: '17.0.1' },
    // Knows CommonJS only.
    files: { 'program.js': program.replace(/^import (.*) from (.*);$/m, 'const $1 = require($2);'), 'out/.keep': '' },
    bundle: (consumer) => consumer.runScript('browserify/bin/cmd.js', 'program.js', '--outfile=out/bundle.js'),
  },
  rollup: {
    dependencies: { rollup: '4.68.8', '@rollup/plugin-node-resolve': '16.0.3' },
    bundle: (consumer) =>
      consumer.runScript(
        'rollup/dist/bin/rollup',
        ...['program.mjs', '--format=iife', '--dir=out', '--plugin=@rollup/plugin-node-resolve', '--silent'],
      ),
  },
  vite: {
    dependencies: { vite: '7.3.1' },
    files: {
      'index.html': '<script type="module" src="./program.mjs"></script>',
      'vite.config.mjs': "export default { build: { outDir: 'out', modulePreload: false }, logLevel: 'error' };",
    },
    bundle: (consumer) => consumer.runScript('vite/bin/vite.js', 'build'),
  },
};

registryTest.each(Object.keys(bundlers))(
  'a bundle by %s signs and sends its call',
  async (name) => {
    const { dependencies, files, bundle } = bundlers[name] as Bundler;
    const consumer = await createConsumer({ dependencies, files: { 'program.mjs': program, ...files } });
    await bundle(consumer);
    const out = path.join(consumer.folder, 'out');
    const [script] = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?js$/.test(file));
    const request = await runBundle(path.join(out, script as string));
    expect(request.url).toBe(`https://cce.example/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`);
    expect(request.headers.get('Authorization')).toMatch(/^SDK-HMAC-SHA256 Access=access-key, /);
  },
  300_000,
);
