// Reads the contract and lists its operations in the form that the renderers need. Refuses what they cannot
// render, naming the place.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';

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
  'x-request-headers'?: Record<string, { values: string[] }>;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** Parses the YAML file; throws with `file:line:column` where it does not parse. */
export async function readContract(file: string): Promise<Contract> {
  const lineCounter = new LineCounter();
  const document = parseDocument(await readFile(file, 'utf8'), { lineCounter });
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const place = `${path.relative(process.cwd(), file)}:${line}:${col}`;
    throw new Error(`${place}: ${problem.message.split('\n')[0] ?? ''}`);
  }
  return document.toJS() as Contract;
}

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
      throw new Error(`${method} ${route}: operationId '${operationId}' is taken; give each operation its own`);
    seen.add(operationId);
  }
  return operations;
}

function readOperation(method: string, route: string, operation: OperationObject): Operation {
  const { operationId, summary } = operation;
  if (operationId === undefined || !/^[a-z][A-Za-z0-9]*$/.test(operationId)) {
    throw new Error(
      `${method} ${route}: operationId '${operationId ?? ''}' is not usable; it must be a camelCase name`,
    );
  }
  const headers = Object.entries(operation['x-request-headers'] ?? {});
  return {
    operationId,
    method,
    path: route,
    summary: summary ?? operationId,
    requestHeaders: Object.fromEntries(headers.map(([name, { values }]) => [name, values[0] ?? ''])),
  };
}
