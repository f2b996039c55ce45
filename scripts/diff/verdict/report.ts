// Writes the report: for people, for pull requests, for programs.
import type { ContractDocument } from '../document/document.js';
import type { Change } from './changes.js';
import type { IgnoredChange } from './ignore.js';
import type { SourceBreaks } from './source-breaks.js';
import { type Audience, type ChangeLevel, type Step, audiences, levelOf, levels, victimsOf } from './verdict.js';

export interface Report {
  readonly old: ContractDocument;
  readonly now: ContractDocument;
  readonly audience: Audience;
  readonly changes: readonly Change[];
  /** Accepted changes, which do not count otherwise. */
  readonly ignored: readonly IgnoredChange[];
  /** The version step of the package, and that of the wire alone. */
  readonly step: Step;
  readonly wireStep: Step;
  readonly level: Readonly<Record<Audience, ChangeLevel>>;
  readonly sourceBreaks: SourceBreaks;
}

export const formats = { text: asText, markdown: asMarkdown, json: asJson };

const labels: Readonly<Record<ChangeLevel, string>> = {
  breaks: 'BREAKING',
  'may break': 'may break',
  compatible: 'ok',
};
const indent = ' '.repeat(11);

/** First by harm to the audience, then by harm to anybody. */
function sorted({ changes, audience }: Pick<Report, 'changes' | 'audience'>): Change[] {
  const rank = (change: Change) =>
    2 * levels.indexOf(levelOf(change, audience)) + (victimsOf(change).length > 0 ? 0 : 1);
  return [...changes].sort((one, other) => rank(one) - rank(other));
}

function asText(report: Report): string {
  const blocks = sorted(report).map((change) => {
    const label = labels[levelOf(change, report.audience)].padEnd(indent.length);
    return [
      `${label}${change.what}${placeIn(report, change)}`,
      `${indent}${change.path} [${change.rules.join(', ')}]`,
      ...(change.uses.length > 0 ? [`${indent}in ${shorten(change.uses)}`] : []),
      ...reasons(change).map(({ victim, verb, why }) => `${indent}${verb} ${victim}: ${why}`),
    ].join('\n');
  });
  return `${[...blocks, summary(report).join('\n')].join('\n\n')}\n`;
}

function placeIn({ old, now }: Report, { line, document }: Change): string {
  return line === undefined ? '' : ` (${document === 'old' ? old.name : now.name}:${line})`;
}

function reasons({ breaks, mayBreak }: Change) {
  return [
    ...Object.entries(breaks).map(([victim, why]) => ({ victim, verb: 'breaks', why })),
    ...Object.entries(mayBreak).map(([victim, why]) => ({ victim, verb: 'may break', why })),
  ];
}

function shorten(uses: readonly string[]): string {
  const more = uses.length - 4;
  return more > 0 ? `${uses.slice(0, 4).join(', ')} and ${more} more` : uses.join(', ');
}

function summary({ changes, ignored, level, step, wireStep, audience, sourceBreaks }: Report): string[] {
  const verdict = (of: Audience) =>
    ({ breaks: 'breaking', 'may break': 'may break', compatible: 'compatible' })[level[of]];
  const { consumers, implementers, unknown } = sourceBreaks;
  const typescript = (who: string, broken: readonly string[]) =>
    broken.length === 0
      ? `${who} TypeScript still compiles.`
      : `${who} TypeScript stops compiling: ${shorten(broken)}.`;
  return [
    changes.length === 0
      ? 'No changes on the wire.'
      : `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} on the wire.`,
    ...(ignored.length === 0 ? [] : [`Ignored: ${ignored.length}, each with its reason.`]),
    `For clients: ${verdict('clients')}. For providers: ${verdict('providers')}.`,
    `Version step${audience === 'providers' ? ' for providers' : ''}: ${step}${step === wireStep ? '' : ` (on the wire: ${wireStep})`}.`,
    ...(unknown === undefined
      ? [
          typescript("Consumers'", consumers),
          ...(implementers.length > 0 ? [typescript("Implementers'", implementers)] : []),
        ]
      : [`Whether TypeScript still compiles is not known: ${unknown}.`]),
  ];
}

function asMarkdown(report: Report): string {
  const rows = sorted(report).map((change) => {
    const harm = reasons(change).map(
      ({ victim, verb, why }) => `${verb === 'breaks' ? '' : 'may break '}**${victim}**: ${escaped(why)}`,
    );
    const cells = [
      escaped(change.what),
      code(change.path),
      harm.length === 0 ? 'nobody' : harm.join('<br>'),
      change.rules.map(code).join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const table = rows.length === 0 ? [] : ['| change | path | breaks | rule |', '|---|---|---|---|', ...rows, ''];
  return `${[...table, ...summary(report).map((line) => `- ${escaped(line)}`)].join('\n')}\n`;
}

/** Text without special characters of markdown, HTML and tables. */
function escaped(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|#~@]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** Text in backticks, where only these and the table's bar are special. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

const oneLine = (text: string) => text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ');

function asJson(report: Report): string {
  const { old, now, audience, ignored, step, wireStep, level, sourceBreaks } = report;
  const { consumers, implementers, unknown } = sourceBreaks;
  const isBreaking = (of: Audience) => level[of] !== 'compatible';
  const written = {
    old: old.name,
    new: now.name,
    for: audience,
    // From `may break` on, as the exit code is by default.
    breaking: { clients: isBreaking('clients'), providers: isBreaking('providers') },
    level,
    step,
    wireStep,
    typescript: {
      breaking: consumers.length + implementers.length > 0,
      reasons: consumers,
      implementers,
      ...(unknown === undefined ? {} : { unknown }),
    },
    changes: sorted(report).map((change) => ({
      ...change,
      level: Object.fromEntries(Object.keys(audiences).map((of) => [of, levelOf(change, of as Audience)])),
    })),
    ignored: ignored.map(({ change, reason }) => ({ ...change, reason })),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}
