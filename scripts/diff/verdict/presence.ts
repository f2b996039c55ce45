// Added, removed, became required, became optional: one table of rules for everything that may be present or absent.
import type { RuleName } from './rules.js';

/** The kinds of such parts, which name their rules. */
export type Subject = 'parameter' | 'request-body' | 'request-field' | 'response-field' | 'response-header';

/** `true` if required, `false` if optional, undefined if not described. */
export interface Presence {
  readonly was: boolean | undefined;
  readonly is: boolean | undefined;
}

export interface PresenceChange {
  readonly rule: RuleName;
  readonly what: string;
}

/** The rule, and the change in words; undefined when nothing changed. */
export function presence(subject: Subject, { was, is }: Presence, name: string): PresenceChange | undefined {
  if (was === is) return undefined;
  if (was !== undefined && is !== undefined) {
    const became = is ? 'became-required' : 'became-optional';
    return { rule: `${subject}-${became}`, what: `${name} ${became.replace('-', ' ')}` };
  }
  const kind = was === undefined ? 'added' : 'removed';
  const isRequired = was ?? is ?? false;
  return {
    rule: isRequired ? `required-${subject}-${kind}` : `${subject}-${kind}`,
    what: `${isRequired ? 'required ' : ''}${name} ${kind}`,
  };
}
