// The responses of an identity service about a token, and the resulting callers.
import { expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { KeystoneIdentity } from '../../src/identity/keystone-identity.js';
import { KeystoneClient } from '../../src/keystone/keystone-client.js';
import { projectId, userId } from '../support/provider.js';
import { answerJson, startStandIn } from '../support/stand-ins.js';

const endsAt = new Date(Date.now() + 3_600_000);

/**
 * The caller of a token if the service sends this response to every look-up; each token authenticates its own look-up.
 */
async function callerOf(answer: (response: ServerResponse, headers: Record<string, unknown>) => void) {
  const url = await startStandIn((request, response) => answer(response, request.headers));
  return new KeystoneIdentity({ keystone: new KeystoneClient({ url }) }).findByToken('T');
}

const described = (fields: object) => (response: ServerResponse) =>
  answerJson(response, 200, {
    token: {
      user: { id: userId },
      project: { id: projectId },
      roles: [{ name: 'member' }],
      expires_at: endsAt.toISOString(),
      ...fields,
    },
  });

test.each(['system:admin', 'system:kube-controller-manager', 'system:node:worker-1'])(
  "the user ID '%s', which is Kubernetes' own, gets nothing",
  async (id) => {
    await expect(callerOf(described({ user: { id } }))).rejects.toMatchObject({ code: 'forbidden' });
  },
);

test('a token of a trust or of an application credential says so, and when it ends', async () => {
  expect(await callerOf(described({ 'OS-TRUST:trust': { id: 't1' } }))).toMatchObject({
    delegation: { kind: 'trust', id: 't1', endsAt },
  });
  expect(await callerOf(described({ application_credential: { id: 'c1', restricted: true } }))).toMatchObject({
    delegation: { kind: 'application credential', id: 'c1', endsAt },
  });
  expect(await callerOf(described({}))).toEqual({ userId, projectId, groups: ['member'] });
});

test('a token with access rules is asked for as one that is held to them', async () => {
  const rules = [{ id: 'r1', service: 'ccev2.0', method: 'GET', path: '/api/v3/**' }];
  const caller = await callerOf((response, headers) => {
    // Keystone knows no such token for a service that does not send this.
    if (headers['openstack-identity-access-rules'] === undefined) answerJson(response, 404, { error: { code: 404 } });
    else described({ application_credential: { id: 'c1', access_rules: rules } })(response);
  });
  expect(caller?.accessRules).toEqual([{ service: 'ccev2.0', method: 'GET', path: '/api/v3/**' }]);
  const none = await callerOf(described({ application_credential: { id: 'c1', access_rules: 'all' } }));
  expect(none?.accessRules).toEqual([]);
});

test.each([
  ['404 of a gateway', 404, { message: 'no Route matched with those values' }],
  ['404 of another gateway', 404, { error_code: 'APIG.0101', error_msg: 'The API does not exist' }],
  ['401 of a gateway', 401, { message: 'Unauthorized', request_id: '1' }],
  ['403 of a gateway', 403, { error: 'forbidden' }],
  ['404 in the form of an error of another status', 404, { error: { code: 401 } }],
])('%s is no word of the identity service: unavailable', async (_name, status, body) => {
  await expect(callerOf((response) => answerJson(response, status, body))).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('its own 404 and 401 are the token, its own 403 is a token that cannot be looked up with itself', async () => {
  for (const code of [404, 401]) {
    expect(await callerOf((response) => answerJson(response, code, { error: { code } }))).toBeUndefined();
  }
  await expect(callerOf((response) => answerJson(response, 403, { error: { code: 403 } }))).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('credentials of its own'),
  });
});
