// Every rule by its ID, with whom it harms: the rows of rules.ts, and each keyword of a schema with each effect on it.
import { limitKeywords } from '../schema/limits.js';
import { constraints } from '../schema/keywords.js';
import { type Direction, type Effect, type Verdict, type Victim, rules, verdictOf } from './rules.js';

export interface ListedRule {
  readonly id: string;
  readonly verdict: Verdict;
}

const directions: readonly Direction[] = ['request', 'response'];
const effects: readonly (readonly Effect[])[] = [['narrows'], ['widens'], ['narrows', 'widens']];
/** What a change of a schema can be found in. */
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

/** A table in markdown: ID, and whom it breaks or may break. */
export function rulesTable(): string {
  const cell = (verdict: Verdict, victims: readonly Victim[]) =>
    victims.flatMap((victim) => {
      const reason = verdict[victim];
      return reason ? [`${reason.level} ${victim}: ${reason.why}`] : [];
    });
  const rows = listRules().map(({ id, verdict }) => {
    const clients = cell(verdict, ['sending clients', 'reading clients']);
    const providers = cell(verdict, ['providers']);
    return `| \`${id}\` | ${clients.join('; ') || 'compatible'} | ${providers.join('; ') || 'compatible'} |`;
  });
  return ['| rule | clients | providers |', '|---|---|---|', ...rows].join('\n');
}
