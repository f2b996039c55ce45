// Where `npm run diff` and oasdiff 1.37 differ on purpose, by the edit, each with the reason.

const reasons: readonly [edits: RegExp, reason: string][] = [
  [
    /^(a callback|a further server|another style|a parameter written otherwise|an empty value),/,
    'oasdiff has no rule for it',
  ],
  [/^parameter: multiple of,|^header: (three values|pattern set)/, 'oasdiff has no rule for it in this place'],
  [
    /: (not|other fields|unevaluatedProperties),|^a closed (request|answer),/,
    'oasdiff has no rule for what may not be there',
  ],
  [/^a further success,/, 'a further success may break clients; an old provider need not use it'],
  [
    /^an optional (field of answers|response header),|no inner field, optional,|response: writeOnly,/,
    'clients may read what need not come',
  ],
  [/closed answer comes,/, 'the contract said that no other field comes'],
  [/: (another )?default,/, 'a request that leaves it out means something else'],
  [/pattern,/, 'decided by what the patterns let through, not by their text'],
  [
    /anyOf, oneOf that overlap,|^anyOf of requests becomes oneOf,/,
    'decided by which values fit, not by which keyword says so',
  ],
  [/oneOf where one was|alternatives of requests where one was,/, 'all that was accepted is accepted still'],
  [/allOf of one, two,|an allOf written out,/, 'allOf is read as the one schema that it says'],
  [/^a second credential,/, 'who presents both credentials is let in still'],
  [/^the name of a scheme,/, 'the name of a security scheme does not travel'],
  [/^parameters of the whole path,/, 'the same parameters of the same operation'],
  [/^a media type with a parameter,/, 'JSON has no charset (RFC 8259, section 11)'],
  [/^any media type,/, 'an old provider that answers JSON keeps to a contract that allows anything'],
  [
    /^a deprecated (operation|parameter|field of requests) goes,/,
    'a warning is no permission: old clients still call it',
  ],
  [/^a mapping of answers,/, 'the mapping says what a value means'],
  [/string, list of strings,/, 'one value, and a list of one, look the same in a query'],
  [/contentEncoding,/, 'text in another encoding is another text'],
  [/null beside a reference,|two values, one,/, 'decided by which values fit, not by which keyword says so'],
  [/^a required field that only travels in requests,/, 'an old provider still sends it'],
];

export function reasonFor(name: string): string | undefined {
  return reasons.find(([edits]) => edits.test(name))?.[1];
}
