// The built kit, whose validators were made beforehand, says the same as the sources.
import { expect, test } from '@jest/globals';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { contractCases, verify } from '../../src/verify/index.js';
import { type Change, type Kubeconfig, startSmallProvider } from '../support/small-provider.js';

type Kit = typeof import('../../src/verify/index.js');
const built = (await import(pathToFileURL(path.resolve('dist/src/verify/index.js')).href)) as Kit;

const config = (change: (config: Kubeconfig) => void): Change => ({ config: change });
const error = (change: (body: Record<string, unknown>) => void): Change => ({
  reply: (reply) => {
    if (reply.status < 400) return reply;
    const body = JSON.parse(reply.body) as Record<string, unknown>;
    change(body);
    return { ...reply, body: JSON.stringify(body) };
  },
});

const changes: Record<string, Change> = {
  'nothing wrong': {},
  'no kind': config((all) => delete all['kind']),
  'kind of another type': config((all) => (all['kind'] = 7)),
  'another apiVersion': config((all) => (all['apiVersion'] = 'v2')),
  'users as an object': config((all) => Object.assign(all, { users: {} })),
  'a server that is no URI': config((all) => all.clusters.forEach((one) => (one.cluster['server'] = '10.0.0.1:6443'))),
  'a flag as text': config((all) => all.clusters.forEach((one) => (one.cluster['insecure-skip-tls-verify'] = 'yes'))),
  'a context without a user': config((all) =>
    all.contexts.forEach((one) => delete (one.context as { user?: string }).user),
  ),
  'preferences as a list': config((all) => (all['preferences'] = [])),
  'a code as text': error((body) => (body['code'] = '404')),
  'an error code of another form': error((body) => (body['errorCode'] = 'broken')),
  'an error message that is null': error((body) => (body['errorMessage'] = null)),
};

test.each(Object.entries(changes))('%s', async (name, change) => {
  const { target, close } = await startSmallProvider(change);
  const findingsOf = async (kit: Pick<Kit, 'contractCases' | 'verify'>) =>
    (await kit.verify(kit.contractCases, target)).cases.map(({ id, findings }) => [
      id,
      findings.map(({ where, expected, received, source }) => [where, expected, received, source]),
    ]);
  const bySources = await findingsOf({ contractCases, verify });
  expect(await findingsOf(built)).toEqual(bySources);
  expect(bySources.some(([, findings]) => findings?.length !== 0)).toBe(name !== 'nothing wrong');
  close();
});
