// The keywords of a schema, by their treatment in a comparison. A keyword in no list is reported as unknown.

/** Texts for people and hints for tools, which change no message. */
export const annotations = new Set([
  ...['title', 'description', 'example', 'examples', 'externalDocs', 'deprecated', '$comment', '$schema', '$id'],
  ...['$anchor', '$defs', 'definitions'],
]);

/** Handled where alternatives, fields and limits are made from them. */
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

/** The author chooses the names of their members. */
export const maps = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** Their order means nothing. */
export const sets = new Set(['allOf', 'anyOf', 'oneOf', 'required', 'enum', 'type']);
export const combinators = new Set(['allOf', 'anyOf', 'oneOf', 'discriminator', 'nullable']);
