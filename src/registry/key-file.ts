// A new key file for a database: the keys that encrypt its secrets, one a line, 32 bytes in base64.
import { randomBytes } from 'node:crypto';

/** The text of a new key file. */
export function newKeyText(): string {
  return `# Encrypts the secrets in the database of clustercert. Without it they are lost.\n${randomBytes(32).toString('base64')}\n`;
}
