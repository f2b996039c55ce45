// Edits of everything but schemas. Each is tried there and back.
import type { Edit } from './contract.js';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return --
   edits reach deep into an untyped document */

const post = (d: any) => d.paths['/orders'].post;
const get = (d: any) => d.paths['/orders/{id}'].get;
const placed = (d: any) => post(d).responses['201'];
const order = (d: any) => d.components.schemas.Order;
const receipt = (d: any) => d.components.schemas.Receipt;
const param = (d: any, index: number) => post(d).parameters[index];

export const documentEdits: Record<string, Edit> = {
  'a new operation': (d) =>
    (d.paths['/orders'].get = { operationId: 'list', responses: { '200': { description: 'All.' } } }),
  'a new path': (d) =>
    (d.paths['/ping'] = { get: { operationId: 'ping', responses: { '204': { description: 'Here.' } } } }),
  'a renamed path parameter': (d) => {
    d.paths['/orders/{order_id}'] = d.paths['/orders/{id}'];
    delete d.paths['/orders/{id}'];
    get({ paths: { '/orders/{id}': d.paths['/orders/{order_id}'] } }).parameters[0].name = 'order_id';
  },
  'another operationId': (d) => (post(d).operationId = 'createOrder'),
  'no operationId': (d) => delete post(d).operationId,
  'another tag': (d) => (post(d).tags = ['shop']),
  'a deprecated operation': (d) => (post(d).deprecated = true),
  'words of an operation': (d) => (post(d).description = 'Places one.'),
  'an optional query parameter': (d) => post(d).parameters.push({ name: 'x', in: 'query', schema: { type: 'string' } }),
  'a required query parameter': (d) =>
    post(d).parameters.push({ name: 'x', in: 'query', required: true, schema: { type: 'string' } }),
  'a required query parameter with a default': (d) =>
    post(d).parameters.push({ name: 'x', in: 'query', required: true, schema: { type: 'string', default: 'a' } }),
  'a required header': (d) =>
    post(d).parameters.push({ name: 'X-More', in: 'header', required: true, schema: { type: 'string' } }),
  'an optional header': (d) => post(d).parameters.push({ name: 'X-More', in: 'header', schema: { type: 'string' } }),
  'a required cookie': (d) =>
    post(d).parameters.push({ name: 'c', in: 'cookie', required: true, schema: { type: 'string' } }),
  'a query parameter that must come': (d) => (param(d, 0).required = true),
  'a header that must come': (d) => (param(d, 1).required = true),
  'a header that became a query parameter': (d) => (param(d, 1).in = 'query'),
  'a parameter written otherwise': (d) => (param(d, 2).explode = false),
  'another style': (d) => Object.assign(param(d, 2), { style: 'pipeDelimited', explode: false }),
  'a deprecated parameter': (d) => (param(d, 0).deprecated = true),
  'a renamed query parameter': (d) => (param(d, 0).name = 'dryRun'),
  'letter case of a header': (d) => (param(d, 1).name = 'x-trace'),
  'an optional body': (d) => (post(d).requestBody.required = false),
  'no body': (d) => delete post(d).requestBody,
  'an optional body added': (d) =>
    (get(d).requestBody = { content: { 'application/json': { schema: { type: 'object' } } } }),
  'a media type of requests': (d) => (post(d).requestBody.content['application/xml'] = { schema: order(d) }),
  'another media type of requests': (d) =>
    (post(d).requestBody.content = { 'application/xml': post(d).requestBody.content['application/json'] }),
  'a media type of answers': (d) => (placed(d).content['application/xml'] = { schema: receipt(d) }),
  'another media type of answers': (d) => (placed(d).content = { 'text/plain': { schema: { type: 'string' } } }),
  'no content': (d) => delete placed(d).content,
  'a further success': (d) => (post(d).responses['202'] = { description: 'Later.' }),
  'another success': (d) => {
    post(d).responses['200'] = placed(d);
    delete post(d).responses['201'];
  },
  'a further error': (d) => (post(d).responses['409'] = { description: 'Taken.' }),
  'a default answer': (d) => (post(d).responses.default = { description: 'Else.' }),
  'words of an answer': (d) => (placed(d).description = 'Done.'),
  'an optional response header': (d) => (placed(d).headers['X-New'] = { schema: { type: 'string' } }),
  'a required response header': (d) => (placed(d).headers['X-New'] = { required: true, schema: { type: 'string' } }),
  'a response header that must come': (d) => (placed(d).headers['X-Left'].required = true),
  'the type of a response header': (d) => (placed(d).headers['X-Left'].schema = { type: 'string' }),
  'an optional field of requests': (d) => (order(d).properties.more = { type: 'string' }),
  'a required field of requests': (d) => {
    order(d).properties.more = { type: 'string' };
    order(d).required.push('more');
  },
  'a required field of requests with a default': (d) => {
    order(d).properties.more = { type: 'string', default: 'a' };
    order(d).required.push('more');
  },
  'a field that requests must have': (d) => order(d).required.push('note'),
  'a renamed field of requests': (d) => {
    order(d).properties.remark = order(d).properties.note;
    delete order(d).properties.note;
  },
  'an optional field of answers': (d) => (receipt(d).properties.more = { type: 'string' }),
  'a required field of answers': (d) => {
    receipt(d).properties.more = { type: 'string' };
    receipt(d).required.push('more');
  },
  'a field that answers must have': (d) => receipt(d).required.push('total'),
  'a renamed required field of answers': (d) => {
    receipt(d).properties.uid = receipt(d).properties.id;
    delete receipt(d).properties.id;
    receipt(d).required = ['uid'];
  },
  'a required field that only travels in answers': (d) => (order(d).properties.item.readOnly = true),
  'a required field that only travels in requests': (d) => (receipt(d).properties.id.writeOnly = true),
  'a closed request': (d) => (order(d).additionalProperties = false),
  'a closed answer': (d) => (receipt(d).additionalProperties = false),
  'a further way in': (d) => d.security.push({ bearer: [] }),
  'another way in': (d) => (d.security = [{ bearer: [] }]),
  'a second credential': (d) => (d.security = [{ key: [], bearer: [] }]),
  'a way in of one operation': (d) => (get(d).security = [{ key: [] }, { bearer: [] }]),
  'a public operation': (d) => (get(d).security = []),
  'an open alternative': (d) => d.security.push({}),
  'a further scope': (d) => (get(d).security = [{ oauth: ['read', 'write'] }]),
  'another header of the key': (d) => (d.components.securitySchemes.key.name = 'X-Api-Key'),
  'another place of the key': (d) => (d.components.securitySchemes.key.in = 'query'),
  'a scheme that nobody uses': (d) => (d.components.securitySchemes.basic = { type: 'http', scheme: 'basic' }),
  'a schema that nobody uses': (d) => (d.components.schemas.Fish = { type: 'object' }),
  'a renamed schema': (d) => {
    d.components.schemas.Bill = receipt(d);
    get(d).responses['200'].content['application/json'].schema.$ref = '#/components/schemas/Bill';
  },
  'a further server': (d) => d.servers.push({ url: 'https://shop2.example.com/v1' }),
  'an extension of an operation': (d) => (post(d)['x-team'] = 'blue'),
  'a callback': (d) =>
    (post(d).callbacks = {
      done: { '{$request.body#/url}': { post: { responses: { '200': { description: 'Seen.' } } } } },
    }),
  'another title': (d) => (d.info.title = 'Market'),
  'external documents': (d) => (d.externalDocs = { url: 'https://example.com' }),
  'an example of an answer': (d) => (placed(d).content['application/json'].example = { id: '1' }),
  links: (d) => (placed(d).links = { it: { operationId: 'getOrder' } }),
  'one operation less': (d) => delete d.paths['/orders/{id}'].get,
  'an array in a field of answers': (d) => (receipt(d).properties.total = { type: 'array', items: { type: 'number' } }),
  'a nested field that must come': (d) => {
    order(d).properties.note = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
  },
  'a pattern of the path': (d) => (get(d).parameters[0].schema.pattern = '^[0-9]+$'),
  'a number in the path': (d) => (get(d).parameters[0].schema.type = 'integer'),
  'parameters of the whole path': (d) => {
    d.paths['/orders/{id}'].parameters = get(d).parameters;
    delete get(d).parameters;
  },
  'a parameter with content': (d) => {
    delete param(d, 0).schema;
    param(d, 0).content = { 'application/json': { schema: { type: 'boolean' } } };
  },
  'an empty value': (d) => (param(d, 0).allowEmptyValue = true),
  'a range of statuses': (d) => {
    post(d).responses['4XX'] = post(d).responses['400'];
    delete post(d).responses['400'];
  },
  'no words for a status': (d) => (post(d).responses['400'].description = ''),
  'the schema of an error': (d) =>
    (post(d).responses['400'].content = { 'application/json': { schema: { type: 'object' } } }),
  'a media type with a parameter': (d) => {
    placed(d).content = { 'application/json; charset=utf-8': placed(d).content['application/json'] };
  },
  'a vendor media type': (d) => {
    placed(d).content = { 'application/vnd.shop+json': placed(d).content['application/json'] };
  },
  'any media type': (d) => (placed(d).content = { '*/*': placed(d).content['application/json'] }),
  'a schema in place': (d) => (placed(d).content['application/json'].schema = structuredClone(receipt(d))),
  'a reference to parameters': (d) => {
    d.components.parameters = { Dry: param(d, 0) };
    post(d).parameters[0] = { $ref: '#/components/parameters/Dry' };
  },
};

const answers =
  (schema: any): Edit =>
  (d) =>
    (placed(d).content['application/json'].schema = schema);
const takes =
  (schema: any): Edit =>
  (d) =>
    (post(d).requestBody.content['application/json'].schema = schema);
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const animals = { oneOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } };
const mapped = (mapping: any) => ({ ...animals, discriminator: { propertyName: 'kind', mapping } });
const withScopes =
  (...scopes: string[]): Edit =>
  (d) =>
    (get(d).security = [{ oauth: scopes }]);

/** Pairs whose older side is an edit, too. */
export const editPairs: Record<string, [old: Edit, now: Edit]> = {
  'a further alternative of answers': [
    answers(animals),
    answers({ ...animals, oneOf: [...animals.oneOf, ref('Bird')] }),
  ],
  'a further alternative of requests': [takes(animals), takes({ ...animals, oneOf: [...animals.oneOf, ref('Bird')] })],
  'alternatives of requests where one was': [takes(ref('Cat')), takes({ oneOf: [ref('Cat'), ref('Dog')] })],
  'alternatives of answers where one was': [answers(ref('Cat')), answers({ oneOf: [ref('Cat'), ref('Dog')] })],
  'anyOf of requests becomes oneOf': [
    takes({ anyOf: [ref('Cat'), ref('Dog')] }),
    takes({ oneOf: [ref('Cat'), ref('Dog')] }),
  ],
  'a mapping of requests': [
    takes(animals),
    takes(mapped({ Cat: '#/components/schemas/Cat', Dog: '#/components/schemas/Dog' })),
  ],
  'a mapping of answers': [
    answers(animals),
    answers(mapped({ cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' })),
  ],
  'no discriminator of requests': [takes(animals), takes({ oneOf: animals.oneOf })],
  'no discriminator of answers': [answers(animals), answers({ oneOf: animals.oneOf })],
  'a list of what was one': [answers(ref('Receipt')), answers({ type: 'array', items: ref('Receipt') })],
  'a list of requests': [takes(ref('Order')), takes({ type: 'array', items: ref('Order') })],
  'a further scope': [withScopes('read'), withScopes('read', 'write')],
  'another scope': [withScopes('read'), withScopes('write')],
  'bearer in place of a key': [(d) => (d.security = [{ key: [] }]), (d) => (d.security = [{ bearer: [] }])],
  'the name of a scheme': [
    () => undefined,
    (d) => {
      d.components.securitySchemes.token = d.components.securitySchemes.key;
      delete d.components.securitySchemes.key;
      d.security = [{ token: [] }];
    },
  ],
  'a deprecated operation goes': [(d) => (get(d).deprecated = true), (d) => delete d.paths['/orders/{id}']],
  'a deprecated parameter goes': [(d) => (param(d, 0).deprecated = true), (d) => post(d).parameters.shift()],
  'a deprecated field of requests goes': [
    (d) => (order(d).properties.note.deprecated = true),
    (d) => delete order(d).properties.note,
  ],
  'a further value in a list of answers': [
    (d) => (receipt(d).properties.state = { type: 'array', items: { type: 'string', enum: ['a'] } }),
    (d) => (receipt(d).properties.state = { type: 'array', items: { type: 'string', enum: ['a', 'b'] } }),
  ],
  'a value less in a list of requests': [
    (d) => (order(d).properties.note = { type: 'array', items: { type: 'string', enum: ['a', 'b'] } }),
    (d) => (order(d).properties.note = { type: 'array', items: { type: 'string', enum: ['a'] } }),
  ],
  'a value less in a list of a parameter': [
    (d) => (param(d, 2).schema.items = { type: 'string', enum: ['a', 'b'] }),
    (d) => (param(d, 2).schema.items = { type: 'string', enum: ['a'] }),
  ],
  'a read-only field of requests narrows': [
    (d) => (order(d).properties.note = { type: 'string', readOnly: true }),
    (d) => (order(d).properties.note = { type: 'string', readOnly: true, maxLength: 3 }),
  ],
  'a write-only field of answers widens': [
    (d) => (receipt(d).properties.state = { type: 'string', writeOnly: true, maxLength: 3 }),
    (d) => (receipt(d).properties.state = { type: 'string', writeOnly: true }),
  ],
  'an optional field of a closed request goes': [
    (d) => (order(d).additionalProperties = false),
    (d) => {
      order(d).additionalProperties = false;
      delete order(d).properties.note;
    },
  ],
  'an optional field of a closed answer comes': [
    (d) => (receipt(d).additionalProperties = false),
    (d) => {
      receipt(d).additionalProperties = false;
      receipt(d).properties.more = { type: 'string' };
    },
  ],
  'an allOf written out': [
    takes({ allOf: [ref('Cat'), { type: 'object', properties: { age: { type: 'integer' } } }] }),
    takes({
      type: 'object',
      required: ['kind', 'meow'],
      properties: { kind: { type: 'string', enum: ['Cat'] }, meow: { type: 'integer' }, age: { type: 'integer' } },
    }),
  ],
};
