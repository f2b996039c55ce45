// Renders generated/server.ts: the interface that a set of handlers must satisfy, and the routes to mount them on.
import type { Operation } from './contract.js';
import { comment, quote } from './source-text.js';

const head = `import type { operations } from './types.js';

export type OperationId = keyof operations;

type Responses<Id extends OperationId> = operations[Id]['responses'];
type JsonContent<Message> = Message extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Member<Subject, Name extends string> = Name extends keyof Subject ? Subject[Name] : undefined;

/** What the validator lets through to a handler. */
export interface OperationRequest<Id extends OperationId> {
  readonly path: Member<operations[Id]['parameters'], 'path'>;
  readonly query: Member<operations[Id]['parameters'], 'query'>;
  readonly body: JsonContent<Member<operations[Id], 'requestBody'>>;
}

/** One of the answers that the contract declares for the operation. */
export type OperationResponse<Id extends OperationId> = {
  [Status in keyof Responses<Id>]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: JsonContent<Responses<Id>[Status]>;
  };
}[keyof Responses<Id>];

export type Handler<Id extends OperationId, Context> = (
  request: OperationRequest<Id>,
  context: Context,
) => Promise<OperationResponse<Id>>;
`;

export function renderServer(operations: Operation[]): string {
  return [head, renderHandlers(operations), renderRoutes(operations)].join('\n');
}

function renderHandlers(operations: Operation[]): string {
  const members = operations.map(({ operationId, method, path, summary }) => {
    const description = comment(`${summary}: \`${method.toUpperCase()} ${path}\`.`);
    return `  ${description}\n  ${operationId}: Handler<'${operationId}', Context>;\n`;
  });
  return `/** One handler per operation of the contract. \`Context\` is what the server knows beside the request. */
export interface Handlers<Context> {
${members.join('')}}
`;
}

function renderRoutes(operations: Operation[]): string {
  const rows = operations.map(({ operationId, method, path }) => {
    const route = path.replaceAll(/\{([^}]+)\}/g, ':$1');
    return `  { operationId: '${operationId}', method: '${method}', path: ${quote(route)} },\n`;
  });
  return `/** Where each operation is mounted; \`:name\` stands for a path parameter. */
export const routes = [
${rows.join('')}] as const satisfies readonly { operationId: OperationId; method: string; path: string }[];
`;
}
