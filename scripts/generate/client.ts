// Renders generated/client.ts: one typed function per operation, over any client with openapi-fetch's interface.
import { clientHead, clientHelpers } from './client-text.js';
import type { Contract, Operation } from './contract.js';
import { comment, quote } from './source-text.js';

export function renderClient({ operations, hasMarkers }: Contract): string {
  const functions = operations.map(renderFunction).join('\n');
  const helpers = Object.entries(clientHelpers).filter(([name]) => new RegExp(`\\b${name}\\(`).test(functions));
  // A helper may need another.
  const needed = new Set(helpers.map(([, text]) => text));
  for (const [name, text] of Object.entries(clientHelpers)) {
    if ([...needed].some((one) => one.includes(`${name}(`))) needed.add(text);
  }
  const texts = Object.values(clientHelpers).filter((text) => needed.has(text));
  return [clientHead({ methods: methodsOf(operations), hasMarkers }), functions, ...texts].join('\n');
}

function methodsOf(operations: Operation[]): string[] {
  return [...new Set(operations.map(({ method }) => method))].sort();
}

function renderFunction(operation: Operation): string {
  const { operationId, method, path, summary, deprecated, parameters, bodyRequired } = operation;
  const verb = method.toUpperCase();
  const isOptional = !bodyRequired && parameters.every(({ required }) => !required);
  const call = `client.${verb}(${quote(path)}, ${renderInit(operation)})`;
  const read = renderRead(operation);
  // Errors reject the promise instead of being thrown.
  const throws = parameters.some((one) => one.in === 'cookie') ? 'async ' : '';
  return `${comment(`${summary}: \`${verb} ${path}\`.`, { deprecated })}
export ${throws}function ${operationId}(client: ContractClient, init: CallOptions<'${operationId}'>${isOptional ? ' = {}' : ''}): Promise<CallResult<'${operationId}'>> {
  return ${read === undefined ? call : `readAnswer(${call}, ${read})`} as Promise<CallResult<'${operationId}'>>;
}
`;
}

/** The inputs of the operation besides those of every call. */
function renderInit({ parameters, body, requestHeaders, responses }: Operation): string {
  const constants = Object.entries(requestHeaders).map(([name, value]) => `${quote(name)}: ${quote(value)}`);
  if (parameters.some((one) => one.in === 'cookie')) constants.push('...cookieHeader(init.params?.cookie)');
  const isPlainJson = body.length === 0 || (body.length === 1 && body[0]?.type === 'application/json');
  const given = isPlainJson ? 'init' : `withBody(init, ${quote(body[0]?.type ?? '')})`;
  const options = [];
  const separators = parameters.filter(({ separator }) => separator !== undefined);
  if (separators.length > 0) {
    const rows = separators.map(({ name, separator }) => `${quote(name)}: ${quote(separator ?? '')}`);
    options.push(`querySerializer: (query: object) => serializeQuery(query, { ${rows.join(', ')} })`);
  }
  if (successes(responses).some(([, media]) => media.some(({ form }) => form !== 'json')))
    options.push("parseAs: 'blob'");
  const headers = `withHeaders(${given}, { ${constants.join(', ')} })`.replace('{  }', '{}');
  return options.length === 0 ? headers : `{ ...${headers}, ${options.join(', ')} }`;
}

function successes(responses: Operation['responses']): [string, Operation['body']][] {
  return Object.entries(responses).filter(([status]) => status.startsWith('2'));
}

/** The reading of a success, unless it is always JSON. */
function renderRead({ responses }: Operation): string | undefined {
  const all = successes(responses);
  const media = all.flatMap(([, types]) => types);
  const isEmpty = (types: Operation['body']) => types.length === 0;
  const exact = all.filter(([status]) => status !== '2XX');
  const empty = exact
    .filter(([status, types]) => isEmpty(types) && status !== '204' && status !== '205')
    .map(([status]) => status);
  const range = all.find(([status]) => status === '2XX')?.[1];
  const rules: string[] = [];
  if (range && isEmpty(range)) {
    const others = exact.filter(([, types]) => !isEmpty(types)).map(([status]) => status);
    rules.push(`isEmpty: (status) => ![${others.join(', ')}].includes(status)`);
  } else if (empty.length > 0) rules.push(`isEmpty: (status) => [${empty.join(', ')}].includes(status)`);
  if (media.some(({ form }) => form !== 'json')) {
    const binary = media.filter(({ form }) => form === 'binary').map(({ type }) => quote(type));
    rules.push(`binary: [${[...new Set(binary)].join(', ')}]`);
  }
  return rules.length === 0 ? undefined : `{ ${rules.join(', ')} }`;
}
