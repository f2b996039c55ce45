// Decides who may call an operation by its security requirements: one of them is enough, and all its schemes must
// accept the caller.
import type { IncomingMessage } from 'node:http';
import { type OperationId, type OtherScheme, messageForms } from '../../generated/server.js';
import { ClusterCertError } from '../errors.js';
import type { Identities } from '../identity/identity.js';
import type { Caller } from '../registry/caller.js';
import { authenticate } from './authenticate.js';
import type { Locals } from './locals.js';

/**
 * Handles a security scheme that the provider does not know: gives the caller, or undefined for a request without
 * credentials of that scheme. Throws `ClusterCertError` `unauthenticated` or `forbidden` for refused credentials.
 */
export type SchemeHandler = (
  request: IncomingMessage,
  options: { scopes: readonly string[] },
) => Promise<Caller | undefined>;

// Empty for a contract that has no other schemes.
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type
export type SchemeHandlers = Readonly<Record<OtherScheme, SchemeHandler>>;

const ownSchemes = ['token', 'signature'];

type Requirement = Readonly<Record<string, readonly string[]>>;

/** The requirements of an operation, prepared once. */
interface Demands {
  /** The provider's own schemes, of which one is enough. */
  own: readonly string[];
  /** Requirements that include other schemes. */
  others: readonly Requirement[];
  /** Anonymous callers are served. */
  isOpen: boolean;
  isOptional: boolean;
}

export class Security {
  readonly #identities: Identities;
  readonly #handlers: Readonly<Record<string, SchemeHandler>>;
  readonly #demands = new Map<OperationId, Demands>();

  constructor(identities: Identities, handlers: Readonly<Record<string, SchemeHandler>> = {}) {
    this.#identities = identities;
    this.#handlers = handlers;
  }

  /** The caller; undefined if the operation serves anonymous callers. Throws for a refused caller. */
  async identify(id: OperationId, request: IncomingMessage, locals: Locals): Promise<Caller | undefined> {
    const { own, others, isOpen, isOptional } = this.#demandsOf(id);
    if (isOpen) return undefined;
    for (const requirement of others) {
      const caller = await this.#all(requirement, request, locals);
      if (caller) return caller;
    }
    if (isOptional && !hasCredentials(request)) return undefined;
    if (own.length === 0)
      throw new ClusterCertError('unauthenticated', 'the request carries no credentials that are valid here');
    return this.#own(own, request, locals);
  }

  #demandsOf(id: OperationId): Demands {
    const known = this.#demands.get(id);
    if (known) return known;
    const security: readonly Requirement[] = messageForms[id].security;
    const isEmpty = (requirement: Requirement) => Object.keys(requirement).length === 0;
    const own = security.filter((requirement) => Object.keys(requirement).every((name) => ownSchemes.includes(name)));
    const demands = {
      own: own.flatMap((requirement) => Object.keys(requirement)),
      others: security.filter((requirement) => !own.includes(requirement)),
      isOpen: security.every(isEmpty),
      isOptional: security.some(isEmpty),
    };
    this.#demands.set(id, demands);
    return demands;
  }

  /** Checks every scheme of one requirement; the first gives the caller. */
  async #all(requirement: Requirement, request: IncomingMessage, locals: Locals) {
    let first: Caller | undefined;
    for (const [name, scopes] of Object.entries(requirement)) {
      const isOwn = ownSchemes.includes(name);
      if (isOwn && !hasCredentials(request)) return undefined;
      const caller = isOwn
        ? await this.#own([name], request, locals)
        : await this.#handlers[name]?.(request, { scopes });
      if (!caller) return undefined;
      first ??= caller;
    }
    return first;
  }

  /** Authenticates by the provider's own schemes among the operation's. */
  #own(names: readonly string[], request: IncomingMessage, locals: Locals): Promise<Caller> {
    if (!names.includes('token') && request.headers['x-auth-token'] !== undefined) {
      throw new ClusterCertError('unauthenticated', 'the operation takes signed requests only');
    }
    const identities = names.includes('signature') ? this.#identities : { ...this.#identities, signatures: undefined };
    return authenticate(request, locals, identities);
  }
}

function hasCredentials({ headers }: IncomingMessage): boolean {
  return (headers['x-auth-token'] ?? '') !== '' || headers.authorization !== undefined;
}
