// How large a program is for a browser.
import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';

/** Bytes of a program, bundled for a browser and compressed. Fails for imports that only Node has. */
export async function bundledBytes(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}
