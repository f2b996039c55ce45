// The reports of a run: for people, for CI systems (JUnit XML), for pull requests (Markdown) and for programs (JSON).
import { styleText } from 'node:util';
import { create } from 'xmlbuilder';
import { groupOf } from './contract-case.js';
import type { Finding } from './finding.js';
import type { CaseResult, Result } from './verify.js';

export const reporters = ['pretty', 'json', 'junit', 'markdown'] as const;
export type Reporter = (typeof reporters)[number];

export interface Summary {
  passed: number;
  failed: number;
  notChecked: number;
  /** Findings that are no errors. */
  warnings: number;
}

export function summarise({ cases }: Result): Summary {
  const count = (outcome: CaseResult['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const warnings = cases.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'warning').length;
  return { passed: count('passed'), failed: count('failed'), notChecked: count('not checked'), warnings };
}

/** The report as text, with a line break at its end. */
export function report(result: Result, reporter: Reporter): string {
  if (reporter === 'json') return `${JSON.stringify({ summary: summarise(result), ...result }, null, 2)}\n`;
  if (reporter === 'junit') return junit(result);
  if (reporter === 'markdown') return markdown(result);
  const { write, end } = prettyWriter({ colour: false });
  return result.cases.map(write).join('') + end(result);
}

const marks = { passed: '✓', failed: '✗', 'not checked': '-' };
const colours = { passed: 'green', failed: 'red', 'not checked': 'gray' } as const;

/** The report for people, case by case as they come, under the headings of their tables. */
export function prettyWriter({ colour }: { colour: boolean }) {
  const paint = (format: Parameters<typeof styleText>[0], text: string) => (colour ? styleText(format, text) : text);
  let heading = '';
  return {
    write: (one: CaseResult): string => {
      const group = groupOf(one);
      const title = group === heading ? '' : `${paint('bold', group)}\n`;
      heading = group;
      return title + formatCase(one, paint(colours[one.outcome], marks[one.outcome]));
    },
    end: (result: Result) => `\n${paint(summarise(result).failed > 0 ? 'red' : 'green', summaryLine(result))}\n`,
  };
}

/** One case as lines: what failed shows what was expected, what came and the rule. */
function formatCase({ name, reason, findings }: CaseResult, mark: string): string {
  const lines = [`  ${mark} ${name}${reason === undefined ? '' : `: not checked, ${reason}`}`];
  for (const finding of findings) {
    lines.push(
      `      ${finding.severity}: ${finding.where} (${finding.request})`,
      `        expected  ${finding.expected}`,
      `        received  ${finding.received}`,
      `        rule      ${finding.source}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

export function summaryLine(result: Result): string {
  if (!result.reachable) return `not reached: ${result.reason ?? ''}`;
  const { passed, failed, notChecked, warnings } = summarise(result);
  const parts = [
    `${passed} passed`,
    `${failed} failed`,
    `${notChecked} not checked`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ];
  return `${parts.join(', ')} in ${result.durationMs} ms`;
}

function junit(result: Result): string {
  const { failed, notChecked } = summarise(result);
  const suite = create('testsuites').ele('testsuite', {
    name: 'clustercert verify',
    tests: result.cases.length,
    failures: failed,
    errors: result.reachable ? 0 : 1,
    skipped: notChecked,
    time: (result.durationMs / 1000).toFixed(3),
  });
  if (!result.reachable)
    suite
      .ele('testcase', { classname: 'connection', name: 'the provider can be reached' })
      .ele('error', { message: plain(result.reason ?? '') });
  for (const one of result.cases) {
    const test = suite.ele('testcase', { classname: `${groupOf(one)}.${one.operationId}`, name: one.name });
    if (one.reason !== undefined) test.ele('skipped', { message: plain(one.reason) });
    const errors = one.findings.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first)
      test.ele(
        'failure',
        { message: plain(inOneLine(first)), type: plain(first.source) },
        plain(errors.map(inOneLine).join('\n')),
      );
    const warnings = one.findings.filter(({ severity }) => severity === 'warning');
    if (warnings.length > 0) test.ele('system-out', {}, plain(warnings.map(inOneLine).join('\n')));
  }
  return `${suite.end({ pretty: true })}\n`;
}

/** XML 1.0 has no place for control characters. */
const plain = (text: string) =>
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDFFF]/g, '?');

function markdown(result: Result): string {
  const lines = [`## Contract of clustercert: ${summaryLine(result)}`, ''];
  const findings = result.cases.flatMap((one) => one.findings.map((finding) => ({ one, finding })));
  if (findings.length > 0) {
    lines.push('| | check | where | expected | received | rule |', '|---|---|---|---|---|---|');
    for (const { one, finding } of findings) {
      const { severity, where, expected, received, source, request } = finding;
      lines.push(
        `| ${[severity, one.name, `${where} (${request})`, expected, received, source].map(cell).join(' | ')} |`,
      );
    }
    lines.push('');
  }
  const open = result.cases.filter(({ outcome }) => outcome === 'not checked');
  if (open.length > 0)
    lines.push('Not checked:', '', ...open.map(({ name, reason = '' }) => `- ${cell(name)}: ${cell(reason)}`), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

const cell = (text: string) => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>|]/g, '\\$&');

function inOneLine({ request, where, expected, received, source }: Finding): string {
  return `${request}: ${where}: expected ${expected}; received ${received} (${source})`;
}
