// The rotations under the load of the soak: tokens, the authority of a cluster, TLS files. Each is checked from outside.
import { setTimeout } from 'node:timers/promises';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { ClusterFolder } from '../../src/registry/folder/cluster-folder.js';
import { TokenFolder } from '../../src/registry/folder/token-folder.js';
import { projectId } from '../bench/data.js';
import type { Provider } from './provider.js';
import type { Requests } from './requests.js';

export const caller = { userId: 'a4a5d4098fb4474fa22cd05f897d6b99', projectId, groups: ['developers'] };

// The provider checks its TLS files every two seconds; a busy machine may be late.
const tlsAttempts = 60;
const attemptMs = 500;

/** One rotation of everything; gives the faults. */
export async function rotate(provider: Provider, requests: Requests, turn: number): Promise<string[]> {
  const clusterId = provider.clusterIds[turn % provider.clusterIds.length] ?? '';
  return [
    ...(await rotateToken(provider, requests, clusterId)),
    ...(await rotateAuthority(provider, requests, clusterId)),
    ...(await rotateTls(provider, requests, clusterId)),
  ];
}

/** A new token is accepted at once, and the one before it is refused from its revocation on. */
async function rotateToken(provider: Provider, requests: Requests, clusterId: string): Promise<string[]> {
  const tokens = new TokenFolder(provider.data);
  const before = requests.token;
  const current = (await tokens.list()).at(-1);
  const { token } = await tokens.add(caller, { lifetimeSeconds: 86_400 });
  requests.token = token;
  const { status } = await requests.fresh(clusterId, token);
  await tokens.revoke(current?.id ?? '');
  const revoked = await requests.fresh(clusterId, before);
  return [
    ...(status === 200 ? [] : [`a new token: ${status}`]),
    ...(revoked.status === 401 ? [] : [`a revoked token: ${revoked.status}`]),
  ];
}

async function rotateAuthority({ data }: Provider, requests: Requests, clusterId: string): Promise<string[]> {
  const now = new Date();
  const authority = await createAuthority({ now });
  await new ClusterFolder(data).set(clusterId, { authority }, { now });
  const { status, text } = await requests.fresh(clusterId, requests.token);
  const expected = Buffer.from(authority.certificatePem).toString('base64');
  return status === 200 && text.includes(expected) ? [] : [`a cluster with a new authority: ${status}, or the old one`];
}

async function rotateTls(provider: Provider, requests: Requests, clusterId: string): Promise<string[]> {
  const expected = await provider.rotateTls();
  for (let attempt = 0; attempt < tlsAttempts; attempt++) {
    const { fingerprint } = await requests.fresh(clusterId, requests.token);
    if (fingerprint === expected) return [];
    await setTimeout(attemptMs);
  }
  return ['new TLS files were not taken'];
}
