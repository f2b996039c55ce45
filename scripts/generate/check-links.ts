// Checks links: their target operation, and the parameters that they fill in.
import { methods } from './methods.js';
import { isObject } from './places.js';
import type { Problem } from './references.js';
import type { Objects, Resolver } from './resolve.js';
import type { Part } from './shape.js';
import { refusal } from './supported.js';

interface Target {
  item: Objects;
  operation: Objects;
}

export function checkLink({ value, at }: Part, resolver: Resolver): Problem[] {
  const { operationId, operationRef, parameters } = value;
  const key = operationId === undefined ? 'operationRef' : 'operationId';
  const named = value[key];
  // Targets in other documents are not checked.
  if (typeof named !== 'string' || (key === 'operationRef' && !named.startsWith('#'))) return [];
  const target =
    key === 'operationId' ? operationOf(named, resolver.root) : referredTo(String(operationRef), resolver.root);
  if (!target) return [{ message: refusal('link-operation', `'${named}'`), at: [...at, key] }];
  const known = new Set(namesOf(target, resolver));
  return Object.keys(isObject(parameters) ? parameters : {})
    .filter((name) => !known.has(name))
    .map((name) => ({
      message: refusal('link-operation', `'${name}'`),
      at: [...at, 'parameters', name],
      key: true,
    }));
}

function operationOf(operationId: string, root: Objects): Target | undefined {
  for (const item of Object.values(isObject(root['paths']) ? root['paths'] : {})) {
    if (!isObject(item)) continue;
    const method = methods.find((one) => isObject(item[one]) && item[one]['operationId'] === operationId);
    if (method !== undefined) return { item, operation: item[method] as Objects };
  }
  return undefined;
}

function referredTo(reference: string, root: Objects): Target | undefined {
  const [, section, path = '', method = '', ...rest] = reference
    .split('/')
    .map((part) => decoded(part).replaceAll('~1', '/').replaceAll('~0', '~'));
  const paths = root['paths'];
  const item = section === 'paths' && rest.length === 0 && isObject(paths) ? paths[path] : undefined;
  const operation = isObject(item) && methods.includes(method as never) ? item[method] : undefined;
  return isObject(item) && isObject(operation) ? { item, operation } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The names of an operation's parameters, also with their place: `path.id`. */
function namesOf({ item, operation }: Target, resolver: Resolver): string[] {
  const all = [item['parameters'], operation['parameters']].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  );
  return all.flatMap((one) => {
    const { name, in: place } = resolver.resolve(one);
    return [String(name), `${String(place)}.${String(name)}`];
  });
}
