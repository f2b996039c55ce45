// Tokens of an identity service (Keystone, IAM): each is looked up there, and what it said is believed for a short time,
// so that a revoked token stops working soon and a busy provider asks seldom.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ClusterCertError } from '../errors.js';
import type { KeystoneClient, TokenDescription } from '../keystone/keystone-client.js';
import type { TokenSource } from '../keystone/token-source.js';
import { type Caller, isGroup, isName } from '../registry/caller.js';
import type { Tokens } from '../registry/tokens.js';

/**
 * Roles of the identity service that may fetch certificates, and the Kubernetes group each becomes. Groups that a federated token
 * carries stand there by ID or name with `group:` in front.
 */
export type Grants = ReadonlyMap<string, string>;

export interface KeystoneIdentityOptions {
  keystone: KeystoneClient;
  /** The service's own token; without one, each token is looked up with itself. */
  service?: TokenSource | undefined;
  /** Without any, every role on the project will do, and each becomes a group of its name; groups of federated tokens do not. */
  grants?: Grants | undefined;
  /** How long an answer is believed, in milliseconds. */
  cacheMs?: number;
  now?: () => Date;
}

type Answer = TokenDescription | 'invalid';

/** What Kubernetes keeps for itself. */
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
      // Who waits for a look-up gets its answer, also where many others have come meanwhile.
      ignoreFetchAbort: true,
      // Requests that come with the same token meanwhile wait for the same answer.
      fetchMethod: async (_hash, _stale, { context: token }) => ({ answer: await withinDeadline(this.#lookUp(token)) }),
    });
  }

  async findByToken(token: string): Promise<Caller | undefined> {
    // The cache holds no tokens, only what tells them apart.
    const hash = createHash('sha256').update(token).digest('base64');
    const { answer } = (await this.#answers.fetch(hash, { context: token })) ?? { answer: 'invalid' };
    if (answer === 'invalid' || answer.expiresAt <= this.#now()) return undefined;
    return this.#toCaller(answer);
  }

  #toCaller({ userId, projectId, roles, groups, delegation, accessRules, expiresAt }: TokenDescription): Caller {
    if (!isName(userId)) throw new ClusterCertError('forbidden', "the user's ID cannot stand in a certificate");
    // Kubernetes gives such names rights of its own; an identity service that takes IDs from elsewhere may pass one on.
    if (userId.startsWith(reserved))
      throw new ClusterCertError('forbidden', `the user's ID starts with ${reserved}, which is Kubernetes' own`);
    const ends = delegation && { delegation: { ...delegation, endsAt: expiresAt } };
    return { userId, projectId, groups: this.#granted(roles, groups), ...ends, ...(accessRules && { accessRules }) };
  }

  /** The groups that users may have whose roles nobody looked up. */
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
    // The service's own token may have been revoked: one new one is tried.
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
      // Refused credentials of the service are no fault of the caller.
      throw new ClusterCertError('unavailable', 'this service cannot get a token of its own', { cause });
    }
  }
}

/** Of a token that the identity service does not let look at itself, such as one of a trust: the caller's own affair. */
function notByItself(): ClusterCertError {
  return new ClusterCertError(
    'forbidden',
    'the identity service does not let this token be looked up by itself; the operator must give this service credentials of its own',
  );
}

/** A look-up may take several calls; whoever waits for it does not wait for the time-outs of all of them. */
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
