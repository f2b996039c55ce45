// The keywords of a schema, by what a comparison does with them. What is in no list is not known, and said so.

/** Words for people and hints for tools: they change no message. */
export const annotations = new Set([
  ...['title', 'description', 'example', 'examples', 'externalDocs', 'deprecated', '$comment', '$schema', '$id'],
  ...['$anchor', '$defs', 'definitions'],
]);

/** Looked at where alternatives, fields and limits are made of them. */
export const known = new Set([
  ...['$ref', 'type', 'nullable', 'enum', 'const', 'allOf', 'anyOf', 'oneOf', 'not', 'discriminator'],
  ...['properties', 'required', 'additionalProperties', 'readOnly', 'writeOnly', 'items', 'default', 'xml'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'format'],
  ...['minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems'],
  ...['minProperties', 'maxProperties'],
]);

/** Constraints of JSON Schema 2020-12 that are compared as wholes: more of them narrow, fewer widen. */
export const constraints = new Set([
  ...['patternProperties', 'propertyNames', 'unevaluatedProperties', 'dependentRequired', 'dependentSchemas'],
  ...['contains', 'minContains', 'maxContains', 'prefixItems', 'unevaluatedItems', 'if', 'then', 'else'],
  'contentSchema',
]);

/** Members of these have names of the author's choice. */
export const maps = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** Their order means nothing. */
export const sets = new Set(['allOf', 'anyOf', 'oneOf', 'required', 'enum', 'type']);
export const combinators = new Set(['allOf', 'anyOf', 'oneOf', 'discriminator', 'nullable']);
