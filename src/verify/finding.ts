// What a case says of a provider: one broken rule, told so that the reader need not look anything up.

/** One broken rule. No text in it holds a secret. */
export interface Finding {
  /** A warning leaves the provider right: what the documentation leaves open, but clients may stumble over. */
  severity: 'error' | 'warning';
  /** The field, header or part of the exchange, such as `clusters[0].cluster.server`. */
  where: string;
  expected: string;
  received: string;
  /** The rule: a table and row of the API page, a section of an RFC, a rule of Kubernetes. */
  source: string;
  /** The request that showed it, such as `GET with an expired token`. */
  request: string;
}

/** A case could not be judged; says why. Never the same as passed. */
export class NotChecked extends Error {
  override readonly name = 'NotChecked';
}

/** A finding but for the request, which whoever sent it knows. */
export type Fault = Omit<Finding, 'request' | 'severity'> & { severity?: 'warning' };

export const found = (request: string, faults: readonly Fault[]): Finding[] =>
  faults.map((fault) => ({ severity: 'error', ...fault, request }));

/** A value as reports show it: short, on one line. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 80)}… (${text.length} characters)`;
}

/** Equal findings once. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ where, expected, received, source, severity }: Finding) =>
    JSON.stringify([where, expected, received, source, severity]);
  return [...new Map(findings.toReversed().map((finding) => [keyOf(finding), finding])).values()].toReversed();
}
