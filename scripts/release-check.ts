// Refuses a version or a changelog that does not match the contract's changes since the last release tag.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { compareContracts } from './diff/message/compare-contracts.js';
import { type ContractDocument, NoVerdict, objectAt } from './diff/document/document.js';
import { contractPath, git, loadDocument } from './diff/document/load.js';
import { checkRelease, differentVersions } from './diff/verdict/release.js';
import { findSourceBreaks } from './diff/verdict/source-breaks.js';
import { packageStep, stepOf } from './diff/verdict/verdict.js';

/** The highest released version that the current commit contains, without its v. */
function lastRelease(): string | undefined {
  const tags = git('tag', '--merged', 'HEAD', '--list', 'v*', '--sort=-version:refname');
  if (tags === undefined) throw new NoVerdict('no git repository with a commit here, so the last release is not known');
  const last = tags.split('\n').find((tag) => /^v\d+\.\d+\.\d+$/.test(tag));
  if (last === undefined && git('rev-parse', '--is-shallow-repository')?.trim() === 'true')
    throw new NoVerdict('a shallow clone without release tags; run: git fetch --tags --unshallow');
  return last?.slice(1);
}

/** The contract without its own version, which every release changes. */
function withoutVersion({ root }: ContractDocument): object {
  return { ...root, info: { ...objectAt(root, 'info'), version: '' } };
}

async function main(): Promise<number> {
  const last = lastRelease();
  const now = await loadDocument(contractPath);
  const packageVersion = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
  const contractVersion = String(objectAt(now.root, 'info')['version']);
  if (last === undefined && packageVersion === contractVersion) {
    console.log(`no release tag (vX.Y.Z) yet: any version may be the first, ${packageVersion} too`);
    return 0;
  }
  if (last === undefined) {
    console.error(`error: ${differentVersions(packageVersion, contractVersion)}`);
    return 1;
  }
  const old = await loadDocument(`v${last}`);
  const isSameText = isDeepStrictEqual(withoutVersion(old), withoutVersion(now));
  const wireStep = stepOf(compareContracts(old, now), 'clients', isSameText);
  const step = packageStep(wireStep, await findSourceBreaks(old, now));
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  const problems = checkRelease({ last, step, packageVersion, contractVersion, changelog });
  for (const problem of problems) console.error(`error: ${problem}`);
  const since = step === 'none' ? 'the contract is that of' : `the contract changed by a ${step} step since`;
  if (problems.length === 0) console.log(`${since} v${last}; version ${packageVersion} and the changelog match`);
  else console.error(`${since} v${last}; see: npm run diff -- v${last} ${contractPath}`);
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof NoVerdict ? error.message : String(error)}`);
  process.exitCode = 3;
}
