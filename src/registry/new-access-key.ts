// Makes access keys, for all engines.
import { createHash, randomInt } from 'node:crypto';
import type { NewAccessKey } from './access-keys.js';
import { type Caller, assertCaller } from './caller.js';
import { drawToken } from './draw-token.js';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** A new key, permanent without a lifetime. A temporary one has a security token, whose SHA-256 is kept. */
export function newAccessKey(
  caller: Caller,
  { lifetimeSeconds, createdAt }: { lifetimeSeconds: number | undefined; createdAt: Date },
): NewAccessKey & { securityTokenHash: string | undefined } {
  assertCaller(caller);
  const { userId, projectId, groups } = caller;
  const temporary = lifetimeSeconds === undefined ? undefined : drawTemporary(lifetimeSeconds, createdAt);
  const { securityToken, securityTokenHash, expiresAt } = temporary ?? {};
  const record = { id: draw(digits, 20), userId, projectId, groups, createdAt, expiresAt };
  return { secret: draw(digits + letters, 40), securityToken, securityTokenHash, record };
}

function drawTemporary(lifetimeSeconds: number, createdAt: Date) {
  const securityToken = drawToken(64);
  const securityTokenHash = createHash('sha256').update(securityToken).digest('hex');
  return { securityToken, securityTokenHash, expiresAt: new Date(createdAt.getTime() + lifetimeSeconds * 1000) };
}

/** Whether a text can be the ID of an access key. */
export function isAccessKeyId(id: string): boolean {
  return /^[A-Z0-9]{20}$/.test(id);
}

function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
