// Makes dist/docs/, the page that the provider serves at /docs: the page's own files and the few of Swagger UI's that
// it loads. They are stored compressed, as almost every browser accepts them.
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const swaggerUi = 'node_modules/swagger-ui-dist';

/** Gives the files of packages that went into the page. */
export async function bundlePage(root: string): Promise<string[]> {
  const folder = path.join(root, 'dist/docs');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array) =>
    writeFile(path.join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));

  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/server/reference-page/page.ts'],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minifyWhitespace: true,
    write: false,
  });
  for (const { contents } of outputFiles) await write('page.js', contents);
  for (const name of ['page.html', 'page.css'])
    await write(name, await readFile(path.join(root, 'src/server/reference-page', name)));

  const files = ['swagger-ui-bundle.js', 'swagger-ui.css'].map((name) => `${swaggerUi}/${name}`);
  for (const file of files) await write(path.basename(file), withoutMap(await readFile(path.join(root, file), 'utf8')));
  // The licences of the packages inside that file, whose first line points here.
  const licences = 'swagger-ui-bundle.js.LICENSE.txt';
  await copyFile(path.join(root, swaggerUi, licences), path.join(folder, licences));
  return files;
}

/** Source maps are not served. */
function withoutMap(text: string): string {
  return text.replace(/\n\/[/*]# sourceMappingURL=.*$/m, '');
}
