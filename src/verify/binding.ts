// Decides how far the source of a check binds a provider, from the row's own fields.

/** The meaning of each force for a provider. */
export const bindings = {
  documented: 'the pages of the API say so: a difference is an error, an unclear point a warning',
  standard: 'a rule of HTTP, X.509 or Kubernetes for every provider: a breach is an error',
  'where offered': 'a provider need not offer the operation; one that does has to answer as the contract describes it',
  given: 'the tester has given the right value; the documents do not have it',
  open: 'the documents leave it to the provider: a warning at most, leaked secrets excepted',
} as const;

export type Binding = keyof typeof bindings;

/** A check enforces its first source; further sources explain it. */
const kinds: readonly [pattern: RegExp, binding: Binding][] = [
  [/^(Table \d|Status Code page|Error Codes page|the API page)/, 'documented'],
  [/^(RFC \d|Fetch Standard|Kubernetes)/, 'standard'],
  [/^the contract,/, 'where offered'],
  [/^what the tester knows/, 'given'],
];

/** Throws TypeError for a source of no known kind. */
export function bindingOf({ source, operationId, binds }: { source: string; operationId: string; binds?: 'open' }) {
  if (binds) return binds;
  if (operationId !== 'getClusterCert') return 'where offered';
  const kind = kinds.find(([pattern]) => pattern.test(source));
  if (!kind) throw new TypeError(`nothing says how far ${JSON.stringify(source)} binds`);
  return kind[1];
}
