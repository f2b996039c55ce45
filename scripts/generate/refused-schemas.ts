// The schemas that the generator refuses, one row each.

export interface RefusedRow {
  what: string;
  note: string;
  /** What to write instead. */
  instead: string;
}

export const refusedSchemas = {
  'schema-circle': {
    what: 'schemas made of themselves by `allOf`, `oneOf`, `anyOf`, `not`, `items`',
    note: 'the schema is made of itself',
    instead: 'let the circle go through properties',
  },
  'schema-pattern': {
    what: 'patterns that JavaScript does not accept',
    note: 'is no regular expression',
    instead: 'use the syntax of ECMA 262 with the flag u',
  },
  'schema-limit': {
    what: 'limits without a meaning',
    note: 'the limit can never hold or fail as written',
    instead: 'correct or remove it',
  },
  'schema-multiple': {
    what: '`multipleOf` of tenths and the like',
    note: 'binary numbers hold no such fraction, and 0.3 would be no multiple of 0.1',
    instead: 'count in a smaller unit, with integers',
  },
  'schema-items': {
    what: 'arrays without `items`',
    note: 'an array needs a schema of its items',
    instead: 'write items, {} for anything',
  },
  'schema-type': {
    what: 'objects and arrays without `type`',
    note: 'without a type, values of all other types would pass',
    instead: 'write type: object or type: array beside it',
  },
  'schema-required': {
    what: 'required fields that are not described',
    note: 'is not among properties, so types do not have it',
    instead: 'describe it, {} for anything, or do not require it',
  },
  'schema-closed': {
    what: 'closed parts of `allOf`',
    note: 'is refused by additionalProperties: false of this part',
    instead: 'leave it out here, or write all properties into one closed schema',
  },
  'schema-null': {
    what: 'nullable schemas that refuse null',
    note: 'null would not be allowed, though nullable says so',
    instead: 'add null to the enum and nullable to the parts of oneOf, anyOf and allOf, or leave nullable out',
  },
  'schema-default': {
    what: 'defaults that their own schema refuses',
    note: 'the schema does not allow the default',
    instead: 'correct it, or leave it out',
  },
  'schema-enum': {
    what: 'empty and repeating enums, and values of another type',
    note: 'an enum has different values of its type',
    instead: 'correct the list',
  },
  'schema-empty-list': { what: 'empty `allOf`, `oneOf`, `anyOf`', note: 'the list is empty', instead: 'remove it' },
  'schema-read-place': {
    what: 'readOnly and writeOnly elsewhere than at a property',
    note: 'counts for properties only',
    instead: 'write it at the property, beside allOf: [{ $ref: … }] where that is a reference',
  },
  'schema-read-write': {
    what: 'readOnly and writeOnly at once',
    note: 'the field could never be sent',
    instead: 'keep one',
  },
  discriminator: {
    what: 'discriminators that tell nothing apart',
    note: 'a discriminator needs oneOf or anyOf of references beside it, to objects that require the property',
    instead: 'list the alternatives as $ref, and require the property in each',
  },
} as const satisfies Record<string, RefusedRow>;
