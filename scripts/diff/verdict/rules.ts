// The meaning of a change: whom it harms, how surely, and why. The one place of verdicts; the comparers only find
// changes and name the row. Two measures: an old client (sends requests that the old contract allowed, reads responses
// that it promised) against a new provider, and an old provider (accepts and responds as the old contract allowed)
// under the new contract. Where the formal argument and the established checkers of the field differ, README.md beside
// this says why.

/** Who can break. The first two are clients, by what they do. */
export type Victim = 'sending clients' | 'reading clients' | 'providers';

/** How surely: `breaks` harms those who rely on promises, `may break` those who rely on more, as many do. */
export type Level = 'breaks' | 'may break';

export interface Reason {
  readonly level: Level;
  readonly why: string;
}

/** Whom a change harms; nobody when empty. */
export type Verdict = Readonly<Partial<Record<Victim, Reason>>>;

export type Direction = 'request' | 'response';

/** The effect on a schema's set of messages: it lost some, it gained some. */
export type Effect = 'narrows' | 'widens';

const breaks = (why: string): Reason => ({ level: 'breaks', why });
const mayBreak = (why: string): Reason => ({ level: 'may break', why });

/** A changed schema breaks the party on the other side of the change. */
const effects: Readonly<Record<Direction, Record<Effect, Verdict>>> = {
  request: {
    narrows: { 'sending clients': breaks('values that old clients may send are no longer accepted') },
    widens: { providers: breaks('old providers may refuse or ignore the new values') },
  },
  response: {
    narrows: { providers: breaks('old providers may send values that are no longer allowed') },
    widens: { 'reading clients': breaks('old clients may get values that were never promised') },
  },
};

/** Effects of single keywords that weigh less than those of all others. */
const lighter: Readonly<Record<string, Verdict>> = {
  // Most clients ignore unknown fields, whatever the contract says.
  'response-additionalProperties-widens': {
    'reading clients': mayBreak('old clients may get fields that they do not know'),
  },
  // Added and removed alternatives have their own change; the mapping alone changes the name of a value.
  'request-discriminator-value-narrows': {
    'sending clients': mayBreak('a value that old clients send stands for nothing'),
  },
  'response-discriminator-value-widens': {
    'reading clients': mayBreak('old clients may get a value that they do not know'),
  },
};

/** All other changes on the wire. Rows without victims are compatible, and listed as such. */
export const rules = {
  'operation-added': { providers: breaks('an old provider answers it with 404 or 405') },
  'operation-removed': { 'sending clients': breaks('calls of it are answered 404 or 405') },

  'parameter-added': { providers: breaks('an old provider refuses or ignores it') },
  'required-parameter-added': {
    'sending clients': breaks('requests without it are refused'),
    providers: breaks('an old provider refuses or ignores it'),
  },
  'parameter-removed': { 'sending clients': mayBreak('it is refused or ignored') },
  'required-parameter-removed': {
    'sending clients': mayBreak('it is refused or ignored'),
    providers: breaks('an old provider refuses requests without it'),
  },
  'parameter-became-required': { 'sending clients': breaks('requests without it are refused') },
  'parameter-became-optional': { providers: breaks('an old provider refuses requests without it') },
  'parameter-serialised-otherwise': {
    'sending clients': breaks('values arrive in a form that is no longer understood'),
    providers: breaks('an old provider expects the old form'),
  },
  'parameter-may-be-empty': { providers: breaks('an old provider refuses an empty value') },
  'parameter-may-not-be-empty': { 'sending clients': breaks('an empty value is refused') },
  'reserved-characters-allowed': { providers: breaks('an old provider refuses them') },
  'reserved-characters-refused': { 'sending clients': breaks('values that hold them are refused') },
  // The name in the path template is no part of the request; only generated code knows it.
  'path-parameter-renamed': {},
  'unknown-query-parameters-allowed': { providers: breaks('an old provider refuses them') },
  'unknown-query-parameters-refused': { 'sending clients': breaks('requests that have them are refused') },

  'request-body-added': { providers: breaks('an old provider refuses or ignores it') },
  'required-request-body-added': {
    'sending clients': breaks('requests without a body are refused'),
    providers: breaks('an old provider refuses or ignores it'),
  },
  'request-body-removed': { 'sending clients': breaks('the body is refused or ignored') },
  'required-request-body-removed': {
    'sending clients': breaks('the body is refused or ignored'),
    providers: breaks('an old provider refuses requests without a body'),
  },
  'request-body-became-required': { 'sending clients': breaks('requests without a body are refused') },
  'request-body-became-optional': { providers: breaks('an old provider refuses requests without a body') },
  'request-media-type-added': { providers: breaks('an old provider refuses it with 415') },
  'request-media-type-removed': { 'sending clients': breaks('it is refused with 415') },

  // Errors that the contract does not name can always come (OpenAPI 3.0.3, Responses Object), so one more is no news.
  'error-status-added': {},
  'error-status-removed': {},
  'success-status-added': { 'reading clients': mayBreak('old clients do not expect this success') },
  'success-status-removed': {
    'reading clients': breaks('the success that old clients know may not come'),
    providers: mayBreak('an old provider may still answer with it'),
  },
  'last-success-status-removed': {
    'reading clients': breaks('none of the successes that old clients know can come'),
    providers: breaks('an old provider answers with it'),
  },
  // A client lists its types in Accept: the choice is the client's, as in a request.
  'response-media-type-added': { providers: breaks('an old provider cannot send it on request') },
  'response-media-type-removed': { 'reading clients': breaks('clients that ask for it get another one, or 406') },
  // `*/*` and `application/json` also cover narrower types; `application/vnd.shop+json`, for example, is within the
  // latter.
  'response-media-type-widened': { 'reading clients': mayBreak('old clients may get it in another media type') },
  'response-media-type-narrowed': { providers: breaks('an old provider may answer in another media type') },
  'response-body-added': { providers: breaks('an old provider answers without a body') },
  'response-body-removed': { 'reading clients': breaks('the body that old clients read does not come') },
  'response-header-added': {},
  'required-response-header-added': { providers: breaks('an old provider does not send it') },
  'response-header-removed': { 'reading clients': mayBreak('clients that read it get none') },
  'required-response-header-removed': { 'reading clients': breaks('it may be missing') },
  'response-header-became-required': { providers: breaks('an old provider may not send it') },
  'response-header-became-optional': { 'reading clients': breaks('it may be missing') },

  'request-field-added': { providers: breaks('an old provider refuses or ignores it') },
  'required-request-field-added': {
    'sending clients': breaks('requests without it are refused'),
    providers: breaks('an old provider refuses or ignores it'),
  },
  'request-field-removed': { 'sending clients': mayBreak('it is refused or ignored') },
  'required-request-field-removed': {
    'sending clients': mayBreak('it is refused or ignored'),
    providers: breaks('an old provider refuses requests without it'),
  },
  'request-field-became-read-only': { 'sending clients': mayBreak('it is refused or ignored') },
  'required-request-field-became-read-only': {
    'sending clients': mayBreak('it is refused or ignored'),
    providers: breaks('an old provider refuses requests without it'),
  },
  'request-field-became-writable': { providers: breaks('an old provider refuses or ignores it') },
  'request-field-became-required': { 'sending clients': breaks('requests without it are refused') },
  'request-field-became-optional': { providers: breaks('an old provider refuses requests without it') },
  'response-field-added': {},
  'response-field-added-where-none-may-be': {
    'reading clients': mayBreak('the old contract excluded other fields'),
  },
  'required-response-field-added': { providers: breaks('an old provider does not send it') },
  'response-field-removed': { 'reading clients': mayBreak('clients that read it get none') },
  'response-field-removed-where-none-may-be': {
    'reading clients': mayBreak('clients that read it get none'),
    providers: breaks('an old provider may still send it'),
  },
  'required-response-field-removed': { 'reading clients': breaks('the field that old clients read may be missing') },
  'response-field-became-write-only': {
    'reading clients': mayBreak('clients that read it get none'),
    providers: breaks('an old provider may still send it'),
  },
  'response-field-became-required': { providers: breaks('an old provider may not send it') },
  'response-field-became-optional': { 'reading clients': breaks('the field that old clients read may be missing') },

  // OpenAPI 3.0.3, Schema Object: the receiver uses the default if the value is absent.
  'default-added': { providers: mayBreak('an old provider may take another value when none comes') },
  'default-changed': {
    'sending clients': mayBreak('requests without it now mean something else'),
    providers: mayBreak('an old provider takes the old value when none comes'),
  },
  'default-removed': { 'sending clients': mayBreak('the meaning of requests without it is no longer promised') },
  'response-default-added': { providers: mayBreak('an old provider may mean another value when it sends none') },
  'response-default-changed': { providers: mayBreak('an old provider means the old value when it sends none') },
  'response-default-removed': {},

  'security-relaxed': { providers: breaks('an old provider refuses requests that are now let in') },
  'security-tightened': { 'sending clients': breaks('requests that were let in are refused') },
  'security-changed': {
    'sending clients': breaks('requests that were let in are refused'),
    providers: breaks('an old provider refuses requests that are now let in'),
  },
  'credential-limit-lowered': { 'sending clients': breaks('longer credentials are refused') },
  'credential-limit-raised': { providers: breaks('an old provider refuses longer credentials') },

  'server-added': { providers: breaks('an old provider does not answer there') },
  'server-removed': { 'sending clients': breaks('nobody promises to answer there any more') },

  'callback-added': { providers: breaks('an old provider does not call') },
  'callback-removed': { 'reading clients': breaks('calls that old clients wait for do not come') },

  'webhook-added': { providers: breaks('an old provider does not call') },
  'webhook-removed': { 'reading clients': breaks('calls that old clients wait for do not come') },

  deprecated: {},
  'discriminator-added': {},
  'discriminator-removed': {},
  'discriminator-changed': {
    'sending clients': breaks('values are told apart by something else'),
    'reading clients': breaks('values are told apart by something else'),
    providers: breaks('values are told apart by something else'),
  },
  'operation-id-changed': {},
  'extension-changed': {},

  // Never silently compatible: a change without a row counts as breaking everybody, as `not-judged`.
  'not-judged': {
    'sending clients': breaks('no rule knows what this means, so it counts as breaking'),
    'reading clients': breaks('no rule knows what this means, so it counts as breaking'),
    providers: breaks('no rule knows what this means, so it counts as breaking'),
  },
} as const satisfies Record<string, Verdict>;

export type RuleName = keyof typeof rules;

export interface SchemaEffect {
  readonly rule: RuleName | undefined;
  readonly keyword: string;
  readonly effects: readonly Effect[];
  readonly isCut: boolean | undefined;
  readonly isUndecided: boolean | undefined;
}

/** ID and verdict of a change in a schema. */
export function verdictOf(direction: Direction, change: SchemaEffect): { id: string; verdict: Verdict } {
  const verdicts = change.effects.map(
    (effect) => lighter[`${direction}-${change.keyword}-${effect}`] ?? effects[direction][effect],
  );
  const byEffect = Object.assign({}, ...verdicts) as Verdict;
  if (change.rule === undefined) {
    const id = [direction, change.keyword, ...change.effects].join('-');
    return { id, verdict: change.isUndecided === true ? softened(byEffect) : byEffect };
  }
  const row: Verdict = rules[change.rule];
  const concerned = Object.entries(row).filter(([victim]) => change.isCut !== true || victim in byEffect);
  return { id: change.rule, verdict: Object.fromEntries(concerned) };
}

function softened(verdict: Verdict): Verdict {
  const entries = Object.keys(verdict).map((victim) => [
    victim,
    mayBreak('the two patterns do not decide whether it does'),
  ]);
  return Object.fromEntries(entries) as Verdict;
}

/** The same change in calls that the provider makes. */
export function turn(verdict: Verdict): Verdict {
  const turned = Object.entries(verdict).map(([victim, { level, why }]) => [
    victim === 'providers' ? 'reading clients' : 'providers',
    { level, why: why.replaceAll(/clients?|providers?/g, (word) => opposites[word] ?? word) },
  ]);
  return Object.fromEntries(turned) as Verdict;
}

const opposites: Readonly<Record<string, string>> = {
  client: 'provider',
  clients: 'providers',
  provider: 'client',
  providers: 'clients',
};
