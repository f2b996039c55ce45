// Faults of the field are found and named; right providers that differ from ours have none.
import { describe, expect, test } from '@jest/globals';
import { type CaseResult, type Target, contractCases, exitCodes, verify } from '../../src/verify/index.js';
import { startApiServer } from '../support/api-server.js';
import { ecAuthority } from '../support/ec-authority.js';
import {
  foundByOne,
  foundWithOthers,
  realisticFaults,
  rightVariants,
  strangeServer,
} from '../support/realistic-faults/index.js';
import { type Change, small, startSmallProvider } from '../support/small-provider.js';
import { broken, ownTarget } from '../support/verify-targets.js';
import { doorsFoundByOne } from '../support/wrong-doors.js';
import { revocations, rightRevocation } from '../support/realistic-faults/revocations.js';

async function judged(change: Change, more: Partial<Target> = {}) {
  const provider = await startSmallProvider(change);
  try {
    return await verify(contractCases, { ...provider.target, ...more });
  } finally {
    provider.close();
  }
}

/** IDs of the checks that something is found by, warnings included. */
const findersIn = (cases: readonly CaseResult[]) =>
  cases.filter(({ findings }) => findings.length > 0).map(({ id }) => id);

/** IDs of the checks that were the only one to find a fault. */
const alone = new Set<string>();

describe('a realistic fault is found and named:', () => {
  test.each(Object.entries(realisticFaults))('%s', async (_name, [change, named]) => {
    const { exitCode, cases } = await judged(change);
    const failed = cases.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map((one) => JSON.stringify(one)).join('\n')).toMatch(named);
    expect(exitCode).toBe(exitCodes.findings);
    const [finder, ...others] = findersIn(cases);
    if (finder !== undefined && others.length === 0) alone.add(finder);
  });
});

const apiServer = await startApiServer(ecAuthority());
const oneFinder = { ...foundByOne, connect: strangeServer(apiServer.url) };

describe('a fault is found by one check alone:', () => {
  test.each(Object.entries(oneFinder))('%s', async (id, [change, more]) => {
    expect(findersIn((await judged(change, more)).cases)).toEqual([id]);
    alone.add(id);
  });

  const own = ownTarget();
  test.each(Object.entries(doorsFoundByOne))('%s', async (id, door) => {
    const inputs = (await own) as Required<Target>;
    const target = await broken(
      inputs,
      (answer) => answer,
      (request) => door(request, inputs),
    );
    expect(findersIn((await verify(contractCases, target)).cases)).toEqual([id]);
    alone.add(id);
  });
});

describe('a fault shows in other checks too, for a reason:', () => {
  test.each(Object.entries(foundWithOthers))('%s', async (id, { change, others }) => {
    const finders = findersIn((await judged(change)).cases);
    if (typeof others !== 'string') expect(finders.sort()).toEqual([id, ...others].sort());
    expect(finders).toContain(id);
    if (finders.length === 1) alone.add(id);
  });
});

test('each check finds a fault that no other check finds, or there is a reason why others must', () => {
  const ids = contractCases.map(({ id }) => id);
  const excused = Object.keys(foundWithOthers);
  expect(ids.filter((id) => !alone.has(id) && !excused.includes(id))).toEqual([]);
  expect(excused.filter((id) => alone.has(id) || !ids.includes(id))).toEqual([]);
});

describe('a provider that is right in another way has no error:', () => {
  test.each(Object.entries(rightVariants))('%s', async (_name, change) => {
    const { state, cases } = await judged(change);
    const errors = cases.flatMap(({ id, findings }) => findings.map((finding) => ({ id, ...finding })));
    expect(errors.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(state).toBe('complete');
  });
});

describe('after a revocation of the own certificates:', () => {
  const revoke = 'a4a5d4098fb4474fa22cd05f897d6b99';
  const findingsOf = async (change: Change) => {
    const { cases } = await judged({ ...revocations(rightRevocation), ...change }, { revoke });
    return cases.find(({ id }) => id === 'revoked')?.findings.map(({ received }) => received);
  };

  test('the user gets a new one', async () => {
    expect(await findingsOf({})).toEqual([]);
  });

  test('the user gets the one that was revoked', async () => {
    const known = new Map<string, unknown>();
    const config: Change['config'] = (one, call) => {
      const key = `${call.headers['x-auth-token'] as string} ${call.path}`;
      one.users[0] = (known.get(key) ?? one.users[0]) as (typeof one.users)[0];
      known.set(key, one.users[0]);
    };
    expect(await findingsOf({ config })).toEqual(['the one that was revoked']);
  });

  test('the user gets none any more', async () => {
    let isGone = false;
    const call: Change['call'] = ({ path, body }) => (isGone ||= path.endsWith('revoke') && body.includes(revoke));
    const decide: Change['decide'] = (one) => isGone && (one.project = small.otherProject);
    expect(await findingsOf({ call, decide })).toEqual(['403']);
  });
});

test('state and exit code say what was left out, throttled or gone', async () => {
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
  const prefix = `/api/v3/projects/${small.project}/clusters/`;
  const own = ['', '/', '?x=1'].map((end) => `${prefix}${small.cluster}/clustercert${end}`);
  for (const location of [...own, own[0]?.replace('/api/', '/API//'), own[0]?.replace(/t$/, '%74')]) {
    const { state, exitCode, reason, cases } = await judged(after(0, reply(308, { Location: location })));
    expect({ state, exitCode, reason }).toEqual({
      state: 'incomplete',
      exitCode: exitCodes.findings,
      reason: expect.stringContaining(`redirected to "${String(location)}"`) as unknown as string,
    });
    expect(findersIn(cases)).toEqual(['documented-path']);
  }
  for (const location of [`${prefix}x/clustercert`, 'http://localhost:1/', 'http://[', '/%zz'])
    expect(await judged(after(0, reply(308, { Location: location })))).toMatchObject({ exitCode: exitCodes.inputs });
  const page = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html><body>Sign in</body></html>' };
  expect(await judged(after(0, page))).toMatchObject({ exitCode: exitCodes.inputs });
});

const limitPage = {
  status: 503,
  headers: { Server: 'nginx', 'Content-Type': 'text/html' },
  body: '<html><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>',
};

test("nginx's page for too many requests is waited for, and reported as a warning", async () => {
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

test('a provider that goes away is reported once', async () => {
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

test('responses that are missing now and then are reported as intermittent', async () => {
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
