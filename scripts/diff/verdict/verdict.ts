// From the list of changes to what maintainers ask: does it break, for whom, and which version does it deserve.
import { type Change, victimsOf } from './changes.js';
import type { Victim } from './rules.js';

export const audiences = {
  clients: ['sending clients', 'reading clients'],
  providers: ['providers'],
} as const satisfies Record<string, readonly Victim[]>;
export type Audience = keyof typeof audiences;

export const steps = ['none', 'patch', 'minor', 'major'] as const;
/** The part of a semantic version that must grow. */
export type Step = (typeof steps)[number];

export function isBreaking(change: Change, audience: Audience): boolean {
  const victims: readonly Victim[] = audiences[audience];
  return victimsOf(change).some((victim) => victims.includes(victim));
}

/** Major: it breaks. Minor: there is something new on the wire. Patch: other words for the same contract. */
export function stepOf(changes: readonly Change[], audience: Audience, isSameText: boolean): Step {
  if (changes.some((change) => isBreaking(change, audience))) return 'major';
  if (changes.some(({ rule }) => !spellings.includes(rule))) return 'minor';
  return changes.length === 0 && isSameText ? 'none' : 'patch';
}

/** Changes that only generated code and documentation see. */
const spellings = [
  'operation-id-changed',
  'path-parameter-renamed',
  'discriminator-added',
  'discriminator-removed',
  'extension-changed',
];
