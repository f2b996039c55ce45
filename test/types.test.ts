// Calls that must not compile. `npm run check` compiles this file: an expectation that is not met is an error there.
import { expect, test } from '@jest/globals';
import type { getClusterCert } from '../generated/client.js';
import type { Handlers, OperationResponse } from '../generated/server.js';
import type { components } from '../generated/types.js';

type Init = Parameters<typeof getClusterCert>[1];
type Kubeconfig = components['schemas']['Kubeconfig'];

export const pathOnly: Init = { params: { path: { project_id: 'p', cluster_id: 'c' } } };
// @ts-expect-error a call needs both IDs
export const noCluster: Init = { params: { path: { project_id: 'p' } } };
// @ts-expect-error the operation has no query parameters
export const query: Init = { params: { path: { project_id: 'p', cluster_id: 'c' }, query: { duration: 1 } } };
// @ts-expect-error every operation needs a handler
export const noHandlers: Handlers<never> = {};
// @ts-expect-error an answer has a status of the contract
export const teapot: OperationResponse<'getClusterCert'> = { status: 418, body: undefined };
// @ts-expect-error the kind is always Config
export const kind: Kubeconfig['kind'] = 'Secret';
// @ts-expect-error contexts have the documented names
export const context: Kubeconfig['current-context'] = 'production';
export const preferences: Kubeconfig['preferences'] = { colors: true };

test('the types are checked by the compiler', () => {
  expect(pathOnly).toBeDefined();
});
