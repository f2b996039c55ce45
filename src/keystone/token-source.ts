// Caches a token: gets one at the first request and a new one before the last expires.
import type { TokenRequest } from './cloud-config.js';

export interface IssuedToken {
  token: string;
  expiresAt: Date;
}

export interface TokenSource {
  /** A token that stays valid long enough for a call. */
  token(): Promise<string>;
  /** Forgets a token that was refused, so that the next call gets a new one. */
  discard(token: string): Promise<void>;
}

// Long enough for a call to end with the token that it started with.
const marginMs = 60_000;

/** Tokens of an identity service. */
export function createTokenSource(
  keystone: { issueToken(auth: TokenRequest): Promise<IssuedToken> },
  auth: TokenRequest,
  clock: { now?: () => Date } = {},
): TokenSource {
  return renewTokens(() => keystone.issueToken(auth), clock);
}

/** Tokens from anywhere. */
export function renewTokens(
  issueToken: () => Promise<IssuedToken>,
  { now = () => new Date() }: { now?: () => Date } = {},
): TokenSource {
  let current: Promise<IssuedToken & { renewAt: number }> | undefined;

  async function issue() {
    const issued = await issueToken();
    const lifetimeMs = issued.expiresAt.getTime() - now().getTime();
    // A token whose lifetime is below the margin is used for half of it.
    return { ...issued, renewAt: now().getTime() + Math.max(lifetimeMs - marginMs, lifetimeMs / 2) };
  }

  async function renew() {
    const issuing = issue();
    current = issuing;
    // A failure is not cached: the next call tries again.
    issuing.catch(() => {
      if (current === issuing) current = undefined;
    });
    return (await issuing).token;
  }

  return {
    async token() {
      const pending = current;
      if (!pending) return renew();
      const known = await pending;
      if (now().getTime() < known.renewAt) return known.token;
      // The first caller renews; the others wait for the same token.
      return current === pending ? renew() : this.token();
    },
    async discard(token) {
      const pending = current;
      const known = await pending?.catch(() => undefined);
      if (known?.token === token && current === pending) current = undefined;
    },
  };
}
