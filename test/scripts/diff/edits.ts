// Edits of the small contract, and the rules that each gives, there and back.

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   edits reach deep into an untyped document */

export const operation = (document: any) => document.paths['/widgets/{id}'].put;
export const query = (document: any, index: number) => operation(document).parameters[index];
const body = (document: any) => operation(document).requestBody;
const answer = (document: any) => operation(document).responses['200'];
const schema = (document: any, name: string) => document.components.schemas[name];
const returns = (document: any, name: string) => {
  answer(document).content['application/json'].schema.$ref = `#/components/schemas/${name}`;
};
export const callback = {
  onDone: {
    '{$request.body#/url}': { post: { responses: { '204': { description: 'Seen.' } } } },
  },
};

export type Edit = (document: any) => void;
export type Row = [there: string[], back: string[] | undefined, edit: Edit, before?: Edit];

export const rows: Record<string, Row> = {
  'an operation': [
    ['operation-added'],
    ['operation-removed'],
    (d) => (d.paths['/widgets/{id}'].get = { responses: { '204': {} } }),
  ],
  'an optional parameter': [
    ['parameter-added'],
    ['parameter-removed'],
    (d) => operation(d).parameters.push({ name: 'x', in: 'query', schema: {} }),
  ],
  'a required parameter': [
    ['required-parameter-added'],
    ['required-parameter-removed'],
    (d) => operation(d).parameters.push({ name: 'x', in: 'header', required: true, schema: {} }),
  ],
  'a parameter that must come': [
    ['parameter-became-required'],
    ['parameter-became-optional'],
    (d) => (query(d, 1).required = true),
  ],
  'another style': [
    ['parameter-serialised-otherwise'],
    ['parameter-serialised-otherwise'],
    (d) => (query(d, 1).explode = false),
  ],
  'an empty value': [
    ['parameter-may-be-empty'],
    ['parameter-may-not-be-empty'],
    (d) => (query(d, 0).allowEmptyValue = true),
  ],
  'reserved characters': [
    ['reserved-characters-allowed'],
    ['reserved-characters-refused'],
    (d) => (query(d, 0).allowReserved = true),
  ],
  'another name in the path': [
    ['path-parameter-renamed'],
    ['path-parameter-renamed'],
    (d) => {
      d.paths['/widgets/{name}'] = d.paths['/widgets/{id}'];
      delete d.paths['/widgets/{id}'];
      d.paths['/widgets/{name}'].parameters[0].name = 'name';
    },
  ],
  'unknown query parameters': [
    ['unknown-query-parameters-allowed'],
    ['unknown-query-parameters-refused'],
    (d) => (operation(d)['x-eov-allow-unknown-query-parameters'] = true),
  ],
  'a body that must come': [
    ['required-request-body-removed'],
    ['required-request-body-added'],
    (d) => delete operation(d).requestBody,
  ],
  'a body': [
    ['request-body-removed'],
    ['request-body-added'],
    (d) => delete operation(d).requestBody,
    (d) => delete body(d).required,
  ],
  'the need of a body': [
    ['request-body-became-optional'],
    ['request-body-became-required'],
    (d) => delete body(d).required,
  ],
  'a media type of requests': [
    ['request-media-type-added'],
    ['request-media-type-removed'],
    (d) => (body(d).content['text/csv'] = {}),
  ],
  'an error': [
    ['error-status-added'],
    ['error-status-removed'],
    (d) => (operation(d).responses['409'] = { description: 'Taken.' }),
  ],
  'a further success': [
    ['success-status-added'],
    ['success-status-removed'],
    (d) => (operation(d).responses['202'] = { description: 'Later.' }),
  ],
  'another success': [
    ['last-success-status-removed', 'success-status-added'],
    ['last-success-status-removed', 'success-status-added'],
    (d) => {
      operation(d).responses['201'] = answer(d);
      delete operation(d).responses['200'];
    },
  ],
  'a media type of responses': [
    ['response-media-type-added'],
    ['response-media-type-removed'],
    (d) => (answer(d).content['text/csv'] = {}),
  ],
  'a narrower media type of responses': [
    ['response-media-type-narrowed'],
    ['response-media-type-widened'],
    (d) => (answer(d).content = { 'application/vnd.shop+json': answer(d).content['application/json'] }),
  ],
  'the body of a response': [['response-body-removed'], ['response-body-added'], (d) => delete answer(d).content],
  'a response header': [['response-header-removed'], ['response-header-added'], (d) => delete answer(d).headers],
  'a response header that must come': [
    ['required-response-header-added'],
    ['required-response-header-removed'],
    (d) => (answer(d).headers['X-More'] = { required: true, schema: {} }),
  ],
  'the need of a response header': [
    ['response-header-became-required'],
    ['response-header-became-optional'],
    (d) => (answer(d).headers['X-Left'].required = true),
  ],
  'a field of requests': [
    ['request-field-added'],
    ['request-field-removed'],
    (d) => (schema(d, 'Order').properties.more = {}),
  ],
  'a field that requests must have': [
    ['required-request-field-removed'],
    ['required-request-field-added'],
    (d) => {
      delete schema(d, 'Order').properties.size;
      delete schema(d, 'Order').required;
    },
  ],
  'the need of a field of requests': [
    ['request-field-became-optional'],
    ['request-field-became-required'],
    (d) => delete schema(d, 'Order').required,
  ],
  'a field of responses': [
    ['response-field-added'],
    ['response-field-removed'],
    (d) => (schema(d, 'Widget').properties.more = {}),
  ],
  'a field of responses where no other may be': [
    ['response-field-added-where-none-may-be'],
    ['response-field-removed-where-none-may-be'],
    (d) => (schema(d, 'Closed').properties.more = {}),
    (d) => returns(d, 'Closed'),
  ],
  'a field that responses must have': [
    ['required-response-field-removed'],
    ['required-response-field-added'],
    (d) => {
      delete schema(d, 'Widget').properties.id;
      delete schema(d, 'Widget').required;
    },
  ],
  'the need of a field of responses': [
    ['response-field-became-optional'],
    ['response-field-became-required'],
    (d) => delete schema(d, 'Widget').required,
  ],
  'a field that responses no longer have': [
    ['response-field-became-write-only'],
    ['response-field-added'],
    (d) => (schema(d, 'Widget').properties.colour.writeOnly = true),
  ],
  'a field that requests no longer have': [
    ['request-field-became-read-only'],
    ['request-field-became-writable'],
    (d) => (schema(d, 'Order').properties.note.readOnly = true),
  ],
  'a field that requests no longer must have': [
    ['required-request-field-became-read-only'],
    ['required-request-field-added'],
    (d) => (schema(d, 'Order').properties.size.readOnly = true),
  ],
  'a webhook': [['webhook-added'], ['webhook-removed'], (d) => (d.webhooks = { done: { post: { responses: {} } } })],
  'a default of requests': [['default-removed'], ['default-added'], (d) => delete query(d, 0).schema.default],
  'another default of requests': [
    ['default-changed'],
    ['default-changed'],
    (d) => (query(d, 0).schema.default = 'down'),
  ],
  'a default of responses': [
    ['response-default-removed'],
    ['response-default-added'],
    (d) => delete schema(d, 'Widget').properties.colour.default,
  ],
  'another default of responses': [
    ['response-default-changed'],
    ['response-default-changed'],
    (d) => (schema(d, 'Widget').properties.colour.default = 'blue'),
  ],
  'a way in': [['security-relaxed'], ['security-tightened'], (d) => d.security.push({ bearer: [] })],
  'another way in': [['security-changed'], ['security-changed'], (d) => (d.security = [{ bearer: [] }])],
  'longer credentials': [
    ['credential-limit-raised'],
    ['credential-limit-lowered'],
    (d) => (d.components.securitySchemes.key['x-max-length'] = 200),
  ],
  'a server': [['server-added'], ['server-removed'], (d) => d.servers.push({ url: 'https://other.example.com/v1' })],
  'a callback': [['callback-added'], ['callback-removed'], (d) => (operation(d).callbacks = callback)],
  'a warning': [['deprecated'], [], (d) => (operation(d).deprecated = true)],
  'a discriminator': [
    ['discriminator-added'],
    ['discriminator-removed'],
    (d) => (schema(d, 'Shape').discriminator = { propertyName: 'kind' }),
    (d) => returns(d, 'Shape'),
  ],
  'another discriminator': [
    ['discriminator-changed'],
    ['discriminator-changed'],
    (d) => (schema(d, 'Shape').discriminator.propertyName = 'sort'),
    (d) => {
      returns(d, 'Shape');
      schema(d, 'Shape').discriminator = { propertyName: 'kind' };
    },
  ],
  'another operationId': [
    ['operation-id-changed'],
    ['operation-id-changed'],
    (d) => (operation(d).operationId = 'replaceWidget'),
  ],
  'somebody else’s extension': [['extension-changed'], ['extension-changed'], (d) => (operation(d)['x-team'] = 'blue')],
  'a keyword that nobody knows': [['not-judged'], ['not-judged'], (d) => (schema(d, 'Order').patternProperties = {})],
};
