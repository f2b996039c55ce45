// Finds the packages inside the built files, by the input files, with the facts of their own manifests.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The fields of package.json that the build reads. */
export interface Manifest {
  name: string;
  version: string;
  license: string;
  dependencies: Record<string, string>;
  exports: Record<string, { import: { default: string } } | string>;
  /** Programs by name, each a file in dist/. */
  bin: Record<string, string>;
}

export interface PackageInside {
  name: string;
  version: string;
  /** An SPDX identifier or expression. */
  license: string;
  /** The texts of its LICENSE and NOTICE files, each trimmed. */
  texts: string[];
}

interface PackageManifest {
  name: string;
  version: string;
  license?: string;
  /** The older form. */
  licenses?: { type: string }[];
}

/** Each package and version once, sorted by name. Throws for a package that names no licence. */
export function packagesOf(root: string, inputs: readonly string[]): PackageInside[] {
  const places = inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  const packages = [...new Set(places)].map((place) => readPackage(path.join(root, place)));
  const once = new Map(packages.map((one) => [`${one.name} ${one.version}`, one]));
  return [...once.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function readPackage(folder: string): PackageInside {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageManifest;
  const { name, version, license = manifest.licenses?.[0]?.type } = manifest;
  if (license === undefined) throw new Error(`the package ${name} names no licence`);
  // The Apache licence asks for NOTICE as well (section 4d).
  const files = readdirSync(folder)
    .filter((entry) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(entry))
    .sort();
  return { name, version, license, texts: files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()) };
}
