// Renders generated/server.ts: the interface of the handlers, and their routes.
import type { Contract, Operation } from './contract.js';
import { serverHead } from './server-text.js';
import { comment, quote } from './source-text.js';

/** Schemes that the provider handles itself; the embedder handles the others. */
const ownSchemes = ['token', 'signature'];

export function renderServer(contract: Contract): string {
  const { operations, schemes } = contract;
  const named = (anonymous: Operation['anonymous']) =>
    union(operations.filter((operation) => operation.anonymous === anonymous).map(({ operationId }) => operationId));
  const types = {
    Public: named('always'),
    Optional: named('also'),
    OtherScheme: union(schemes.filter((scheme) => !ownSchemes.includes(scheme))),
    requiredHeaders: operations.flatMap(headerRows).join(''),
  };
  return [
    serverHead(contract, types),
    renderHandlers(operations),
    renderRoutes(contract),
    renderMessages(operations),
  ].join('\n');
}

/** Headers that the provider sets itself. */
const ownHeaders = /^(x-request-id|content-type|content-length|www-authenticate|cache-control)$/i;

function headerRows({ operationId, requiredHeaders }: Operation): string[] {
  return Object.entries(requiredHeaders).flatMap(([status, all]) => {
    const names = all.filter((name) => !ownHeaders.test(name));
    return names.length === 0 ? [] : [`  ${quote(`${operationId} ${status}`)}: ${union(names)};\n`];
  });
}

function union(names: string[]): string {
  return names.length === 0 ? 'never' : names.map(quote).join(' | ');
}

function renderHandlers(operations: Operation[]): string {
  const members = operations.map(({ operationId, method, path, summary, deprecated }) => {
    const description = comment(`${summary}: \`${method.toUpperCase()} ${path}\`.`, { deprecated });
    return `  ${description}\n  ${operationId}: Handler<'${operationId}', Context>;\n`;
  });
  return `/** One handler per operation of the contract. \`Context\` has the server's own facts about the request. */
export interface Handlers<Context> {
${members.join('')}}
`;
}

function renderRoutes({ operations, basePath }: Contract): string {
  const rows = operations.map(
    ({ operationId, method, path }) =>
      `  { operationId: '${operationId}', method: '${method}', path: ${quote(basePath + path)} },\n`,
  );
  return `/** Where each operation is served; \`{name}\` stands for a path parameter. */
export const routes = [
${rows.join('')}] as const satisfies readonly { operationId: OperationId; method: string; path: string }[];
`;
}

/** The facts that the provider needs, so that it need not search the contract. */
function renderMessages(operations: Operation[]): string {
  const rows = operations.map(({ operationId, parameters, body, bodyRequired, responses, unknownQuery, security }) => {
    const forms = (media: Operation['body']) => Object.fromEntries(media.map(({ type, form }) => [type, form]));
    const message = {
      parameters: parameters.map(({ name, in: place, type, items, fields, separator, style, allowEmptyValue }) => ({
        name,
        in: place,
        ...(type !== undefined && { type }),
        ...(items && { items }),
        ...(style === 'deepObject' && { fields: fields ?? {} }),
        ...(separator !== undefined && { separator }),
        ...(allowEmptyValue && { allowEmptyValue }),
      })),
      ...(unknownQuery && { unknownQuery }),
      body: forms(body),
      ...(bodyRequired && { bodyRequired }),
      responses: Object.fromEntries(Object.entries(responses).map(([status, media]) => [status, forms(media)])),
      security,
    };
    return `  ${operationId}: ${literal(message)},\n`;
  });
  return `export type ValueType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
export type BodyForm = 'json' | 'text' | 'binary';

export interface ParameterForm {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly type?: ValueType;
  readonly items?: ValueType;
  /** Of an object that is sent as \`name[field]=value\`. */
  readonly fields?: Readonly<Record<string, ValueType>>;
  readonly separator?: ',' | '%20' | '%7C' | 'json';
  readonly allowEmptyValue?: boolean;
}

/** How an operation's messages are read and written: its parameters, and its bodies by media type. */
export interface MessageForms {
  readonly parameters: readonly ParameterForm[];
  readonly unknownQuery?: boolean;
  readonly body: Readonly<Record<string, BodyForm>>;
  readonly bodyRequired?: boolean;
  /** By status, range or \`default\`. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, BodyForm>>>>;
  /** One of these is enough; of each, all schemes with their scopes. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export const messageForms: Readonly<Record<OperationId, MessageForms>> = {
${rows.join('')}};
`;
}

function literal(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${/^[A-Za-z]\w*$/.test(key) ? key : quote(key)}: ${literal(one)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
