// Writes what was found: for people, for pull requests, for programs.
import type { Change } from './changes.js';
import { victimsOf } from './changes.js';
import type { ContractDocument } from '../document/document.js';
import { type Audience, type Step, isBreaking } from './verdict.js';

export interface Report {
  readonly old: ContractDocument;
  readonly now: ContractDocument;
  readonly audience: Audience;
  readonly changes: readonly Change[];
  readonly step: Step;
  readonly breaking: Readonly<Record<Audience, boolean>>;
  /** Why consumers' TypeScript stops compiling; none when it does not. */
  readonly sourceBreaks: readonly string[];
}

export const formats = { text: asText, markdown: asMarkdown, json: asJson };

function sorted({ changes, audience }: Report): Change[] {
  const rank = (change: Change) => (isBreaking(change, audience) ? 0 : victimsOf(change).length > 0 ? 1 : 2);
  return [...changes].sort((one, other) => rank(one) - rank(other));
}

function asText(report: Report): string {
  const blocks = sorted(report).map((change) => {
    const label = isBreaking(change, report.audience) ? 'BREAKING' : 'ok      ';
    const place =
      change.line === undefined
        ? ''
        : ` (${change.document === 'old' ? report.old.name : report.now.name}:${change.line})`;
    return [
      `${label}  ${change.what}${place}`,
      `          ${change.path}`,
      ...(change.uses.length > 0 ? [`          in ${shorten(change.uses)}`] : []),
      ...victimsOf(change).map((victim) => `          breaks ${victim}: ${change.breaks[victim] ?? ''}`),
    ].join('\n');
  });
  return `${[...blocks, summary(report).join('\n')].join('\n\n')}\n`;
}

function shorten(uses: readonly string[]): string {
  const more = uses.length - 4;
  return more > 0 ? `${uses.slice(0, 4).join(', ')} and ${more} more` : uses.join(', ');
}

function summary({ changes, breaking, step, audience, sourceBreaks }: Report): string[] {
  const answer = (breaks: boolean) => (breaks ? 'breaking' : 'compatible');
  return [
    changes.length === 0
      ? 'No changes on the wire.'
      : `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} on the wire.`,
    `For clients: ${answer(breaking.clients)}. For providers: ${answer(breaking.providers)}.`,
    `Version step${audience === 'providers' ? ' for providers' : ''}: ${step}.`,
    sourceBreaks.length === 0
      ? "Consumers' TypeScript goes on compiling."
      : `Consumers' TypeScript stops compiling: ${shorten(sourceBreaks)}.`,
  ];
}

function asMarkdown(report: Report): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = sorted(report).map((change) => {
    const breaks = victimsOf(change)
      .map((victim) => `**${victim}**: ${change.breaks[victim] ?? ''}`)
      .join('<br>');
    return `| ${cell(change.what)} | \`${cell(change.path)}\` | ${cell(breaks === '' ? 'nobody' : breaks)} |`;
  });
  const table = rows.length === 0 ? [] : ['| change | path | breaks |', '|---|---|---|', ...rows, ''];
  return `${[...table, ...summary(report).map((line) => `- ${line}`)].join('\n')}\n`;
}

function asJson({ old, now, audience, changes, step, breaking, sourceBreaks }: Report): string {
  const report = {
    old: old.name,
    new: now.name,
    for: audience,
    breaking,
    step,
    typescript: { breaking: sourceBreaks.length > 0, reasons: sourceBreaks },
    changes: sorted({ old, now, audience, changes, step, breaking, sourceBreaks }),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
