// Faults of the field are found and named; right providers that differ from ours have none.
import { describe, expect, test } from '@jest/globals';
import { contractCases, exitCodes, verify } from '../../src/verify/index.js';
import { foundByOne, realisticFaults, rightVariants } from '../support/realistic-faults/index.js';
import { type Change, startSmallProvider } from '../support/small-provider.js';

async function judged(change: Change) {
  const provider = await startSmallProvider(change);
  try {
    return await verify(contractCases, provider.target);
  } finally {
    provider.close();
  }
}

/** IDs of the checks that found any of the faults. */
const finders = new Set<string>();

describe('a realistic fault is found and named:', () => {
  test.each(Object.entries(realisticFaults))('%s', async (_name, [change, named]) => {
    const { exitCode, cases } = await judged(change);
    const failed = cases.filter(({ outcome }) => outcome === 'failed');
    for (const { id } of failed) finders.add(id);
    expect(failed.map((one) => JSON.stringify(one)).join('\n')).toMatch(named);
    expect(exitCode).toBe(exitCodes.findings);
  });
});

describe('a fault is found by one check alone:', () => {
  test.each(Object.entries(foundByOne))('%s', async (id, change) => {
    const { cases } = await judged(change);
    expect(cases.filter(({ findings }) => findings.length > 0).map((one) => one.id)).toEqual([id]);
    finders.add(id);
  });
});

describe('a provider that is right in another way has no error:', () => {
  test.each(Object.entries(rightVariants))('%s', async (_name, change) => {
    const { state, cases } = await judged(change);
    const errors = cases.flatMap(({ id, findings }) => findings.map((finding) => ({ id, ...finding })));
    expect(errors.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(state).toBe('complete');
  });
});

test('what is left out, throttled or gone is told by state and exit code', async () => {
  const reply = (status: number, headers = {}) => ({ status, headers, body: '' });
  const after = (count: number, instead: ReturnType<typeof reply> | undefined): Change => ({
    reply: (usual, { number }) => (number > count ? instead : usual),
  });
  const throttled = await judged(after(20, reply(429, { 'Retry-After': '60' })));
  expect(throttled).toMatchObject({ state: 'incomplete', exitCode: exitCodes.unchecked });
  expect(throttled.requests).toBeLessThan(30);
  for (const status of [302, 401, 403, 404])
    expect(await judged(after(0, reply(status, { Location: 'https://login.example/' })))).toMatchObject({
      state: 'inputs refused',
      exitCode: exitCodes.inputs,
      reason: expect.stringContaining(`answered ${status}`) as unknown as string,
    });
  const page = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html><body>Sign in</body></html>' };
  expect(await judged(after(0, page))).toMatchObject({ exitCode: exitCodes.inputs });
});

const limitPage = {
  status: 503,
  headers: { Server: 'nginx', 'Content-Type': 'text/html' },
  body: '<html><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>',
};

test("nginx's page for too many requests is waited for, and told as a warning", async () => {
  const { state, exitCode, cases } = await judged({
    reply: (usual, { number }) => (number === 40 ? limitPage : usual),
  });
  expect({ state, exitCode }).toEqual({ state: 'complete', exitCode: exitCodes.right });
  expect(cases.filter(({ findings }) => findings.length > 0).map(({ id }) => id)).toEqual(['retry-after']);
});

test('the same page is found where it is the answer to one request', async () => {
  const unknown = '00000000-0000-4000-8000-00000000dead';
  const { cases } = await judged({ reply: (usual, { path }) => (path.includes(unknown) ? limitPage : usual) });
  expect(cases.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)).toContain('unknown-cluster');
});

test('a limit that leaves no time for all requests leaves the run incomplete', async () => {
  const provider = await startSmallProvider({
    reply: (usual, { number }) => (number === 40 || number > 60 ? limitPage : usual),
  });
  const { state, exitCode, cases } = await verify(contractCases, { ...provider.target, longestWaitMs: 2000 });
  provider.close();
  expect({ state, exitCode }).toEqual({ state: 'incomplete', exitCode: exitCodes.unchecked });
  expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

test('a provider that goes away is told of once', async () => {
  const provider = await startSmallProvider({
    reply: (usual, { path }) => {
      if (path.includes('%zz')) provider.close();
      return path.includes('%zz') ? undefined : usual;
    },
  });
  const { state, exitCode, reason, cases } = await verify(contractCases, provider.target);
  expect({ state, exitCode }).toEqual({ state: 'incomplete', exitCode: exitCodes.unchecked });
  expect(reason).toMatch(/went away after .*%zz/);
  expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

/** No answer to some requests; the connection stays open. */
const silent = (when: (number: number) => boolean): Change => ({
  reply: (usual, { number }) => (when(number) ? new Promise(() => undefined) : usual),
});

test('an answer that does not come now and then is told as intermittent', async () => {
  const provider = await startSmallProvider(silent((number) => number % 20 === 7));
  const { cases } = await verify(contractCases, { ...provider.target, timeoutMs: 1000 });
  provider.close();
  const steady = cases.find(({ id }) => id === 'steady-answers');
  expect(JSON.stringify(steady)).toMatch(/intermittent: \d+ of \d+ answers: no answer in time/);
});

test('a provider that stops answering is not waited for request by request', async () => {
  const provider = await startSmallProvider(silent((number) => number > 30));
  const { state, exitCode, requests, reason } = await verify(contractCases, { ...provider.target, timeoutMs: 500 });
  provider.close();
  expect({ state, exitCode }).toEqual({ state: 'incomplete', exitCode: exitCodes.findings });
  expect(requests).toBeLessThan(60);
  expect(reason).toMatch(/no answer in time to \d requests in a row/);
});

test('no piece of a key is in a report, however it is nested', async () => {
  const keys: string[] = [];
  const provider = await startSmallProvider({
    config: (config) => {
      const user = config.users[0]?.user ?? {};
      keys.push(String(user['client-key-data']).slice(60, 100));
      Object.assign(user, { 'client-key-data': { data: user['client-key-data'] } });
    },
  });
  const text = JSON.stringify(await verify(contractCases, provider.target));
  provider.close();
  for (const key of keys) expect(text).not.toContain(key);
});

/** Checks of other suites, because their inputs or requests are missing here, or they only warn. */
const elsewhere = new Set([
  ...contractCases
    .filter(
      ({ needs, operationId }) =>
        operationId === 'revokeClusterCert' ||
        needs.some(
          (input) =>
            !['token', 'otherToken', 'expiredToken', 'otherProjectId', 'otherClusterId', 'eipClusterId'].includes(
              input,
            ),
        ),
    )
    .map(({ id }) => id),
  // Its fault is in wrong-in-one-way.corpus.ts.
  'answers-in-time',
  ...['get-cluster', 'x509-version', 'retry-after'],
]);

test('each check finds one of the faults', () => {
  const ids = contractCases.map(({ id }) => id).filter((id) => !elsewhere.has(id));
  expect(ids.filter((id) => !finders.has(id))).toEqual([]);
});
