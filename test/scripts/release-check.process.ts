import { describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkRelease } from '../../scripts/diff/verdict/release.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const script = path.resolve('scripts/release-check.ts');
const loader = path.resolve('node_modules/tsx/dist/loader.mjs');

interface State {
  version: string;
  contractVersion?: string;
  changelog?: string;
  /** Of the one field of the answer. */
  field?: string;
  more?: string;
  /** Besides the one that there is. */
  operation?: boolean;
}

function repository() {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'spec'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
  git('init', '-q');
  const write = ({
    version,
    contractVersion = version,
    changelog = '',
    field = 'id',
    more = '',
    operation = false,
  }: State) => {
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ version }));
    writeFileSync(path.join(folder, 'CHANGELOG.md'), `# Changelog\n\n${changelog}\n## 1.4.0\n\n- The first.\n`);
    const schema = `{ type: object, required: [${field}], properties: { ${field.split(',')[0] ?? ''}: { type: string }${more} } }`;
    const second = operation
      ? '  /more:\n    get: { operationId: getMore, responses: { "204": { description: Here. } } }\n'
      : '';
    writeFileSync(
      path.join(folder, 'spec/openapi.yaml'),
      `openapi: 3.0.3\ninfo: { title: T, version: ${contractVersion} }\npaths:\n  /it:\n    get:\n      operationId: getIt\n      responses:\n        '200': { description: It., content: { application/json: { schema: ${schema} } } }\n${second}`,
    );
  };
  const commit = (tag?: string) => {
    git('add', '.');
    git('commit', '-qm', 'state');
    if (tag !== undefined) git('tag', tag);
  };
  const check = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', loader, script], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, errors: stderr.split('\n').filter((line) => line.startsWith('error: ')) };
  };
  return { folder, write, commit, check };
}

/** After the release of 1.4.0, the given state. */
function after(state: State) {
  const { write, commit, check } = repository();
  write({ version: '1.4.0' });
  commit('v1.4.0');
  write(state);
  return check();
}

const more = ', more: { type: string }';

describe('npm run release:check', () => {
  test('passes without a release tag, and says so', () => {
    const { write, commit, check } = repository();
    write({ version: '0.1.0' });
    commit('not-a-release');
    expect(check()).toEqual({
      status: 0,
      stdout: 'no release tag (vX.Y.Z) yet: any version may be the first, 0.1.0 too\n',
      errors: [],
    });
  });

  test('asks for one version of package and contract, tag or not', () => {
    const { write, commit, check } = repository();
    write({ version: '0.1.0', contractVersion: '0.2.0' });
    commit();
    expect(check()).toMatchObject({
      status: 1,
      errors: ['error: package.json has version 0.1.0 and spec/openapi.yaml 0.2.0; they must be equal'],
    });
  });

  test.each<[string, State]>([
    ['no change at all', { version: '1.4.0' }],
    [
      'changes of the package alone, not released yet',
      { version: '1.4.0', changelog: '## Unreleased\n\n### Added\n\n- More.\n' },
    ],
    ['a break', { version: '2.0.0', field: 'uid', changelog: '## Unreleased\n\n### Breaking\n\n- uid.\n' }],
    ['an addition', { version: '1.5.0', more, changelog: '## 1.5.0\n\n### Added\n\n- More.\n' }],
    [
      'an addition, and a break of the package',
      { version: '2.0.0', more, changelog: '## Unreleased\n\n### Breaking\n\n- That.\n' },
    ],
  ])('accepts %s', (_name, state) => {
    expect(after(state)).toMatchObject({ status: 0, errors: [] });
  });

  test.each<[string, State, string[]]>([
    [
      'a break as a minor step',
      { version: '1.5.0', field: 'uid', changelog: '## Unreleased\n\n### Changed\n\n- uid.\n' },
      [
        "error: CHANGELOG.md: a major step needs '### Breaking' in its newest section",
        'error: package.json has version 1.5.0; after 1.4.0, a major step makes it 2.0.0',
      ],
    ],
    [
      'an addition without a new version and without a word',
      { version: '1.4.0', more },
      [
        "error: CHANGELOG.md has nothing new; write what changed under '## Unreleased' or '## 1.4.0'",
        'error: package.json has version 1.4.0; after 1.4.0, a minor step makes it 1.5.0',
      ],
    ],
    [
      'a major version for an addition',
      { version: '2.0.0', more, changelog: '## Unreleased\n\n### Added\n\n- More.\n' },
      ['error: package.json has version 2.0.0; after 1.4.0, a minor step makes it 1.5.0'],
    ],
  ])('refuses %s', (_name, state, errors) => {
    expect(after(state)).toMatchObject({ status: 1, errors });
  });

  test.each<[string, State]>([
    [
      'a new operation, whose handler is missing',
      { version: '1.5.0', operation: true, changelog: '## Unreleased\n\n### Added\n\n- More.\n' },
    ],
    [
      'a new required field of answers, which handlers do not write',
      { version: '1.5.0', field: 'id, more', more, changelog: '## Unreleased\n\n### Added\n\n- More.\n' },
    ],
  ])('wants a major step for %s', (_name, state) => {
    expect(after(state).errors).toContain(
      'error: package.json has version 1.5.0; after 1.4.0, a major step makes it 2.0.0',
    );
  });

  test('gives no verdict outside of a repository, or where the clone lacks the tags', () => {
    const { folder, write, commit } = repository();
    write({ version: '1.4.0' });
    commit();
    write({ version: '1.4.0', more });
    commit('v1.4.0');
    const clone = path.join(temporaryFolder(), 'clone');
    execFileSync('git', ['clone', '-q', '--depth', '1', '--no-tags', `file://${folder}`, clone]);
    for (const place of [temporaryFolder(), clone]) {
      const { status, stderr } = spawnSync(process.execPath, ['--import', loader, script], {
        cwd: place,
        encoding: 'utf8',
      });
      expect(status).toBe(3);
      expect(stderr).toMatch(/^error: (no git repository|a shallow clone) .*\n$/);
    }
  });
});

/** The version that a step wants, by the problem of another one. */
const wantedAfter = (last: string) => (step: string) => {
  const problems = checkRelease({
    last,
    step: step as 'major',
    packageVersion: '9.9.9',
    contractVersion: '9.9.9',
    changelog: '',
  });
  return / makes it (.*)$/.exec(problems.at(-1) ?? '')?.[1];
};

test('while the first number is 0, what breaks raises the second', () => {
  expect(['major', 'minor', 'patch', 'none'].map(wantedAfter('0.3.1'))).toEqual(['0.4.0', '0.3.2', '0.3.2', '0.3.1']);
  expect(['major', 'minor', 'patch', 'none'].map(wantedAfter('1.3.1'))).toEqual(['2.0.0', '1.4.0', '1.3.2', '1.3.1']);
});
