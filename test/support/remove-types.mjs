// TypeScript to JavaScript for Jest, by esbuild: types are only removed here; `npm run check` compiles them.
import { transformSync } from 'esbuild';

/** A synchronous transformer; Jest keeps what it gives, by the file's text. */
export default {
  process(text, file) {
    const { code, map } = transformSync(text, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcefile: file,
      sourcemap: 'external',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return { code, map };
  },
};
