// The reports of a run: for people, for pull requests (Markdown) and for programs (JSON). JUnit has a file of its own.
import { styleText } from 'node:util';
import { type Binding, bindings } from './binding.js';
import { groupOf } from './check.js';
import { junit } from './junit.js';
import { tablesUrl } from './tables-url.js';
import type { CaseResult, Result } from './verify.js';

export const reporters = ['pretty', 'json', 'junit', 'markdown'] as const;
export type Reporter = (typeof reporters)[number];

export interface Summary {
  passed: number;
  failed: number;
  /** Failed, with no finding besides the accepted ones of the baseline. */
  accepted: number;
  notOffered: number;
  notChecked: number;
  /** Findings that are no errors. */
  warnings: number;
}

function summarise({ cases }: Result): Summary {
  const count = (outcome: CaseResult['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const warnings = cases.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'warning').length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    accepted: count('accepted'),
    notOffered: count('not offered'),
    notChecked: count('not checked'),
    warnings,
  };
}

/** The report as text, with a line break at its end. */
export function report(result: Result, reporter: Reporter): string {
  if (reporter === 'json')
    return `${JSON.stringify({ schemaVersion: 1, tables: tablesUrl(), summary: summarise(result), ...result }, null, 2)}\n`;
  if (reporter === 'junit') return junit(result);
  if (reporter === 'markdown') return markdown(result);
  const { write, end } = prettyWriter({ colour: false });
  return result.cases.map(write).join('') + end(result);
}

const marks = { passed: '✓', failed: '✗', accepted: '~', 'not offered': '-', 'not checked': '-' };
const colours = {
  passed: 'green',
  failed: 'red',
  accepted: 'yellow',
  'not offered': 'gray',
  'not checked': 'gray',
} as const;

/** The report for people, check by check as they end, under the headings of their tables. */
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
    end: (result: Result) =>
      `${missing(result)}${legend(result)}${tablesOf(result)}\n${paint(result.exitCode > 0 ? 'red' : 'green', summaryLine(result))}\n`,
  };
}

/** One check as lines: for a failure the expected and the received value, the rule, and how to repeat it. */
function formatCase({ id, name, outcome, reason, findings, binds }: CaseResult, mark: string): string {
  const more = reason === undefined ? '' : `: ${outcome}, ${reason}`;
  const lines = [`  ${mark} ${name}${more}${findings.length > 0 ? ` [${id}]` : ''}`];
  for (const finding of findings) {
    const { severity, where, request, expected, received, source, accepted, evidence } = finding;
    lines.push(
      `      ${severity}: ${where} (${request})`,
      `        expected  ${expected}`,
      `        received  ${received}`,
      `        rule      ${source} [${binds}]`,
    );
    if (evidence && severity === 'error')
      lines.push(
        `        seen      status ${evidence.status}, request ID ${evidence.requestId}`,
        `        again     ${evidence.curl}`,
      );
    if (accepted !== undefined) lines.push(`        accepted  ${accepted}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Explains the words for how far a rule binds, as far as the report uses them. */
function bindingsOf({ cases }: Result): string[] {
  const used = new Set(cases.filter(({ findings }) => findings.length > 0).map(({ binds }) => binds));
  return (Object.keys(bindings) as Binding[]).filter((one) => used.has(one)).map((one) => `${one}: ${bindings[one]}`);
}

/** Added if a finding names a table. */
function tablesOf({ cases }: Result): string {
  const named = cases.some(({ findings }) => findings.some(({ source }) => source.includes('Table')));
  const url = tablesUrl();
  return named && url !== undefined ? `\nThe tables are those of ${url}\n` : '';
}

const legend = (result: Result) =>
  bindingsOf(result)
    .map((line, i) => `${i === 0 ? '\nHow far a rule binds a provider:\n' : ''}  ${line}\n`)
    .join('');

/** The options that would unlock checks, with their numbers. */
function missing({ cases }: Result): string {
  const counts = new Map<string, number>();
  for (const { reason = '', because } of cases)
    if (because === 'input') counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count}: ${reason}`);
  return parts.length === 0 ? '' : `\nNot checked for want of an input: ${parts.join('; ')}\n`;
}

export function summaryLine(result: Result): string {
  if (result.state === 'not reached') return `not reached: ${result.reason ?? ''}`;
  const { passed, failed, accepted, notOffered, notChecked, warnings } = summarise(result);
  const parts = [
    `${passed} passed`,
    `${failed} failed`,
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(notOffered > 0 ? [`${notOffered} not offered`] : []),
    `${notChecked} not checked`,
    `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ];
  const line = `${parts.join(', ')} in ${result.durationMs} ms (${result.requests} requests)`;
  return result.state === 'complete' ? line : `${line}; ${result.state}: ${result.reason ?? ''}`;
}

function markdown(result: Result): string {
  const lines = [`## Contract of clustercert: ${cell(summaryLine(result))}`, ''];
  const findings = result.cases.flatMap((one) => one.findings.map((finding) => ({ one, finding })));
  if (findings.length > 0) {
    lines.push('| | check | where | expected | received | rule | binds |', '|---|---|---|---|---|---|---|');
    for (const { one, finding } of findings) {
      const { severity, accepted, where, expected, received, source, request } = finding;
      const kind = accepted === undefined ? severity : `accepted: ${accepted}`;
      const texts = [kind, `${one.name} (${one.id})`, `${where} (${request})`, expected, received, source, one.binds];
      lines.push(`| ${texts.map(cell).join(' | ')} |`);
    }
    lines.push('', ...bindingsOf(result).map((line) => `- ${cell(line)}`), '');
  }
  const open = result.cases.filter(({ outcome }) => outcome === 'not checked' || outcome === 'not offered');
  if (open.length > 0)
    lines.push('Not checked:', '', ...open.map(({ name, reason = '' }) => `- ${cell(name)}: ${cell(reason)}`), '');
  lines.push(tablesOf(result).trim());
  return `${lines.join('\n').trimEnd()}\n`;
}

const cell = (text: string) => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>|]/g, '\\$&');
