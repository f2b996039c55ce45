// Finds the references of a document, and only these: in examples, defaults, enums and extensions, `$ref` is data.
// Boolean and empty schemas become objects on the way, so that every schema is an object with a place.

export interface Reference {
  /** The object that holds the `$ref`. */
  readonly owner: object;
  readonly target: string;
}

type Kind = 'object' | 'map' | 'data';

const dataKeys = new Set(['example', 'default', 'enum', 'const', 'value']);
/** The author chooses the names of their members, so these mean nothing here. */
const mapKeys = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions', 'schemas', 'responses'],
  ...['parameters', 'requestBodies', 'headers', 'securitySchemes', 'links', 'callbacks', 'pathItems', 'paths'],
  ...['webhooks', 'content', 'encoding', 'variables', 'examples'],
]);
const schemaKeys = new Set(['schema', 'items', 'not', 'contains', 'propertyNames', 'if', 'then', 'else']);
const schemaMapKeys = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'schemas']);
const schemaListKeys = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);

export interface FoundReferences {
  readonly references: readonly Reference[];
  /** The parent and the key of a value that should be a schema, but is none. */
  readonly noSchema?: { readonly parent: object; readonly key: string };
}

export function readReferences(root: object): FoundReferences {
  const references: Reference[] = [];
  let noSchema: FoundReferences['noSchema'];
  // YAML aliases may share a value between places of both kinds.
  const seen = { object: new Set<object>([root]), map: new Set<object>() };
  const open: { value: Record<string, unknown>; kind: Kind; key: string }[] = [];
  const push = (value: unknown, kind: Kind, key: string) => {
    if (kind === 'data' || typeof value !== 'object' || value === null || seen[kind].has(value)) return;
    seen[kind].add(value);
    open.push({ value: value as Record<string, unknown>, kind, key });
  };
  open.push({ value: root as Record<string, unknown>, kind: 'object', key: '' });
  for (let one = open.pop(); one; one = open.pop()) {
    const { value, kind, key } = one;
    const reference = value['$ref'];
    if (kind === 'object' && typeof reference === 'string') references.push({ owner: value, target: reference });
    for (const [name, member] of Object.entries(value)) {
      if (isSchema(one, name) && !isPlainObject(member)) {
        if (typeof member === 'boolean' || member === null) value[name] = member === false ? { not: {} } : {};
        else noSchema ??= { parent: value, key: name };
      }
      push(
        value[name],
        Array.isArray(value) ? 'object' : kindOf(kind, key, name, member),
        Array.isArray(value) ? key : name,
      );
    }
  }
  return { references, ...(noSchema ? { noSchema } : {}) };
}

const isPlainObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function kindOf(kind: Kind, key: string, name: string, member: unknown): Kind {
  if (kind === 'map') return name.startsWith('x-') && ['paths', 'responses'].includes(key) ? 'data' : 'object';
  if (name.startsWith('x-') || dataKeys.has(name)) return 'data';
  if (name === 'examples' && Array.isArray(member)) return 'data';
  return mapKeys.has(name) && !Array.isArray(member) ? 'map' : 'object';
}

function isSchema({ value, kind, key }: { value: object; kind: Kind; key: string }, name: string): boolean {
  if (Array.isArray(value)) return schemaListKeys.has(key);
  return kind === 'map' ? schemaMapKeys.has(key) : schemaKeys.has(name);
}
