// The reports of `verify` as other people's programs read them: junitparser, junit2html and check-jsonschema from PyPI, and
// the XML Schema of Jenkins' xUnit plugin.
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyBaseline, baselineOf } from '../../src/verify/baseline.js';
import { type Result, contractCases, verify } from '../../src/verify/index.js';
import { type Summary, report } from '../../src/verify/report.js';
import { startSmallProvider } from '../support/small-provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const readers = fileURLToPath(new URL('report-readers', import.meta.url));
const folder = temporaryFolder();
const bin = path.join(folder, 'venv/bin');

/** Undefined where they cannot be installed, which is said. */
function install(): true | undefined {
  const pip = ['install', '--quiet', '--no-deps', '--only-binary', ':all:', '--requirement'];
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', path.join(folder, 'venv')]],
    [path.join(bin, 'pip'), [...pip, path.join(readers, 'requirements.txt')]],
  ];
  for (const [command, args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 });
    if (status === 0) continue;
    const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
    process.stderr.write(`NOT RUN: readers of reports cannot be installed: ${reason}\n`);
    return undefined;
  }
  return true;
}

const installed = install();
const run = installed ? test : test.skip;

const pytest = 'pytest-8.4.2';

/** Jenkins' schema comes with the sources of pytest, which is tested by it. Undefined where it cannot be had, which is said. */
function jenkinsSchema(): string | undefined {
  if (!installed) return undefined;
  const download = ['download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', folder];
  const steps: [string, string[]][] = [
    [path.join(bin, 'pip'), [...download, pytest.replace('-', '==')]],
    ['tar', ['xzf', path.join(folder, `${pytest}.tar.gz`), '-C', folder]],
  ];
  const failed = steps.some(([command, args]) => spawnSync(command, args, { timeout: 600_000 }).status !== 0);
  const file = path.join(folder, pytest, 'testing/example_scripts/junit-10.xsd');
  if (!failed && existsSync(file)) return file;
  process.stderr.write("NOT RUN: the schema of Jenkins' xUnit plugin cannot be had\n");
  return undefined;
}

const schema = jenkinsSchema();
const runWithSchema = schema === undefined ? test.skip : test;

async function resultOf(change: Parameters<typeof startSmallProvider>[0]): Promise<Result> {
  const provider = await startSmallProvider(change);
  const result = await verify(contractCases, provider.target);
  provider.close();
  return result;
}

const right = await resultOf({});
const wrong = await resultOf({ config: (one) => delete one['kind'] });
const results: [string, Result][] = [
  ['a right provider', right],
  ['findings', wrong],
  ['accepted findings', applyBaseline(wrong, baselineOf(wrong)).result],
  [
    'an incomplete run and odd texts',
    {
      ...wrong,
      state: 'incomplete',
      reason: 'gone & <lost> ]]> \u0007 "quoted"',
      cases: wrong.cases.map((one) => ({
        ...one,
        findings: one.findings.map((finding) => ({ ...finding, received: '<a b="c">&amp; ]]> \u0000 \u{1f600} é' })),
      })),
    },
  ],
  [
    'a provider that is not reached',
    { ...right, state: 'not reached', reachable: false, reason: 'refused', cases: [] },
  ],
];

describe.each(results)('%s', (_name, result) => {
  const file = (name: string, text: string) => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  };
  const call = (program: string, ...args: string[]) =>
    spawnSync(path.join(bin, program), args, { encoding: 'utf8', timeout: 120_000 });

  run('junitparser counts what the report says, and what the summary says', () => {
    const { stdout, stderr } = call('python', path.join(readers, 'counts.py'), file('a.xml', report(result, 'junit')));
    expect(stderr).toBe('');
    const { said, counted, names } = JSON.parse(stdout) as Record<'said' | 'counted', object> & { names: string[][] };
    const { failed, accepted, notOffered, notChecked } = (JSON.parse(report(result, 'json')) as { summary: Summary })
      .summary;
    const errors = result.state === 'complete' ? 0 : 1;
    const expected = {
      tests: result.cases.length + errors,
      failures: failed,
      errors,
      skipped: accepted + notOffered + notChecked,
    };
    expect({ said, counted }).toEqual({ said: expected, counted: expected });
    for (const { name } of result.cases) expect(names.map(([, one]) => one)).toContain(name);
  });

  runWithSchema("Jenkins' schema accepts the JUnit report, and not one whose suite has no name", () => {
    const problems = (text: string) =>
      call('python', path.join(readers, 'problems.py'), String(schema), file('c.xml', text)).stdout;
    const text = report(result, 'junit');
    expect(problems(text)).toBe('');
    expect(problems(text.replace(' name="clustercert verify"', ''))).toMatch(/testsuite.*name/);
  });

  run('junit2html shows each check', () => {
    const page = path.join(folder, 'a.html');
    const { status, stderr } = call('junit2html', file('b.xml', report(result, 'junit')), page);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = readFileSync(page, 'utf8');
    for (const { id } of result.cases) expect(text).toContain(id);
  });

  run('check-jsonschema takes the JSON report by the published schema, and no other', () => {
    const check = (text: string) =>
      call('check-jsonschema', '--schemafile', 'spec/verify-report.schema.json', file('a.json', text));
    const { status, stdout } = check(report(result, 'json'));
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ok -- validation done\n' });
    expect(check(report({ ...result, state: 'well' as 'complete' }, 'json')).status).toBe(1);
  });
});
