// The parts of the contract that the generator reads, and its operations in the form that the renderers need.

/** Thrown for what cannot be rendered. */
export class UnusableContract extends Error {
  constructor(
    message: string,
    /** Where in the contract: the keys from its root. */
    readonly at: string[],
  ) {
    super(message);
  }
}

/** The parts of an OpenAPI 3.0 document that the generator reads. */
export interface Contract {
  paths: Record<string, Record<string, unknown>>;
  components?: { parameters?: Record<string, Parameter> };
}

export interface Parameter {
  name: string;
  in: string;
  description?: string;
  schema?: { pattern?: string };
}

export interface Operation {
  operationId: string;
  method: string;
  /** As in the contract: `/projects/{project_id}`. */
  path: string;
  summary: string;
  /** Header name to the value that a client sends. */
  requestHeaders: Record<string, string>;
}

interface OperationObject {
  operationId?: string;
  summary?: string;
  'x-request-headers'?: Record<string, { values?: unknown }>;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** Every operation in the order of the contract; throws when one has no operationId or shares it. */
export function readOperations(contract: Contract): Operation[] {
  const operations = Object.entries(contract.paths).flatMap(([route, item]) =>
    methods
      .filter((method) => method in item)
      .map((method) => readOperation(method, route, item[method] as OperationObject)),
  );
  const seen = new Set<string>();
  for (const { operationId, method, path: route } of operations) {
    if (seen.has(operationId))
      throw new UnusableContract(`operationId '${operationId}' is taken; give each operation its own`, [
        'paths',
        route,
        method,
        'operationId',
      ]);
    seen.add(operationId);
  }
  return operations;
}

function readOperation(method: string, route: string, operation: OperationObject): Operation {
  const { operationId, summary } = operation;
  if (operationId === undefined || !/^[a-z][A-Za-z0-9]*$/.test(operationId)) {
    throw new UnusableContract(
      operationId === undefined
        ? `${method} ${route} needs an operationId, a camelCase name`
        : `operationId '${operationId}' is not usable; it must be a camelCase name`,
      ['paths', route, method, 'operationId'],
    );
  }
  const headers = Object.entries(operation['x-request-headers'] ?? {});
  return {
    operationId,
    method,
    path: route,
    summary: summary ?? operationId,
    requestHeaders: Object.fromEntries(
      headers.map(([name, { values }]) => {
        if (Array.isArray(values) && typeof values[0] === 'string') return [name, values[0]];
        const at = ['paths', route, method, 'x-request-headers', name, 'values'];
        throw new UnusableContract(`the header ${name} needs a list of values, the first of which is sent`, at);
      }),
    ),
  };
}
