// Secrets that callers type or paste, from the system's random numbers.
import { randomBytes } from 'node:crypto';

/** That many random bytes as base64url. It never begins with `-`, which commands would take for an option. */
export function drawToken(bytes: number): string {
  for (;;) {
    const token = randomBytes(bytes).toString('base64url');
    if (!token.startsWith('-')) return token;
  }
}
