// The reports as other programs read them.
import { expect, test } from '@jest/globals';
import AjvModule from 'ajv';
import formatsModule from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { applyBaseline, baselineOf } from '../../src/verify/baseline.js';
import { contractCases, verify } from '../../src/verify/index.js';
import { report, reporters } from '../../src/verify/report.js';
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

test('the JUnit report has what readers of the common schema demand', () => {
  const text = report(result, 'junit');
  expect(text).toMatch(/<testsuite [^>]*timestamp="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"/);
  expect(text).toMatch(/<testsuite [^>]*hostname="127\.0\.0\.1"/);
  expect(text.match(/<testcase /g)?.length).toBe(text.match(/<testcase [^>]*time="\d+\.\d{3}"/g)?.length);
  expect(text).toMatch(/<properties>[^]*<\/properties>[^]*<testcase[^]*<system-out[^]*<system-err/);
});

test('every report has the URL of the page whose tables its rules name', () => {
  for (const reporter of reporters)
    expect(report(result, reporter)).toContain('https://support.huaweicloud.com/intl/en-us/api-cce/cce_02_0359.html');
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
