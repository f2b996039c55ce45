// The authorization webhook of clusters that enforce revocations. `POST /authorization/revoked` denies every request,
// for API servers whose match conditions hold the list; `POST /authorization/clusters/ID` looks the certificate up.
import type { IncomingMessage } from 'node:http';
import { parameterPatterns } from '../../generated/parameters.js';
import { readSubjectAccessReview, subjectAccessReview, whyRevoked } from '../authorization/subject-access-review.js';
import { ClusterCertError } from '../errors.js';
import type { Revocations } from '../registry/revocations.js';
import type { LocalsResponse } from './locals.js';

const prefix = '/authorization/';
const maximumBodyBytes = 64 * 1024;
const denied = 'the certificate was revoked; fetch a new kubeconfig';

/** Whether a request is for the webhook. */
export function isAuthorizationWebhook({ url = '' }: IncomingMessage): boolean {
  return url.startsWith(prefix);
}

/** Answers the API server; throws errors for the caller. */
export async function answerAuthorizationWebhook(
  request: IncomingMessage,
  response: LocalsResponse,
  revocations: Revocations | undefined,
): Promise<void> {
  // Kubernetes adds its time-out as a query.
  const [path = ''] = (request.url ?? '').split('?', 1);
  const [place = '', id = '', ...more] = path.slice(prefix.length).split('/');
  const isList = place === 'revoked' && id === '';
  const isCluster = place === 'clusters' && parameterPatterns.cluster_id.test(id) && more.length === 0;
  if (!revocations || !(isList || isCluster)) throw new ClusterCertError('not_found', '');
  if (request.method !== 'POST') throw new ClusterCertError('method_not_allowed', '');
  const access = readSubjectAccessReview(await readJson(request));
  const reason = isList ? denied : whyRevoked(access, await revocations.listRevocations(id));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(subjectAccessReview(reason)));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBodyBytes) throw new ClusterCertError('content_too_large', '');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
