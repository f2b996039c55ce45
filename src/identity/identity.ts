// Who is calling, and who may act in a project: every decision of that kind is made here. How tokens and access keys are
// known is left to the implementations.
import { parameterPatterns } from '../../generated/parameters.js';
import { ClusterCertError, quoted } from '../errors.js';
import { type SignedRequest, presentsSignature } from './signature.js';

export interface Caller {
  /** ID of the user; the CN of the caller's certificates. */
  readonly userId: string;
  /** ID of the project that the caller may act in; undefined for one who is known but not for any project. */
  readonly projectId: string | undefined;
  /** Kubernetes groups; the O of the caller's certificates. */
  readonly groups: readonly string[];
}

/** A caller who may act in a project. */
export interface ProjectCaller extends Caller {
  readonly projectId: string;
}

/** Knows what tokens stand for. */
export interface TokenIdentity {
  /** Undefined when the token is unknown, revoked or has expired. Throws `unavailable` when that cannot be told now. */
  findByToken(token: string): Promise<Caller | undefined>;
}

/** Knows access keys and what they sign. */
export interface SignatureIdentity {
  /** Throws `unauthenticated` for a signature that does not verify. */
  findBySignature(request: SignedRequest): Promise<Caller>;
}

export interface Identities {
  tokens: TokenIdentity;
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
    return caller ?? refuse(`${incorrect} decrypt token fail; the token is not known or no longer valid`);
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

// RFC 5280, appendix A.1: upper bounds of a common name and an organization name.
const namePattern = /^(?=.*\S)[^\p{C}]{1,64}$/u;

/** Whether a name can stand in a certificate as a user or a group. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && namePattern.test(name);
}

/** Throws `invalid_argument` for a caller who cannot be registered. */
export function assertCaller(caller: Caller): asserts caller is ProjectCaller {
  const { userId, projectId, groups } = caller;
  if (projectId === undefined || !parameterPatterns.project_id.test(projectId)) {
    throw new ClusterCertError(
      'invalid_argument',
      `project ID ${quoted(projectId ?? '')} is not valid; it must be 32 lower-case hexadecimal digits`,
    );
  }
  const names = [['user ID', userId], ...groups.map((group) => ['group', group])] as const;
  for (const [what, name] of names) {
    if (!isName(name)) {
      throw new ClusterCertError(
        'invalid_argument',
        `${what} ${quoted(String(name))} is not valid; it must be 1 to 64 printable characters`,
      );
    }
  }
}

function refuse(message: string): never {
  throw new ClusterCertError('unauthenticated', message);
}
