// Makes tokens and what is kept of them, for all engines.
import { hash as hashAtOnce } from 'node:crypto';
import { type Caller, assertCaller } from './caller.js';
import { drawToken } from './draw-token.js';
import type { TokenRecord } from './tokens.js';

const idLength = 12;

/** What engines keep of a token: its SHA-256 in hexadecimal digits. */
export const hashOfToken = (token: string): string => hashAtOnce('sha256', token);

/** The ID of a token in lists: the first digits of its hash. */
export const tokenIdOf = (hash: string): string => hash.slice(0, idLength);

/** Whether a text names a token: its ID, or more digits of its hash. */
export const isTokenId = (id: string): boolean => /^[0-9a-f]+$/.test(id) && id.length >= idLength;

/** A new token, its hash and its record. */
export function newToken(
  caller: Caller,
  { lifetimeSeconds, createdAt }: { lifetimeSeconds: number; createdAt: Date },
): { token: string; hash: string; record: TokenRecord } {
  assertCaller(caller);
  const { userId, projectId, groups } = caller;
  const token = drawToken(32);
  const hash = hashOfToken(token);
  const expiresAt = new Date(createdAt.getTime() + lifetimeSeconds * 1000);
  return { token, hash, record: { id: tokenIdOf(hash), userId, projectId, groups, createdAt, expiresAt } };
}
