// Names the packages that are inside the bundled provider, each with its version and its licence, as those licences ask.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** The text of THIRD-PARTY-NOTICES.txt, sorted by name, for the files that went in. Throws for a package without a licence. */
export async function thirdPartyNotices(root: string, inputs: string[]): Promise<string> {
  const places = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  const notices = await Promise.all([...new Set(places)].map((place) => notice(path.join(root, place))));
  return `Packages inside the provider of cce-clustercert: ${notices.length}\n${notices.sort().join('')}`;
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  /** The older form. */
  licenses?: { type: string }[];
}

async function notice(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license = manifest.licenses?.[0]?.type } = manifest;
  if (license === undefined) throw new Error(`the package ${name} names no licence`);
  // The Apache licence asks for NOTICE as well (section 4d).
  const files = (await readdir(folder)).filter((entry) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(entry)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return [`\n${name} ${version} (${license})\n`, ...texts.map((text) => `\n${text.trim()}\n`)].join('');
}
