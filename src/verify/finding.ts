// A finding of a check: one broken rule, with all that its reader needs.

/** One broken rule. No text in it holds a secret. */
export interface Finding {
  /** A warning is no error of the provider: the documentation leaves it open, but clients may stumble over it. */
  severity: 'error' | 'warning';
  /** The field, header or part of the exchange, such as `clusters[0].cluster.server`. */
  where: string;
  expected: string;
  received: string;
  /** The rule: a table and row of the API page, a section of an RFC, a rule of Kubernetes. */
  source: string;
  /**
   * The request that showed it, such as `GET with an expired token`; of several the first, and the number of others.
   */
  request: string;
  /** Request and response, so that the provider's operators find them in their logs. */
  evidence?: Evidence;
  /** Why a baseline accepts it. */
  accepted?: string;
}

export interface Evidence {
  /** 0 where there was no response. */
  status: number;
  /** The X-Request-Id of the response, else that of the request. */
  requestId: string;
  /** Repeats the request in a shell; secrets are environment variables. */
  curl: string;
}

/** Why something was not checked: an input is missing, or the provider gave nothing to check. */
export type Because = 'input' | 'provider';

/** No verdict was possible; says why. Never the same as passed. */
export class NotChecked extends Error {
  override readonly name: string = 'NotChecked';

  constructor(
    message: string,
    readonly because: Because = 'provider',
  ) {
    super(message);
  }
}

/** The provider does not offer the operation of the check, and need not. */
export class NotOffered extends NotChecked {
  override readonly name: string = 'NotOffered';
}

/** A finding without the request, which is added by the code that sent it. */
export type Fault = Omit<Finding, 'request' | 'severity' | 'evidence' | 'accepted'> & { severity?: 'warning' };

export const found = (request: string, faults: readonly Fault[]): Finding[] =>
  faults.map((fault) => ({ severity: 'error', ...fault, request }));

/** A value as reports show it: short, on one line. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 80)}… (${text.length} characters)`;
}

/** Merges equal findings into one, with the first request that showed it and the number of others. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { where, expected, received, source, severity } = finding;
    const key = JSON.stringify([where, expected, received, source, severity]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (!first) return [];
    const more = new Set(rest.map(({ request }) => request).filter((request) => request !== first.request)).size;
    return more === 0 ? first : { ...first, request: `${first.request} and ${more} more` };
  });
}
