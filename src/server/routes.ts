// The one router of the contract's operations: finds the operation of a request and the values in its path. Concrete
// paths win over templates (OpenAPI 3.0.3, Paths Object), segment by segment from the left; of two templates of a
// segment, the one with more literal characters wins.
import { type OperationId, routes } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';

export interface Route {
  operationId: OperationId;
  method: string;
  /** As written in the URL. */
  values: Record<string, string>;
}

interface CompiledPath {
  pattern: RegExp;
  names: string[];
  /** By segment: 0 for a literal one; for others, lower with more literal characters. */
  rank: number[];
  /** In the order of the contract. */
  operations: Map<string, OperationId>;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The table for `findRoute`, made once. */
export function compileRoutes(all: readonly { operationId: OperationId; method: string; path: string }[] = routes) {
  const byPath = new Map<string, CompiledPath>();
  for (const { operationId, method, path } of all) {
    const known = byPath.get(path) ?? compilePath(path);
    byPath.set(path, known);
    known.operations.set(method.toUpperCase(), operationId);
  }
  return [...byPath.values()].sort((one, other) => {
    const at = one.rank.findIndex((rank, index) => rank !== other.rank[index]);
    return at === -1 ? 0 : (one.rank[at] ?? 0) - (other.rank[at] ?? 0);
  });
}

function compilePath(path: string): CompiledPath {
  const names: string[] = [];
  const source = path.split(/(\{[^{}]+\})/).map((part) => {
    if (!part.startsWith('{')) return escaped(part);
    names.push(part.slice(1, -1));
    // In `{name}.{format}`, the format follows the last dot.
    return '([^/]+)';
  });
  const rank = path.split('/').map((segment) => {
    const literal = segment.replaceAll(/\{[^{}]+\}/g, '');
    return literal === segment ? 0 : 1 / (1 + literal.length);
  });
  return { pattern: new RegExp(`^${source.join('')}$`), names, rank, operations: new Map() };
}

/**
 * The operation of a method and a path without its query. Throws `not_found`, or an error with the existing methods.
 */
export function findRoute(paths: CompiledPath[], method: string, path: string): Route {
  for (const { pattern, names, operations } of paths) {
    const match = pattern.exec(path);
    if (!match) continue;
    const operationId = operations.get(method);
    if (operationId === undefined) throw methodNotAllowed([...operations.keys()]);
    return {
      operationId,
      method,
      values: Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ''])),
    };
  }
  throw new ClusterCertError('not_found', 'there is nothing under this path');
}

function methodNotAllowed(methods: string[]): Error {
  const error = new ClusterCertError('method_not_allowed', 'the path does not offer this method');
  return Object.assign(error, { headers: { Allow: methods.join(', ') } });
}
