import { describe, expect, test } from '@jest/globals';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { startProvider } from '../support/provider.js';

describe('an answer that the contract does not allow never leaves', () => {
  const freeze = <Value>(value: Value): Value => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };

  /** The status of a request to a provider with that handler, and whether the body is the wrong one. */
  async function startWith(
    getClusterCert: () => Promise<{ status: 200; headers?: Record<string, string>; body: Kubeconfig }>,
  ) {
    const { handlers } = await startProvider();
    const provider = await startProvider({ app: { handlers: { ...handlers, getClusterCert } } });
    const token = await provider.addToken();
    return async () => {
      const response = await provider.get('1df09f9a-5b9e-11ef-8f52-0255ac10003e', { 'X-Auth-Token': token });
      return (await response.text()).includes('wrong') ? 'wrong' : response.status;
    };
  }

  /** The outcome for these bodies, one after the other. */
  async function answering(...bodies: unknown[]) {
    const left = [...bodies];
    const ask = await startWith(() => Promise.resolve({ status: 200, body: left.shift() as Kubeconfig }));
    const answers: (number | 'wrong')[] = [];
    for (let count = 0; count < bodies.length; count++) answers.push(await ask());
    return answers;
  }

  const right = async (): Promise<Kubeconfig> => {
    const provider = await startProvider();
    const [token, id] = [await provider.addToken(), await provider.addCluster()];
    return (await provider.get(id, { 'X-Auth-Token': token })).json() as Promise<Kubeconfig>;
  };
  const wrong = (of: Kubeconfig) => ({ ...of, kind: 'wrong' });

  test('the first time, the second time, after a right one and before it', async () => {
    const good = await right();
    const [frozen, bad] = [freeze(structuredClone(good)), freeze(wrong(structuredClone(good)))];
    expect(await answering(bad, bad, frozen, bad, frozen, frozen, frozen, bad)).toEqual([
      ...[500, 500, 200, 500, 200, 200, 200, 500],
    ]);
  });

  test('when an object that was right is changed, wholly or in depth', async () => {
    const good = await right();
    const changing = structuredClone(good);
    const shallow = Object.freeze(structuredClone(good));
    const calls = [changing, changing, changing, changing, shallow, shallow, shallow, shallow];
    const ask = await startWith(() => Promise.resolve({ status: 200, body: calls.shift() as Kubeconfig }));
    // From the third time on, an unchangeable response is sent without validation.
    for (let count = 0; count < 3; count++) expect(await ask()).toBe(200);
    (changing as { kind: string }).kind = 'wrong';
    expect(await ask()).toBe(500);
    for (let count = 0; count < 3; count++) expect(await ask()).toBe(200);
    (shallow.clusters[0] as unknown as { name: string }).name = 'wrong';
    expect(await ask()).toBe(500);
  });

  // Found: the second time it ended the process.
  test('with a header that cannot be sent', async () => {
    const good = freeze(structuredClone(await right()));
    let port = '1';
    const ask = await startWith(() => Promise.resolve({ status: 200, headers: { 'Port-ID': port }, body: good }));
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
    port = '李雷';
    expect(await ask()).toBe(500);
    port = '2';
    expect(await ask()).toBe(200);
  });

  test('when a part of it is computed each time it is read', async () => {
    const good = await right();
    let kind = 'Config';
    const computed = freeze(Object.defineProperty({ ...good }, 'kind', { enumerable: true, get: () => kind }));
    const ask = await startWith(() => Promise.resolve({ status: 200, body: computed }));
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 200]);
    kind = 'wrong';
    expect(await ask()).toBe(500);
  });
});
