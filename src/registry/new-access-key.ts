// Makes the parts of a new access key, for all engines.
import { createHash, randomInt } from 'node:crypto';
import { drawToken } from './draw-token.js';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** An ID, a secret and, for a temporary key, a security token with its SHA-256 in hexadecimal digits. */
export function drawAccessKey({ isTemporary }: { isTemporary: boolean }) {
  const securityToken = isTemporary ? drawToken(64) : undefined;
  const securityTokenHash =
    securityToken === undefined ? undefined : createHash('sha256').update(securityToken).digest('hex');
  return { id: draw(digits, 20), secret: draw(digits + letters, 40), securityToken, securityTokenHash };
}

/** Whether a text can be the ID of an access key. */
export function isAccessKeyId(id: string): boolean {
  return /^[A-Z0-9]{20}$/.test(id);
}

function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
