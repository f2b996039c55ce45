// Who is calling, and who may act in a project: every decision of that kind is made here. How tokens and access keys are
// known is left to the implementations.
import { ClusterCertError } from '../errors.js';
import { requireAllowed } from './access-rules.js';
import type { Caller } from '../registry/caller.js';
import type { Tokens } from '../registry/tokens.js';
import { type SignedRequest, presentsSignature } from '../signing/verify-signature.js';

/** Knows access keys and what they sign. */
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

// The gateways of the clouds say it in these words; people search for them.
const incorrect = 'Incorrect IAM authentication information:';

/**
 * The caller whom a request shows. A token decides alone where there is one. Throws `unauthenticated`, with the same
 * words for a token that was never known and one that no longer is, or what an implementation throws.
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
  // Signers name the project that they mean; some only after signing.
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
