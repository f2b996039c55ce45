// Tokens of an identity service (Keystone, IAM): each is looked up there, and the result is cached for a short time, so
// that a revoked token stops working soon and a busy provider makes few look-ups.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ClusterCertError } from '../errors.js';
import type { KeystoneClient, TokenDescription } from '../keystone/keystone-client.js';
import type { TokenSource } from '../keystone/token-source.js';
import { type Caller, isGroup, isName } from '../registry/caller.js';
import type { Tokens } from '../registry/tokens.js';

/**
 * Roles of the identity service that may fetch certificates, and the Kubernetes group each becomes. Groups of a
 * federated token are given by ID or name, after `group:`.
 */
export type Grants = ReadonlyMap<string, string>;

export interface KeystoneIdentityOptions {
  keystone: KeystoneClient;
  /** The service's own token; without one, each token authenticates its own look-up. */
  service?: TokenSource | undefined;
  /**
   * Without any, every role on the project is accepted and becomes a group of its name; groups of federated tokens are
   * not.
   */
  grants?: Grants | undefined;
  /** How long a result is cached, in milliseconds. */
  cacheMs?: number;
  now?: () => Date;
}

type Answer = TokenDescription | 'invalid';

/** The prefix that Kubernetes reserves. */
const reserved = 'system:';
const groupPrefix = 'group:';

const cachedTokens = 10_000;
const defaultCacheMs = 60_000;
const deadlineMs = 8_000;

export class KeystoneIdentity implements Tokens {
  readonly #options: KeystoneIdentityOptions;
  readonly #now: () => Date;
  readonly #answers: LRUCache<string, { answer: Answer }, string>;

  constructor({ cacheMs = defaultCacheMs, now = () => new Date(), ...options }: KeystoneIdentityOptions) {
    this.#options = { ...options };
    this.#now = now;
    this.#answers = new LRUCache<string, { answer: Answer }, string>({
      max: cachedTokens,
      // 0 would mean for ever.
      ttl: Math.max(cacheMs, 1),
      ttlResolution: 0,
      // A waiting request gets the result of its look-up, even if many others have arrived meanwhile.
      ignoreFetchAbort: true,
      // Simultaneous requests with the same token wait for the same look-up.
      fetchMethod: async (_hash, _stale, { context: token }) => ({ answer: await withinDeadline(this.#lookUp(token)) }),
    });
  }

  async findByToken(token: string): Promise<Caller | undefined> {
    // The cache holds hashes, no tokens.
    const hash = createHash('sha256').update(token).digest('base64');
    const { answer } = (await this.#answers.fetch(hash, { context: token })) ?? { answer: 'invalid' };
    if (answer === 'invalid' || answer.expiresAt <= this.#now()) return undefined;
    return this.#toCaller(answer);
  }

  #toCaller({ userId, projectId, roles, groups, delegation, accessRules, expiresAt }: TokenDescription): Caller {
    if (!isName(userId)) throw new ClusterCertError('forbidden', "the user's ID cannot stand in a certificate");
    // Kubernetes gives such names rights; an identity service that takes IDs from elsewhere may pass one on.
    if (userId.startsWith(reserved))
      throw new ClusterCertError('forbidden', `the user's ID starts with ${reserved}, which is Kubernetes' own`);
    const ends = delegation && { delegation: { ...delegation, endsAt: expiresAt } };
    return { userId, projectId, groups: this.#granted(roles, groups), ...ends, ...(accessRules && { accessRules }) };
  }

  /** The groups that a user may have whose roles were not looked up. */
  grantedGroups(): string[] {
    return [...new Set(this.#options.grants?.values())];
  }

  #granted(roles: readonly string[], groups: readonly string[]): string[] {
    const { grants } = this.#options;
    // A role named like a group of Kubernetes' own must be granted on purpose.
    if (!grants) return roles.filter((role) => isGroup(role) && !role.startsWith(reserved));
    const held = [
      ...roles.filter((role) => !role.startsWith(groupPrefix)),
      ...groups.map((group) => groupPrefix + group),
    ];
    const granted = held.map((name) => grants.get(name)).filter((group) => group !== undefined);
    if (granted.length === 0)
      throw new ClusterCertError('forbidden', 'none of the roles and groups of the caller may fetch certificates');
    return granted;
  }

  async #lookUp(token: string): Promise<Answer> {
    const { keystone, service } = this.#options;
    if (!service) {
      const answer = await keystone.describeToken(token, { authToken: token });
      if (answer === 'forbidden') throw notByItself();
      return answer === 'refused' ? 'invalid' : answer;
    }
    // The service's own token may have been revoked: try a new one, once.
    for (let attempt = 0; attempt < 2; attempt++) {
      const authToken = await this.#serviceToken(service);
      const answer = await keystone.describeToken(token, { authToken });
      if (answer === 'forbidden')
        throw new ClusterCertError(
          'unavailable',
          'the identity service does not let this service look tokens up; its user needs the role service',
        );
      if (answer !== 'refused') return answer;
      await service.discard(authToken);
    }
    throw new ClusterCertError('unavailable', "the identity service refuses this service's own token");
  }

  async #serviceToken(service: TokenSource): Promise<string> {
    try {
      return await service.token();
    } catch (cause) {
      // The caller is not to blame for the service's own credentials.
      throw new ClusterCertError('unavailable', 'this service cannot get a token of its own', { cause });
    }
  }
}

/** For a token that may not look itself up, such as one of a trust: an error of the caller, not of the service. */
function notByItself(): ClusterCertError {
  return new ClusterCertError(
    'forbidden',
    'the identity service does not let this token be looked up by itself; the operator must give this service credentials of its own',
  );
}

/** A look-up may take several calls; this bounds the whole, not each call. */
async function withinDeadline<Result>(lookUp: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ClusterCertError('unavailable', 'the identity service does not answer in time'));
    }, deadlineMs);
  });
  try {
    return await Promise.race([lookUp, late]);
  } finally {
    clearTimeout(timer);
  }
}
