// The version and the changelog that the next release must have, by the changes of the contract.
import { type Step, steps } from './verdict.js';

export interface Release {
  /** Version of the last release tag. */
  readonly last: string;
  /** The step of the contract's changes since then. */
  readonly step: Step;
  readonly packageVersion: string;
  readonly contractVersion: string;
  readonly changelog: string;
}

/** One line for each mismatch. */
export function checkRelease({ last, step, packageVersion, contractVersion, changelog }: Release): string[] {
  const problems: string[] = [];
  if (packageVersion !== contractVersion) problems.push(differentVersions(packageVersion, contractVersion));
  // Nothing to release yet, as far as the contract goes.
  if (step === 'none' && packageVersion === last) return problems;
  const section = nextSection(changelog, packageVersion, last);
  const said = section === undefined ? 'none' : stepOfSection(section);
  if (section === undefined)
    problems.push(`CHANGELOG.md has nothing new; write what changed under '## Unreleased' or '## ${packageVersion}'`);
  else if (isLess(said, step))
    problems.push(`CHANGELOG.md: a ${step} step needs ${headings[step] ?? ''} in its newest section`);
  const deserved = isLess(said, step) ? step : said;
  const wanted = nextVersion(last, deserved);
  if (packageVersion !== wanted)
    problems.push(`package.json has version ${packageVersion}; after ${last}, a ${deserved} step makes it ${wanted}`);
  return problems;
}

export function differentVersions(packageVersion: string, contractVersion: string): string {
  return `package.json has version ${packageVersion} and spec/openapi.yaml ${contractVersion}; they must be equal`;
}

const isLess = (one: Step, other: Step) => steps.indexOf(one) < steps.indexOf(other);

/**
 * While the first number is 0, a break raises the second and any other step the third, so that `^0.1.0` stays
 * compatible.
 */
function nextVersion(last: string, step: Step): string {
  const [major = 0, minor = 0, patch = 0] = last.split('.').map(Number);
  const raised = major > 0 ? step : step === 'major' ? 'minor' : step === 'minor' ? 'patch' : step;
  if (raised === 'major') return `${major + 1}.0.0`;
  if (raised === 'minor') return `${major}.${minor + 1}.0`;
  return raised === 'patch' ? `${major}.${minor}.${patch + 1}` : last;
}

/** The newest section, if it is not that of the last release; undefined when there is nothing in it. */
function nextSection(changelog: string, version: string, last: string): string | undefined {
  const [, newest = ''] = changelog.split(/^## /m);
  const [title = '', ...lines] = newest.split('\n');
  const isNext = /^\[?unreleased/i.test(title) || (version !== last && title.replace(/^\[?v?/, '').startsWith(version));
  const text = lines.join('\n').trim();
  return isNext && text !== '' ? text : undefined;
}

const headings: Readonly<Partial<Record<Step, string>>> = {
  major: "'### Breaking'",
  minor: "'### Added', '### Changed' or '### Breaking'",
  patch: 'at least one line',
};

function stepOfSection(section: string): Step {
  if (/^### (breaking|removed)/im.test(section)) return 'major';
  return /^### (added|changed|deprecated)/im.test(section) ? 'minor' : 'patch';
}
