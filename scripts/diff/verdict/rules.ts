// What a change means: for whom it breaks, and why. The one place where verdicts are decided; the comparers only find
// changes and name the row. Two measures: an old client (sends what the old contract allowed, reads what it promised)
// against a new provider, and an old provider (accepts and answers as the old contract allowed) under the new contract.

/** Who can break. The first two are clients, by what they do. */
export type Victim = 'sending clients' | 'reading clients' | 'providers';

/** Whom a change breaks, each with the reason; nobody when empty. */
export type Verdict = Readonly<Partial<Record<Victim, string>>>;

export type Direction = 'request' | 'response';

/** What happened to the set of messages that a schema allows: it lost some, it gained some. */
export type Effect = 'narrows' | 'widens';

/** A changed schema breaks whoever is on the other side of what changed. */
export const effects: Readonly<Record<Direction, Record<Effect, Verdict>>> = {
  request: {
    narrows: { 'sending clients': 'what old clients may send is no longer accepted' },
    widens: { providers: 'old providers may refuse or ignore what may now be sent' },
  },
  response: {
    narrows: { providers: 'old providers may answer what is no longer allowed' },
    widens: { 'reading clients': 'old clients may get what was never promised to them' },
  },
};

/** Every other change that can be seen on the wire. Rows without victims are compatible, and listed as such. */
export const rules = {
  'operation-added': { providers: 'an old provider answers it with 404 or 405' },
  'operation-removed': { 'sending clients': 'calls of it are answered 404 or 405' },

  'parameter-added': { providers: 'an old provider refuses or ignores it' },
  'required-parameter-added': {
    'sending clients': 'requests without it are refused',
    providers: 'an old provider refuses or ignores it',
  },
  'parameter-removed': { 'sending clients': 'what it asks for is refused or ignored' },
  'required-parameter-removed': {
    'sending clients': 'what it asks for is refused or ignored',
    providers: 'an old provider refuses requests without it',
  },
  'parameter-became-required': { 'sending clients': 'requests without it are refused' },
  'parameter-became-optional': { providers: 'an old provider refuses requests without it' },
  'parameter-serialised-otherwise': {
    'sending clients': 'values arrive in a form that is no longer understood',
    providers: 'an old provider expects the old form',
  },
  'parameter-may-be-empty': { providers: 'an old provider refuses an empty value' },
  'parameter-may-not-be-empty': { 'sending clients': 'an empty value is refused' },
  'reserved-characters-allowed': { providers: 'an old provider refuses them' },
  'reserved-characters-refused': { 'sending clients': 'values that hold them are refused' },
  // The name in the path template is no part of the request; only generated code knows it.
  'path-parameter-renamed': {},
  'unknown-query-parameters-allowed': { providers: 'an old provider refuses them' },
  'unknown-query-parameters-refused': { 'sending clients': 'requests that have them are refused' },

  'request-body-added': { providers: 'an old provider refuses or ignores it' },
  'required-request-body-added': {
    'sending clients': 'requests without a body are refused',
    providers: 'an old provider refuses or ignores it',
  },
  'request-body-removed': { 'sending clients': 'the body is refused or ignored' },
  'required-request-body-removed': {
    'sending clients': 'the body is refused or ignored',
    providers: 'an old provider refuses requests without a body',
  },
  'request-body-became-required': { 'sending clients': 'requests without a body are refused' },
  'request-body-became-optional': { providers: 'an old provider refuses requests without a body' },
  'request-media-type-added': { providers: 'an old provider refuses it with 415' },
  'request-media-type-removed': { 'sending clients': 'it is refused with 415' },

  // Errors that the contract does not name can always come (OpenAPI 3.0.3, Responses Object), so one more is no news.
  'error-status-added': {},
  'error-status-removed': {},
  'success-status-added': { 'reading clients': 'old clients were not told that success may come so' },
  'success-status-removed': { providers: 'an old provider may still answer so' },
  'last-success-status-removed': {
    'reading clients': 'none of the successes that old clients know can come',
    providers: 'an old provider answers so',
  },
  // A client names what it reads in Accept: the choice is the client's, as in a request.
  'response-media-type-added': { providers: 'an old provider cannot answer with it when asked' },
  'response-media-type-removed': { 'reading clients': 'clients that ask for it get another one, or 406' },
  'response-body-added': { providers: 'an old provider answers without a body' },
  'response-body-removed': { 'reading clients': 'the body that old clients read does not come' },
  'response-header-added': {},
  'required-response-header-added': { providers: 'an old provider does not send it' },
  // Optional: clients had to cope without it from the start.
  'response-header-removed': {},
  'required-response-header-removed': { 'reading clients': 'it may be missing' },
  'response-header-became-required': { providers: 'an old provider may not send it' },
  'response-header-became-optional': { 'reading clients': 'it may be missing' },

  'request-field-added': { providers: 'an old provider refuses or ignores it' },
  'required-request-field-added': {
    'sending clients': 'requests without it are refused',
    providers: 'an old provider refuses or ignores it',
  },
  'request-field-removed': { 'sending clients': 'it is refused or ignored' },
  'required-request-field-removed': {
    'sending clients': 'it is refused or ignored',
    providers: 'an old provider refuses requests without it',
  },
  'request-field-became-required': { 'sending clients': 'requests without it are refused' },
  'request-field-became-optional': { providers: 'an old provider refuses requests without it' },
  'response-field-added': {},
  'response-field-added-where-none-may-be': { 'reading clients': 'old clients were told that no other field comes' },
  'required-response-field-added': { providers: 'an old provider does not send it' },
  'response-field-removed': {},
  'response-field-removed-where-none-may-be': { providers: 'an old provider may still send it' },
  'required-response-field-removed': { 'reading clients': 'the field that old clients read may be missing' },
  'response-field-became-write-only': { providers: 'an old provider may still send it' },
  'response-field-became-required': { providers: 'an old provider may not send it' },
  'response-field-became-optional': { 'reading clients': 'the field that old clients read may be missing' },

  // OpenAPI 3.0.3, Schema Object: the default is what the receiver takes when nothing comes.
  'default-added': { providers: 'an old provider may take another value when none comes' },
  'default-changed': {
    'sending clients': 'requests without it now mean something else',
    providers: 'an old provider takes the old value when none comes',
  },
  'default-removed': { 'sending clients': 'what a request without it means is no longer promised' },
  'response-default-added': { providers: 'an old provider may mean another value when it sends none' },
  'response-default-changed': {
    'reading clients': 'old clients take the old value when none comes',
    providers: 'an old provider means the old value when it sends none',
  },
  'response-default-removed': { 'reading clients': 'what it means that none comes is no longer promised' },

  'security-relaxed': { providers: 'an old provider refuses requests that are now let in' },
  'security-tightened': { 'sending clients': 'requests that were let in are refused' },
  'security-changed': {
    'sending clients': 'requests that were let in are refused',
    providers: 'an old provider refuses requests that are now let in',
  },
  'credential-limit-lowered': { 'sending clients': 'longer credentials are refused' },
  'credential-limit-raised': { providers: 'an old provider refuses longer credentials' },

  'server-added': { providers: 'an old provider does not answer there' },
  'server-removed': { 'sending clients': 'nobody promises to answer there any more' },

  'callback-added': { providers: 'an old provider does not call' },
  'callback-removed': { 'reading clients': 'calls that old clients wait for do not come' },

  deprecated: {},
  'discriminator-added': {},
  'discriminator-removed': {},
  'discriminator-changed': {
    'sending clients': 'values are told apart by something else',
    'reading clients': 'values are told apart by something else',
    providers: 'values are told apart by something else',
  },
  'operation-id-changed': {},
  'extension-changed': {},

  // Never silently compatible: what no row knows counts as breaking everybody, and says that it was not judged.
  'not-judged': {
    'sending clients': 'no rule knows what this means, so it counts as breaking',
    'reading clients': 'no rule knows what this means, so it counts as breaking',
    providers: 'no rule knows what this means, so it counts as breaking',
  },
} as const satisfies Record<string, Verdict>;

export type RuleName = keyof typeof rules;
