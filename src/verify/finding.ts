// What a check says of a provider: one broken rule, told so that the reader need not look anything up.

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
  /** The request that showed it, such as `GET with an expired token`; of several the first, and how many more. */
  request: string;
  /** What was sent and what came, so that the provider's people find it in their logs. */
  evidence?: Evidence;
  /** Why a baseline accepts it. */
  accepted?: string;
}

export interface Evidence {
  /** 0 where there was no response. */
  status: number;
  /** The X-Request-Id of the response, or the one that was sent. */
  requestId: string;
  /** Repeats the request in a shell; secrets stand as variables of the environment. */
  curl: string;
}

/** Whose doing it is that something was not checked: an input is missing, or the provider gave nothing to look at. */
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

/** The provider does not offer what the check is about, and need not. */
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

/** Equal findings once, told of the first request that showed them and of how many more did. */
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
