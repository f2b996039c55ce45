// Authentication of the client with an access key.
import { type AccessKey, signRequest } from '../signing/sign-request.js';
import type { Authentication } from './create-client.js';

/**
 * Authentication with an access key, for `createClient`. The project is the one that the request's path names.
 *
 * @example
 * import { createClient, signWith } from 'cce-clustercert';
 *
 * const sign = signWith({ id: 'HPUAH8SQD53GBXGDK2LP', secret: '…' });
 * export const client = createClient({ endpoint: 'https://cce.example.com', sign });
 */
export function signWith(accessKey: AccessKey, { now = () => new Date() }: { now?: () => Date } = {}): Authentication {
  return async (url, init, send) => {
    const projectId = /\/projects\/([^/?]+)/.exec(url)?.[1];
    const { headers } = await signRequest(new Request(url, init), { accessKey, projectId, now: now() });
    return send(url, { ...init, headers });
  };
}
