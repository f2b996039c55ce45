// THIRD-PARTY-NOTICES.txt: the packages inside the shipped files, each with its version and its licence, as the
// licences require.
import type { PackageInside } from './packages.js';

export function thirdPartyNotices(packages: readonly PackageInside[]): string {
  const notices = packages.map(({ name, version, license, texts }) =>
    [`\n${name} ${version} (${license})\n`, ...texts.map((text) => `\n${text}\n`)].join(''),
  );
  return `Packages whose code is inside the files of cce-clustercert: ${packages.length}\n${notices.join('')}`;
}
