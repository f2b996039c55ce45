// Keeps a token at hand: gets one when it is first asked for and a new one before the last runs out.
import type { TokenRequest } from './cloud-config.js';

export interface IssuedToken {
  token: string;
  expiresAt: Date;
}

export interface TokenSource {
  /** A token that is valid for a while yet. */
  token(): Promise<string>;
  /** Forgets a token that was refused, so that the next call gets a new one. */
  discard(token: string): Promise<void>;
}

// Long enough for a call that starts with the token to end with it.
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
    // A token that lives for less than the margin is used for half its life.
    return { ...issued, renewAt: now().getTime() + Math.max(lifetimeMs - marginMs, lifetimeMs / 2) };
  }

  async function renew() {
    const issuing = issue();
    current = issuing;
    // A failure is not kept: the next call tries again.
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
