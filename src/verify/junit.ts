// The report as JUnit XML, in the form that Jenkins, GitLab, GitHub's actions and the common schemas read.
import { createRequire } from 'node:module';
import type { Binding } from './binding.js';
import { groupOf } from './check.js';
import type { Finding } from './finding.js';
import { tablesUrl } from './tables-url.js';
import type { CaseResult, Result } from './verify.js';
import { urlOf } from '../url.js';

type Xml = typeof import('xmlbuilder');
type Element = ReturnType<Xml['create']>;

// Its many files are loaded when a report needs them: most runs write none.
let library: Xml | undefined;
const xml = () => (library ??= createRequire(import.meta.url)('xmlbuilder') as Xml);

/** One suite, with the warnings as its output. */
export function junit(result: Result): string {
  const { cases, state } = result;
  const count = (...outcomes: CaseResult['outcome'][]) =>
    cases.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const broken = state === 'complete' ? 0 : 1;
  const suite = xml()
    .create('testsuites', { version: '1.0', encoding: 'UTF-8' })
    .ele('testsuite', {
      name: 'clustercert verify',
      id: 0,
      package: 'cce-clustercert',
      timestamp: result.startedAt.slice(0, 19),
      hostname: plain(hostOf(result.endpoint)),
      tests: cases.length + broken,
      failures: count('failed'),
      errors: broken,
      skipped: count('not checked', 'not offered', 'accepted'),
      time: seconds(result.durationMs),
    });
  const properties = suite.ele('properties');
  for (const [name, value] of Object.entries(propertiesOf(result)))
    properties.ele('property', { name, value: plain(String(value)) });
  if (broken > 0)
    suite
      .ele('testcase', { classname: 'run', name: 'the provider was checked completely', time: '0.000' })
      .ele(
        'error',
        { message: plain(result.reason ?? state), type: state },
        plain(result.hint ?? result.reason ?? state),
      );
  for (const one of cases) addCase(suite, one);
  const warnings = cases.flatMap(({ id, findings, binds }) =>
    findings
      .filter(({ severity }) => severity === 'warning')
      .map((finding) => `warning: ${id}: ${inOneLine(finding, binds)}`),
  );
  suite.ele('system-out', {}, plain(warnings.join('\n')));
  suite.ele('system-err', {}, '');
  return `${suite.end({ pretty: true })}\n`;
}

/** The schema has no place for how far a rule binds in a test that passed; readers show properties of a suite. */
const propertiesOf = ({ version, endpoint, state, requests, seed, exitCode, cases }: Result) => ({
  version,
  endpoint,
  state,
  exitCode,
  requests,
  seed,
  tables: tablesUrl() ?? '',
  ...Object.fromEntries(cases.map(({ id, binds }) => [`binds.${id}`, binds])),
});

function addCase(suite: Element, one: CaseResult): void {
  const { id, operationId, name, findings, outcome, binds, reason = '' } = one;
  const classname = `${groupOf(one)}.${operationId}.${id}`;
  const test = suite.ele('testcase', { classname, name, time: seconds(one.durationMs) });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (outcome === 'failed' && first) {
    const text = errors.map((error) => `${inOneLine(error, binds)}${evidenceOf(error)}`).join('\n');
    test.ele('failure', { message: plain(inOneLine(first, binds)), type: plain(first.source) }, plain(text));
  } else if (outcome === 'accepted') test.ele('skipped', { message: plain(`accepted: ${first?.accepted ?? ''}`) });
  else if (outcome !== 'passed') test.ele('skipped', { message: plain(`${outcome}: ${reason}`) });
}

function evidenceOf({ evidence }: Finding): string {
  if (!evidence) return '';
  return `\n  status ${evidence.status}, request ID ${evidence.requestId}\n  ${evidence.curl}`;
}

function inOneLine({ request, where, expected, received, source }: Finding, binds: Binding): string {
  return `${request}: ${where}: expected ${expected}; received ${received} (${source}; ${binds})`;
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

function hostOf(endpoint: string): string {
  return urlOf(endpoint)?.hostname ?? endpoint;
}

/** XML 1.0 allows no control characters, and no end of a CDATA section in a text. */
const plain = (text: string) =>
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '?').replaceAll(']]>', ']] >');
