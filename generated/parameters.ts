// Generated from spec/openapi.yaml by `npm run generate`; do not edit.
/** The form that a value of each parameter must have. */
export const parameterPatterns = {
  /** ID of the project that the cluster belongs to (Table 1), as the identity service issues it. */
  'project_id': /^[0-9a-f]{32}$/u,
  /** ID of the cluster (Table 1). A UUID, or the same 32 hexadecimal digits without dashes where a cloud issues those. */
  'cluster_id': /^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$/u,
} as const;
