// Decides who is calling, and who may act in a project. The implementations look tokens and access keys up.
import { ClusterCertError } from '../errors.js';
import { requireAllowed } from './access-rules.js';
import type { Caller } from '../registry/caller.js';
import type { Tokens } from '../registry/tokens.js';
import { type SignedRequest, presentsSignature } from '../signing/verify-signature.js';

/** Verifies requests that are signed with access keys. */
export interface SignatureIdentity {
  /** Throws `unauthenticated` for a signature that does not verify. */
  findBySignature(request: SignedRequest): Promise<Caller>;
}

export type { SignedRequest };

export interface Identities {
  tokens: Tokens;
  /** Without it, signatures are not accepted. */
  signatures?: SignatureIdentity | undefined;
  /** Characters that a token has at most. */
  maximumTokenLength: number;
}

// The words of the clouds' gateways; people search for them.
const incorrect = 'Incorrect IAM authentication information:';

/**
 * The caller of a request. Where there is a token, it decides alone. Throws `unauthenticated`, with the same words for
 * unknown and expired tokens, or any error of an implementation.
 */
export async function identify(request: SignedRequest, identities: Identities): Promise<Caller> {
  const { tokens, signatures, maximumTokenLength } = identities;
  const { 'x-auth-token': token = '', authorization } = request.headers;
  if (token !== '') {
    const caller = token.length <= maximumTokenLength ? await tokens.findByToken(token) : undefined;
    if (!caller) refuse(`${incorrect} decrypt token fail; the token is not known or no longer valid`);
    requireAllowed(caller.accessRules, request);
    return caller;
  }
  if (authorization === undefined) refuse(`${incorrect} x-auth-token not found; send a token, or sign the request`);
  if (!presentsSignature(authorization))
    refuse(`${incorrect} the scheme of the header Authorization is not SDK-HMAC-SHA256`);
  if (!signatures) refuse(`${incorrect} signatures are not accepted here; send a token in X-Auth-Token`);
  const caller = await signatures.findBySignature(request);
  // Signers name their project in a header; some add it only after signing.
  const { 'x-project-id': meant = caller.projectId } = request.headers;
  if (meant === caller.projectId) return caller;
  throw new ClusterCertError('forbidden', 'the access key is for another project than the header X-Project-Id names');
}

/** Throws `forbidden` unless the caller may act in the project. */
export function requireProject({ projectId }: Caller, wanted: string): void {
  if (projectId === wanted) return;
  const reason = projectId === undefined ? 'for no project; get one that is scoped to it' : 'for another project';
  throw new ClusterCertError('forbidden', `the caller is authenticated ${reason}`);
}

function refuse(message: string): never {
  throw new ClusterCertError('unauthenticated', message);
}
