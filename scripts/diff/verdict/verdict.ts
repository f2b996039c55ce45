// Turns the list of changes into a verdict: does it break, for whom, and which version does it deserve.
import type { Change } from './changes.js';
import type { SourceBreaks } from './source-breaks.js';
import type { Victim } from './rules.js';

export const audiences = {
  clients: ['sending clients', 'reading clients'],
  providers: ['providers'],
} as const satisfies Record<string, readonly Victim[]>;
export type Audience = keyof typeof audiences;

export const steps = ['none', 'patch', 'minor', 'major'] as const;
/** The part of a semantic version that must grow. */
export type Step = (typeof steps)[number];

/** How surely a change breaks, worst first. */
export const levels = ['breaks', 'may break', 'compatible'] as const;
export type ChangeLevel = (typeof levels)[number];

/** For `--fail-on`: the last level that fails, by its place in the list. */
export const failsFrom = { breaks: 0, 'may-break': 1, none: -1 } as const;

/** How much a change harms an audience. */
export function levelOf({ breaks, mayBreak }: Pick<Change, 'breaks' | 'mayBreak'>, audience: Audience): ChangeLevel {
  const victims: readonly Victim[] = audiences[audience];
  if (victims.some((victim) => victim in breaks)) return 'breaks';
  return victims.some((victim) => victim in mayBreak) ? 'may break' : 'compatible';
}

/** The worst of all changes. */
export function worstLevel(changes: readonly Change[], audience: Audience): ChangeLevel {
  const found = new Set(changes.map((change) => levelOf(change, audience)));
  return levels.find((level) => found.has(level)) ?? 'compatible';
}

export const victimsOf = ({ breaks, mayBreak }: Pick<Change, 'breaks' | 'mayBreak'>): Victim[] =>
  [...Object.keys(breaks), ...Object.keys(mayBreak)] as Victim[];

/** Major: it breaks, or may. Minor: something new on the wire. Patch: other words for the same contract. */
export function stepOf(changes: readonly Change[], audience: Audience, isSameText: boolean): Step {
  if (worstLevel(changes, audience) !== 'compatible') return 'major';
  if (changes.some(({ rule }) => !spellings.includes(rule))) return 'minor';
  return changes.length === 0 && isSameText ? 'none' : 'patch';
}

/** The step of the package: TypeScript of consumers or implementers that stops compiling is a break, too. */
export function packageStep(wireStep: Step, { consumers, implementers }: SourceBreaks): Step {
  return consumers.length + implementers.length > 0 ? 'major' : wireStep;
}

/** Changes that affect generated code and documentation only. */
const spellings = [
  'operation-id-changed',
  'path-parameter-renamed',
  'discriminator-added',
  'discriminator-removed',
  'extension-changed',
];
