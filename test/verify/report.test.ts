// The reports as other programs read them.
import { expect, test } from '@jest/globals';
import AjvModule from 'ajv';
import formatsModule from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { applyBaseline, baselineOf } from '../../src/verify/baseline.js';
import { type Result, bindings, contractCases, verify } from '../../src/verify/index.js';
import { report, reporters } from '../../src/verify/report.js';
import { problemsOfJunit } from '../support/junit-schema.js';
import { startSmallProvider } from '../support/small-provider.js';

const wrong = await startSmallProvider({ config: (one) => delete one['kind'] });
const result = await verify(
  contractCases.filter(({ id }) => ['answers-with-kubeconfig', 'no-token', 'connect', 'unique-names'].includes(id)),
  wrong.target,
);
wrong.close();

test('the JSON report fits its schema', () => {
  const ajv = new AjvModule.default({ allErrors: true, strict: false });
  formatsModule.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync('spec/verify-report.schema.json', 'utf8')) as object);
  expect(validate(JSON.parse(report(result, 'json'))) ? [] : validate.errors).toEqual([]);
});

test('each check says how far its source binds, in the words of the schema', () => {
  const schema = JSON.parse(readFileSync('spec/verify-report.schema.json', 'utf8')) as {
    definitions: { case: { properties: { binds: { enum: string[] } } } };
  };
  expect(schema.definitions.case.properties.binds.enum).toEqual(Object.keys(bindings));
  expect([...new Set(contractCases.map(({ binds }) => binds))].sort()).toEqual(Object.keys(bindings).sort());
  expect(Object.fromEntries(result.cases.map(({ id, binds }) => [id, binds]))).toEqual({
    'answers-with-kubeconfig': 'documented',
    'no-token': 'documented',
    'unique-names': 'documented',
    connect: 'standard',
  });
});

const hostile: Result = {
  ...result,
  state: 'incomplete',
  reason: 'gone & <lost> ]]> \u0007 \ud800 "quoted"',
  cases: result.cases.map((one) => ({
    ...one,
    findings: one.findings.map((finding) => ({ ...finding, received: '<a b="c">&amp; ]]> \u0000 \ud83d\ude00 é' })),
  })),
};
const accepted = applyBaseline(result, baselineOf(result)).result;
const nobody: Result = { ...result, state: 'not reached', reachable: false, reason: 'ECONNREFUSED', cases: [] };

test.each<[string, Result]>([
  ['findings', result],
  ['accepted findings', accepted],
  ['an incomplete run and odd texts', hostile],
  ['a provider that is not reached', nobody],
])('the JUnit report is valid by the common schema: %s', (_name, one) => {
  const text = report(one, 'junit');
  expect(problemsOfJunit(text)).toEqual([]);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const told = (name: string) => Number(new RegExp(`<testsuite [^>]*${name}="(\\d+)"`).exec(text)?.[1]);
  expect(told('tests')).toBe(count(/<testcase /g));
  expect(told('failures')).toBe(count(/<failure /g));
  expect(told('errors')).toBe(count(/<error /g));
  expect(told('skipped')).toBe(count(/<skipped /g));
  expect(count(/<property name="binds\./g)).toBe(one.cases.length);
});

test.each([
  ['a suite without its time', (text: string) => text.replace(/ time="[^"]*">/, '>'), /testsuite: no time/],
  ['an attribute of its own', (text: string) => text.replace('<testcase ', '<testcase file="x" '), /testcase: file/],
  ['a time zone', (text: string) => text.replace(/(timestamp="[^"]*)"/, '$1Z"'), /testsuite: timestamp/],
  [
    'output before the checks',
    (text: string) => text.replace('<properties>', '<system-err/><properties>'),
    /testsuite/,
  ],
  ['an element that is open', (text: string) => text.replace('</properties>', ''), /closes/],
])('the schema of this test refuses %s', (_name, change, expected) => {
  expect(problemsOfJunit(change(report(result, 'junit'))).join('\n')).toMatch(expected);
});

test('every report has the URL of the page whose tables its rules name', () => {
  for (const reporter of reporters)
    expect(report(result, reporter)).toContain('https://support.huaweicloud.com/intl/en-us/api-cce/cce_02_0359.html');
});

test('every report says how far the rule of a finding binds', () => {
  for (const reporter of reporters) expect(report(result, reporter)).toContain('documented');
});

test('a finding shows how to see it again, with the token as a variable', () => {
  const [finding] = result.cases.flatMap(({ findings }) => findings);
  expect(finding?.evidence?.curl).toContain('-H "X-Auth-Token: $CLUSTERCERT_TOKEN"');
  expect(finding?.evidence?.requestId).toMatch(/^verify-/);
});

test('what a baseline accepts is no failure, and keeps its reason', () => {
  expect(result.exitCode).toBe(1);
  const baseline = baselineOf(result);
  const [first] = baseline.accepted;
  if (first) first.reason = 'known since May';
  const applied = applyBaseline(result, baseline);
  expect(applied.result.exitCode).toBe(0);
  expect(applied.unused).toEqual([]);
  expect(baselineOf(result, baseline).accepted[0]?.reason).toBe('known since May');
  const none = { id: 'no-token', where: 'the moon', reason: 'x' };
  expect(applyBaseline(result, { accepted: [none] }).unused).toEqual([none]);
});
