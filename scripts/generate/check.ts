// Checks a contract against the table of supported features. An accepted one is generated, typed, served, validated and
// called as OpenAPI 3.0.3 says; all else is refused with its place.
import { checkContent, checkHeader, checkRequestBody, checkResponses } from './check-messages.js';
import {
  checkParameter,
  checkTemplate,
  checkTwice,
  identityOf,
  placedParameters,
  templateNames,
} from './check-parameters.js';
import { checkSchema } from './check-schemas.js';
import { checkLink } from './check-links.js';
import { methods } from './methods.js';
import { type Path, isObject } from './places.js';
import type { Problem } from './references.js';
import { type Objects, type Resolver, resolverOf } from './resolve.js';
import { type Kind, type Part, partsOfDocument } from './shape.js';
import { basePathOf } from './servers.js';
import { type RefusedId, refusal } from './supported.js';
import { isTaken, isUsableName } from './names.js';

type Check = (part: Part, resolver: Resolver) => Problem[];

const wrong = (id: RefusedId, at: Path, detail?: string, key = false): Problem => ({
  message: refusal(id, detail),
  at,
  key,
});

/** All problems, in the order of the contract. */
export function checkContract(root: Objects): Problem[] {
  const resolver = resolverOf(root);
  const checkEach: Partial<Record<Kind, Check>> = {
    Schema: (part) =>
      isReference(part) ? checkReference(part) : [...checkSchema(part, resolver), ...checkBinary(part)],
    Parameter: (part) => (isReference(part) ? checkReference(part) : checkParameter(part.value, part.at, resolver)),
    Header: (part) => (isReference(part) ? checkReference(part) : checkHeader(part.value, part.at, resolver)),
    RequestBody: (part) =>
      isReference(part) ? checkReference(part) : checkContent(part.value['content'], [...part.at, 'content'], resolver),
    Response: (part) =>
      isReference(part) ? checkReference(part) : checkContent(part.value['content'], [...part.at, 'content'], resolver),
    Components: checkComponents,
    PathItem: (part) =>
      'servers' in part.value ? [wrong('server-place', [...part.at, 'servers'], undefined, true)] : [],
    Operation: (part) => checkOperation(part, root),
  };
  const problems = [...partsOfDocument(root)].flatMap((part) => checkEach[part.kind]?.(part, resolver) ?? []);
  const all = [...checkProvider(root), ...problems, ...checkPaths(root, resolver)];
  // If operations have faults, links would only repeat them.
  return all.length > 0
    ? all
    : [...partsOfDocument(root)].flatMap((part) => (part.kind === 'Link' ? checkLink(part, resolver) : []));
}

function isReference({ value }: Part): boolean {
  return typeof value['$ref'] === 'string';
}

/** Description and summary beside a reference have no effect; other keys would change the meaning. */
function checkReference({ value, at }: Part): Problem[] {
  const key = Object.keys(value).find((one) => !/^(\$ref|description|summary|title|x-.*)$/.test(one));
  return key === undefined ? [] : [wrong('ref-siblings', [...at, key], `'${key}'`, true)];
}

/** Bytes are a whole body, so their schema must be in the media type itself. */
function checkBinary({ value, at }: Part): Problem[] {
  const isBody = at.at(-1) === 'schema' && String(at.at(-2)).includes('/') && at.at(-3) === 'content';
  return value['format'] === 'binary' && !isBody ? [wrong('binary-place', [...at, 'format'])] : [];
}

function checkComponents({ value, at }: Part): Problem[] {
  return Object.entries(value).flatMap(([section, members]) =>
    section.startsWith('x-') || !isObject(members)
      ? []
      : Object.keys(members)
          .filter((name) => !/^[\w.-]+$/.test(name))
          .map((name) => wrong('component-name', [...at, section, name], `'${name}'`, true)),
  );
}

/** The parts that the provider and the client need. */
function checkProvider(root: Objects): Problem[] {
  const components = isObject(root['components']) ? root['components'] : {};
  const at = isObject(root['components']) ? ['components'] : [];
  const { securitySchemes, schemas } = components as Record<string, Objects | undefined>;
  const token = securitySchemes?.['token'] as Objects | undefined;
  const isToken =
    token?.['type'] === 'apiKey' &&
    token['in'] === 'header' &&
    String(token['name']).toLowerCase() === 'x-auth-token' &&
    Number.isInteger(token['x-max-length']);
  const signature = securitySchemes?.['signature'] as Objects | undefined;
  const isSignature = !signature || (signature['type'] === 'http' && signature['scheme'] === 'SDK-HMAC-SHA256');
  return [
    ...(isToken ? [] : [wrong('provider-token', token ? [...at, 'securitySchemes', 'token'] : at)]),
    ...(isSignature ? [] : [wrong('provider-signature', [...at, 'securitySchemes', 'signature'])]),
    ...(isObject(schemas?.['ErrorStatus'])
      ? []
      : [wrong('provider-error', schemas ? [...at, 'schemas'] : at, undefined, true)]),
    ...checkSecurity(root['security'], ['security'], root),
  ];
}

function checkSecurity(security: unknown, at: Path, root: Objects): Problem[] {
  if (!Array.isArray(security)) return [];
  const { securitySchemes = {} } = (root['components'] ?? {}) as Record<string, Objects>;
  return security.flatMap((requirement, index) => {
    const names = Object.keys(isObject(requirement) ? requirement : {});
    return [
      ...(names.includes('token') && names.includes('signature') ? [wrong('security-both', [...at, index])] : []),
      ...names
        .filter((name) => !Object.hasOwn(securitySchemes, name))
        .map((name) => wrong('security-scheme', [...at, index, name], `'${name}'`, true)),
    ];
  });
}

function checkPaths(root: Objects, resolver: Resolver): Problem[] {
  const paths = isObject(root['paths']) ? root['paths'] : {};
  const server = basePathOf(root['servers']);
  const problems: Problem[] = typeof server === 'string' ? [] : [server];
  const basePath = typeof server === 'string' ? server : '';
  const seen = new Map<string, string>();
  let operations = 0;
  for (const [template, item] of Object.entries(paths)) {
    if (template.startsWith('x-') || !isObject(item)) continue;
    const at = ['paths', template];
    const message = checkTemplate(template, basePath);
    if (message !== undefined) problems.push({ message, at, key: true });
    const shape = template.replaceAll(/\{[^{}]*\}/g, '{}');
    const twin = seen.get(shape);
    if (twin !== undefined) problems.push(wrong('path-twin', at, `'${template}' and '${twin}'`, true));
    seen.set(shape, template);
    const shared = placedParameters(item['parameters'], [...at, 'parameters'], resolver);
    problems.push(...checkTwice(shared));
    for (const method of methods.filter((one) => isObject(item[one]))) {
      operations += 1;
      const place = [...at, method];
      const operation = item[method] as Objects;
      problems.push(
        ...(method === 'trace' ? [wrong('method-trace', place, undefined, true)] : []),
        ...checkOwnParameters({ template, operation, shared }, place, resolver),
        ...checkRequestBody(method, operation, place, resolver),
        ...checkResponses(method, operation, place, resolver),
      );
    }
  }
  if (operations === 0) problems.push(wrong('paths-empty', ['paths'], undefined, true));
  return [...problems, ...checkNames(root)];
}

interface Described {
  template: string;
  operation: Objects;
  shared: ReturnType<typeof placedParameters>;
}

/** An operation's parameters replace those of its path, and together they are those of the template. */
function checkOwnParameters({ template, operation, shared }: Described, at: Path, resolver: Resolver): Problem[] {
  const own = placedParameters(operation['parameters'], [...at, 'parameters'], resolver);
  const replaced = new Set(own.map(({ parameter }) => identityOf(parameter)));
  const all = [...shared.filter(({ parameter }) => !replaced.has(identityOf(parameter))), ...own];
  const inPath = all.filter(({ parameter }) => parameter['in'] === 'path');
  const declared = new Set(inPath.map(({ parameter }) => String(parameter['name'])));
  const names = templateNames(template);
  return [
    ...checkTwice(own),
    ...names.filter((name) => !declared.has(name)).map((name) => wrong('parameter-path', at, `{${name}}`, true)),
    ...inPath
      .filter(({ parameter }) => !names.includes(String(parameter['name'])) || parameter['required'] !== true)
      .map(({ parameter, at: place }) => wrong('parameter-path', place, `'${String(parameter['name'])}'`)),
  ];
}

function checkNames(root: Objects): Problem[] {
  const seen = new Set<string>();
  const paths = isObject(root['paths']) ? root['paths'] : {};
  return Object.entries(paths).flatMap(([template, item]) =>
    methods.flatMap((method) => {
      const operation = isObject(item) && !template.startsWith('x-') ? item[method] : undefined;
      if (!isObject(operation)) return [];
      const operationId = operation['operationId'] as string | null | undefined;
      const at = ['paths', template, method, 'operationId'];
      if (operationId === undefined || operationId === null) {
        return [{ message: `${method} ${template} needs an operationId, a camelCase name`, at: at.slice(0, -1) }];
      }
      const name = `operationId '${operationId}'`;
      if (!isUsableName(operationId)) return [wrong('operation-id', at, name)];
      if (isTaken(operationId)) return [wrong('operation-id-reserved', at, name)];
      if (seen.has(operationId)) return [{ message: `${name} is taken; give each operation its own`, at }];
      seen.add(operationId);
      return [];
    }),
  );
}

function checkOperation({ value, at }: Part, root: Objects): Problem[] {
  const rules = value['x-request-headers'];
  const keys = Object.keys(value);
  const extensions = keys.filter((key) => /^x-(eov-|allow-unknown)/.test(key));
  return [
    ...checkSecurity(value['security'], [...at, 'security'], root),
    ...('callbacks' in value ? [wrong('callbacks', [...at, 'callbacks'], undefined, true)] : []),
    ...('servers' in value ? [wrong('server-place', [...at, 'servers'], undefined, true)] : []),
    ...extensions
      .filter((key) => key !== 'x-eov-allow-unknown-query-parameters' || typeof value[key] !== 'boolean')
      .map((key) => wrong('x-eov', [...at, key], `'${key}'`, true)),
    ...(rules === undefined ? [] : checkHeaderRules(rules, value, [...at, 'x-request-headers'])),
  ];
}

function checkHeaderRules(rules: unknown, operation: Objects, at: Path): Problem[] {
  if (!isObject(rules) || operation['requestBody'] !== undefined) return [wrong('x-request-headers', at)];
  return Object.entries(rules).flatMap(([name, rule]) => {
    if (name !== 'Content-Type') return [wrong('x-request-headers', [...at, name], `'${name}'`, true)];
    const values = isObject(rule) ? rule['values'] : undefined;
    if (Array.isArray(values) && values.length > 0 && values.every((one) => typeof one === 'string')) return [];
    return [
      { message: `the header ${name} needs a list of values, the first of which is sent`, at: [...at, name, 'values'] },
    ];
  });
}
