// All rules by ID with their victims: the rows of rules.ts, and each keyword of a schema with each effect.
import { limitKeywords } from '../schema/limits.js';
import { constraints } from '../schema/keywords.js';
import { type Direction, type Effect, type Verdict, type Victim, rules, verdictOf } from './rules.js';

export interface ListedRule {
  readonly id: string;
  readonly verdict: Verdict;
}

const directions: readonly Direction[] = ['request', 'response'];
const effects: readonly (readonly Effect[])[] = [['narrows'], ['widens'], ['narrows', 'widens']];
/** The keywords in which a change of a schema can be found. */
const keywords = [
  ...['type', 'enum', 'alternative', 'oneOf', 'not', 'additionalProperties', 'discriminator-value', 'xml'],
  ...['contentType', 'values', 'style'],
  ...limitKeywords,
  ...[...constraints].filter((keyword) => keyword !== 'prefixItems'),
];

export function listRules(): ListedRule[] {
  const rows = Object.entries(rules).map(([id, verdict]: [string, Verdict]) => ({ id, verdict }));
  const ofKeywords = directions.flatMap((direction) =>
    keywords.flatMap((keyword) =>
      effects.map((both) =>
        verdictOf(direction, { keyword, effects: both, rule: undefined, isCut: undefined, isUndecided: undefined }),
      ),
    ),
  );
  return [...rows, ...ofKeywords];
}

/** All rules as a table in markdown: ID, and whom it breaks or may break. */
export function rulesTable(): string {
  return table(listRules().map(({ id, verdict }) => ({ ids: [id], verdict })));
}

/**
 * The same in short, for the document: keywords with equal verdicts share a row.
 *
 * @internal for tests
 */
export function shortRulesTable(): string {
  const rows = Object.entries(rules).map(([id, verdict]: [string, Verdict]) => ({ ids: [id], verdict }));
  const grouped = new Map<string, { ids: string[]; verdict: Verdict }>();
  for (const { id, verdict } of listRules().filter(
    (one) => !(one.id in rules) && !one.id.endsWith('-narrows-widens'),
  )) {
    const key = JSON.stringify(verdict);
    const group = grouped.get(key) ?? { ids: [], verdict };
    group.ids.push(id);
    grouped.set(key, group);
  }
  return table([...rows, ...grouped.values()]);
}

function table(rows: readonly { ids: readonly string[]; verdict: Verdict }[]): string {
  const lines = rows.map(({ ids, verdict }) => {
    const clients = reasons(verdict, ['sending clients', 'reading clients']);
    const providers = reasons(verdict, ['providers']);
    return `| ${ids.map((id) => `\`${id}\``).join(', ')} | ${clients} | ${providers} |`;
  });
  return ['| rule | clients | providers |', '|---|---|---|', ...lines].join('\n');
}

function reasons(verdict: Verdict, victims: readonly Victim[]): string {
  const found = victims.flatMap((victim) => {
    const reason = verdict[victim];
    return reason ? [`${reason.level} ${victim}: ${reason.why}`] : [];
  });
  return found.length === 0 ? 'compatible' : found.join('; ');
}
