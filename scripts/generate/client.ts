// Renders generated/client.ts: one typed function per operation over openapi-fetch.
import type { Operation } from './contract.js';
import { comment, quote } from './source-text.js';

const head = `import type { Client, FetchOptions } from 'openapi-fetch';
import type { operations, paths } from './types.js';

/** An openapi-fetch client of this contract. Middleware, where there is any, is its maker's. */
export type ContractClient = Omit<Client<paths>, 'use' | 'eject'>;

/** The body of an operation's answer with that status: \`Answer<'getClusterCert', 404>\`; never where there is no such answer. */
export type Answer<Id extends keyof operations, Status> = Id extends keyof operations
  ? Status extends keyof operations[Id]['responses']
    ? operations[Id]['responses'][Status] extends { content: { 'application/json': infer Body } }
      ? Body
      : undefined
    : never
  : never;

type Statuses<Id extends keyof operations> = keyof operations[Id]['responses'] & number;
type Success<Status> = Status extends number ? (\`\${Status}\` extends \`2\${string}\` ? Status : never) : never;

/** What a call of an operation gives. */
export type Result<Id extends keyof operations> =
  | { data: Answer<Id, Success<Statuses<Id>>>; error?: never; response: Response }
  | { data?: never; error: Answer<Id, Exclude<Statuses<Id>, Success<Statuses<Id>>>>; response: Response };

/** What a call of an operation takes: \`params\`, \`body\`, and what fetch takes beside the URL. */
export type Init<Operation> = Omit<FetchOptions<Operation>, 'parseAs' | 'middleware' | 'fetch' | 'Request'>;
`;

export function renderClient(operations: Operation[]): string {
  return [head, ...operations.map(renderFunction)].join('\n');
}

function renderFunction({ operationId, method, path, summary, requestHeaders }: Operation): string {
  const verb = method.toUpperCase();
  const constants = Object.entries(requestHeaders).map(([name, value]) => `${quote(name)}: ${quote(value)}`);
  const headers = constants.length === 0 ? '' : `, headers: { ${constants.join(', ')}, ...init.headers }`;
  return `${comment(`${summary}: \`${verb} ${path}\`.`)}
export function ${operationId}(client: ContractClient, init: Init<paths[${quote(path)}]['${method}']>): Promise<Result<'${operationId}'>> {
  return client.${verb}(${quote(path)}, { ...init${headers} });
}
`;
}
