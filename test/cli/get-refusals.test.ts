// Messages of `clustercert get` for a provider that refuses or fails, and for servers that are no provider.
import { describe, expect, test } from '@jest/globals';
import { runIn } from '../support/command-line.js';
import { projectId, startProvider } from '../support/provider.js';
import { answerJson, startStandIn } from '../support/stand-ins.js';

const provider = await startProvider();
const clusterId = await provider.addCluster();
const token = await provider.addToken();
const environment = {
  CLUSTERCERT_ENDPOINT: provider.url,
  CLUSTERCERT_PROJECT: projectId,
  CLUSTERCERT_TOKEN: token,
};
const get = (...argv: string[]) => runIn(environment, 'get', ...argv);

describe('what goes wrong is said in one line, with exit code 1:', () => {
  const at = (endpoint: string, ...argv: string[]) =>
    runIn({ ...environment, CLUSTERCERT_ENDPOINT: endpoint }, 'get', clusterId, ...argv);

  function expectLine(outcome: Awaited<ReturnType<typeof at>>, message: string): void {
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^error: .*\n$/);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toContain(token);
  }

  test('a refusal, with the status and what the provider says', async () => {
    const refused = await runIn({ ...environment, CLUSTERCERT_TOKEN: 'wrong' }, 'get', clusterId);
    expectLine(refused, 'decrypt token fail; the token is not known or no longer valid (401, CCE.01401001');
    const missing = await get('00000000-5b9e-11ef-8f52-0255ac10003e', '--duration', '1');
    expectLine(missing, '(404, CCE.01404001');
    const invalid = await startStandIn((_request, response) => answerJson(response, 400, { message: 'no such thing' }));
    expectLine(await at(invalid), 'no such thing (400)');
  });

  test('a provider that cannot be reached, or does not answer in time', async () => {
    expectLine(await at('http://127.0.0.1:2'), 'the provider cannot be reached');
    expectLine(await at(await startStandIn(() => undefined), '--timeout', '1s'), 'no answer in time');
  });

  test.each([
    ['not JSON', '<html>', 'the response is not JSON'],
    ['something else', '{"kind":"List"}', "the provider's response is not a kubeconfig: it has no clusters"],
    ['an empty list', '[]', 'the response is not an object'],
  ])('%s', async (_what, body, message) => {
    const standIn = await startStandIn((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(body),
    );
    expectLine(await at(standIn), message);
  });

  test('null in place of a list of clusters', async () => {
    const standIn = await startStandIn((_request, response) => answerJson(response, 200, null));
    const outcome = await runIn({ ...environment, CLUSTERCERT_ENDPOINT: standIn }, 'get', 'prod');
    expectLine(outcome, "the provider's response is not a list of clusters");
  });

  test('a provider without POST, for --duration', async () => {
    const standIn = await startStandIn((_request, response) => answerJson(response, 405, { message: 'not here' }));
    expectLine(await at(standIn, '--duration', '3'), 'the provider does not offer --duration (POST): not here (405)');
  });

  test('a redirect, which would take the token elsewhere', async () => {
    const seen: unknown[] = [];
    const other = await startStandIn((request, response) => {
      seen.push(request.headers);
      answerJson(response, 200, {});
    });
    const standIn = await startStandIn((_request, response) => response.writeHead(302, { Location: other }).end());
    expectLine(await at(standIn, '--timeout', '5s'), '');
    expect(seen).toEqual([]);
  });
});
