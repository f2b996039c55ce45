// Calls that must not compile. `npm run check` compiles this file: an expectation that is not met is an error there.
import { expect, test } from '@jest/globals';
import { type ContractClient, type ResponseBody, createClusterCert, getClusterCert } from '../generated/client.js';
import type { Handlers, OperationResponse } from '../generated/server.js';
import type { components } from '../generated/types.js';
import { createClient } from '../src/client/create-client.js';
import { orThrow } from '../src/client/or-throw.js';

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

/** The results of the client's calls, and the calls that must not compile. */
export async function calls(client: ContractClient) {
  const kubeconfig: Kubeconfig = await orThrow(getClusterCert(client, pathOnly));
  const { data, error } = await getClusterCert(client, pathOnly);
  if (data) return data.clusters;
  const code: string = error.errorCode;
  const missing: components['schemas']['ErrorStatus'] | undefined = {} as ResponseBody<'getClusterCert', 404>;
  // @ts-expect-error no operation answers with that status
  const teapot: ResponseBody<'getClusterCert', 418> = {};
  // @ts-expect-error a duration is a number
  await createClusterCert(client, { ...pathOnly, body: { duration: '30' } });
  // @ts-expect-error either a token or a signature
  createClient({ endpoint: '' });
  return [kubeconfig, code, missing, teapot];
}

test('the types are checked by the compiler', () => {
  expect(pathOnly).toBeDefined();
});
