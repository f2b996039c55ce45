// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
/** The form that a value of each named path parameter must have. */
export const parameterPatterns = {
  /** ID of the project that the cluster belongs to (Table 1), as the identity service issues it. */
  'project_id': /^[0-9a-f]{32}$/u,
  /** ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those. */
  'cluster_id': /^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$/u,
} as const;

/** The common start of all paths: the path of the contract's servers. */
export const basePath = '';

/** The form of a parameter in a path; undefined where it has none. */
export const patternOf = (_path: string, name: string): RegExp | undefined => (parameterPatterns as Record<string, RegExp | undefined>)[name];
