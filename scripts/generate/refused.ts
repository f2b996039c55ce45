// The parts of OpenAPI 3.0.3 that the generator refuses, one row each, with the reason and what to write instead.
import { type RefusedRow, refusedSchemas } from './refused-schemas.js';

/** Refused with its place before anything is written. */
export const refused = {
  'yaml-merge-key': {
    what: 'YAML merge keys `<<`',
    note: 'YAML 1.2 has none',
    instead: 'write the keys out, or use $ref',
  },
  'yaml-key': {
    what: 'YAML keys that JSON does not have',
    note: 'a key must be a unique string',
    instead: 'give each key one plain name',
  },
  'yaml-tag': { what: 'YAML tags beyond the core schema', note: 'the value is not JSON', instead: 'write a string' },
  'yaml-number': {
    what: '`.inf`, `.nan` and numbers out of range',
    note: 'the number is not JSON',
    instead: 'write one that a double can hold',
  },
  'yaml-alias': { what: 'aliases that never end', note: 'the alias cannot be written out', instead: 'use $ref' },
  version: {
    what: 'Swagger 2.0, OpenAPI 3.1, AsyncAPI',
    note: 'only OpenAPI 3.0.x is accepted',
    instead: 'write `openapi: 3.0.3`',
  },
  'ref-circle': {
    what: 'references that only lead to each other',
    note: 'the reference leads in a circle',
    instead: 'let one of them be a schema',
  },
  'ref-url': {
    what: '`$ref` to a URL',
    note: 'nothing is fetched while generating',
    instead: 'put a copy beside the contract',
  },
  'ref-form': {
    what: '`$ref` that is no JSON pointer',
    note: 'the part behind # is no JSON pointer (RFC 6901)',
    instead: "write '#/components/…', with %25 for a percent sign",
  },
  'ref-kind': {
    what: '`$ref` to a thing of another kind',
    note: 'its target is of another kind',
    instead: 'refer to a component of the kind that belongs here',
  },
  'ref-siblings': {
    what: 'keys beside `$ref` that would count',
    note: 'OpenAPI 3.0 ignores keys beside $ref',
    instead: 'write allOf: [{ $ref: … }] with the keys beside it',
  },
  'component-name': {
    what: 'names of components that OpenAPI does not allow',
    note: 'the name of a component has letters, digits, . - _ only',
    instead: 'rename it',
  },
  'paths-empty': {
    what: 'a contract without operations',
    note: 'there is no operation to generate',
    instead: 'describe at least one under paths',
  },
  'path-form': {
    what: 'paths that are no URL paths',
    note: "a path starts with / and has letters, digits, {parameters} and -._~:@!$&'()*+,;= only",
    instead: 'declare query parameters as such, and write no empty, . or .. segments',
  },
  'path-parameters': {
    what: 'templates that cannot be read back',
    note: 'parameters of a path must differ and have something between them',
    instead: 'put a literal such as / or - between them',
  },
  'path-parameter-name': {
    what: 'path parameters whose names clients take for operators',
    note: 'the name of a path parameter begins with none of . ; + # / ? & and does not end with *',
    instead: 'rename it',
  },
  'path-twin': {
    what: 'two paths that match the same URLs',
    note: 'no request could tell them apart',
    instead: 'merge them',
  },
  'path-own': {
    what: "the provider's own paths",
    note: 'the provider answers this path itself',
    instead: 'choose another path',
  },
  'server-url': {
    what: '`servers` without a usable URL',
    note: 'the URL of a server must be one, with variables in its host only, without ? and #',
    instead: 'write the URL out',
  },
  'server-base-path': {
    what: '`servers` with different base paths',
    note: 'the provider serves one',
    instead: 'give all servers the same path, or write it into paths',
  },
  'server-place': {
    what: '`servers` of a path or an operation',
    note: 'client and provider know one set of servers',
    instead: 'list servers at the root of the contract',
  },
  'method-trace': { what: 'TRACE', note: 'fetch sends no TRACE', instead: 'remove the operation' },
  callbacks: {
    what: 'callbacks',
    note: 'the provider calls nobody',
    instead: 'describe them in a contract of their own',
  },
  'operation-id': {
    what: 'operationIds that cannot name a function',
    note: 'is not usable; it must be a camelCase name',
    instead: 'choose a verb and a noun',
  },
  'operation-id-reserved': {
    what: 'operationIds that JavaScript or the package has taken',
    note: 'the name is taken',
    instead: 'choose a verb and a noun',
  },
  'x-request-headers': {
    what: '`x-request-headers` of other headers',
    note: 'only Content-Type of an operation without a body can be required',
    instead: 'declare a header parameter',
  },
  'x-eov': { what: 'other `x-eov-` extensions', note: 'the extension has no effect here', instead: 'remove it' },
  'parameter-twice': {
    what: 'one parameter twice',
    note: 'name and place of a parameter must be unique in a list',
    instead: 'remove one',
  },
  'parameter-path': {
    what: 'path parameters without a place, places without a parameter',
    note: 'the path template and its parameters must name the same',
    instead: 'declare each {name} with `in: path`, and no other',
  },
  'parameter-style': {
    what: 'styles that client or provider do not support',
    note: 'the style does not fit',
    instead: 'see the table in scripts/README.md',
  },
  'parameter-schema': {
    what: 'parameters that are neither a value nor a list of values',
    note: 'a parameter is a string, number, integer, boolean, or an array of one of these',
    instead: 'give it one type; for objects in a query use `style: deepObject` or JSON `content`',
  },
  'parameter-content': {
    what: 'parameters with `content` other than one JSON type in the query',
    note: 'only application/json is read in the query',
    instead: 'use a schema',
  },
  'parameter-header': {
    what: 'header parameters that OpenAPI or fetch reserve',
    note: 'the header is not a parameter',
    instead: 'use security, media types or cookie parameters',
  },
  'parameter-empty': {
    what: '`allowEmptyValue` of values other than strings',
    note: 'an empty value is a string',
    instead: 'remove it or make the type string',
  },
  'body-method': {
    what: 'request bodies of GET and HEAD',
    note: 'fetch sends none',
    instead: 'use query parameters, or POST',
  },
  'media-type': {
    what: 'media type ranges and media types with parameters',
    note: 'a media type is a type and a subtype, in small letters',
    instead: 'name it, such as application/json',
  },
  'media-form': {
    what: '`multipart/*`, `application/x-www-form-urlencoded`',
    note: 'forms are not served',
    instead: 'use application/json',
  },
  'media-schema': {
    what: 'structured media types other than JSON',
    note: 'what is not JSON is text or bytes',
    instead: 'write schema: { type: string }, for bytes with format: binary',
  },
  'media-none': {
    what: '`content` without a media type in a request',
    note: 'the body has no media type',
    instead: 'name one, such as application/json',
  },
  'binary-place': {
    what: '`format: binary` elsewhere than in the media type of a body',
    note: 'bytes are a whole body',
    instead: 'write the schema in the media type itself; inside JSON use format: byte, which is base64',
  },
  'binary-limit': {
    what: 'limits of bytes',
    note: 'lengths, patterns and enums are of text',
    instead: 'remove it, or describe it in words',
  },
  'response-status': {
    what: 'responses of 1xx and 3xx, misspelt ranges',
    note: 'fetch follows redirects by itself and shows neither',
    instead: 'use statuses from 200 to 299 and 400 to 599, `2XX`, `4XX`, `5XX` or `default`',
  },
  'response-success': {
    what: 'operations without a success',
    note: '`default` stands for errors',
    instead: 'describe the response under its status, such as 200',
  },
  'response-body': {
    what: 'bodies of 204, 205 and HEAD',
    note: 'HTTP allows none',
    instead: 'remove content, or use another status',
  },
  'response-error': {
    what: "error responses unlike the provider's own",
    note: "the provider's own refusals have this status and the body ErrorStatus",
    instead:
      "refer to a response of components, or write content with application/json and { $ref: '#/components/schemas/ErrorStatus' }",
  },
  'response-header': {
    what: 'response headers that are neither a value nor a list of values',
    note: 'a header is a string, number, integer, boolean, or an array of one of these',
    instead: 'give it one type',
  },
  'link-operation': {
    what: 'links to operations and parameters that are not there',
    note: 'there is no such operation, or it has no such parameter',
    instead: 'name an operation of this contract and its parameters',
  },
  'security-scheme': {
    what: 'security requirements without a scheme',
    note: 'is not among components.securitySchemes',
    instead: 'declare it',
  },
  'security-both': {
    what: 'token and signature at once',
    note: 'a token decides alone',
    instead: 'make them two alternatives',
  },
  'provider-token': {
    what: 'a contract without the scheme `token`',
    note: 'client and provider know it as an apiKey in the header X-Auth-Token with x-max-length, a number',
    instead: 'keep components.securitySchemes.token',
  },
  'provider-signature': {
    what: 'a scheme `signature` of another kind',
    note: 'client and provider know it as http with the scheme SDK-HMAC-SHA256',
    instead: 'give another scheme another name',
  },
  'provider-error': {
    what: 'a contract without the schema `ErrorStatus`',
    note: "the provider's own refusals have it",
    instead: 'keep components.schemas.ErrorStatus',
  },
  ...refusedSchemas,
} as const satisfies Record<string, RefusedRow>;
