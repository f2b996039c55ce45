// The methods that a path of OpenAPI 3.0.3 may have, in the order in which their operations are generated.
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
