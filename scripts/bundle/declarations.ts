// Puts the declarations of the entries, and the ones that they refer to, beside the modules; no others are shipped.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Copies from the compiler's folder; entries are paths without extension. */
export function copyDeclarations(from: string, dist: string, entries: readonly string[]): void {
  const wanted = new Set(entries.map((entry) => `${entry}.d.ts`));
  for (const file of wanted) {
    const text = readFileSync(path.join(from, file), 'utf8');
    for (const [, place = ''] of text.matchAll(/(?:from |import\()['"](\.{1,2}\/[^'"]+)\.js['"]/g))
      wanted.add(`${path.posix.join(path.posix.dirname(file), place)}.d.ts`);
    write(path.join(dist, file), text);
    write(path.join(dist, 'cjs', file), forCommonJs(text));
  }
}

/** Those of openapi-fetch for CommonJS are not right in every TypeScript; those for ES modules say the same. */
function forCommonJs(text: string): string {
  return text
    .replaceAll("from 'openapi-fetch'", "from 'openapi-fetch' with { 'resolution-mode': 'import' }")
    .replaceAll('import("openapi-fetch")', 'import("openapi-fetch", { with: { "resolution-mode": "import" } })');
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
