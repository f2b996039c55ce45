// ECDSA whose signatures repeat. OpenSSL 3.0, which Node 20 carries, draws a random number for each signature; noble
// follows RFC 6979, but multiplies points twenty times as slowly. So noble signs, and OpenSSL multiplies and hashes for it.
import { createECDH, createHmac } from 'node:crypto';
import { ecdsa } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { CHash } from '@noble/hashes/utils.js';

/** Signs data with a private scalar of the curve's length, big-endian; gives the signature in DER. */
export type SignEcdsa = (data: Uint8Array, scalar: Uint8Array) => Uint8Array;

export const signP256 = createSign(p256, sha256, 'prime256v1', 'sha256');
export const signP384 = createSign(p384, sha384, 'secp384r1', 'sha384');
export const signP521 = createSign(p521, sha512, 'secp521r1', 'sha512');

function createSign({ Point }: typeof p256, hash: CHash, curve: string, digest: string): SignEcdsa {
  // Making one takes as long as using it.
  const exchange = createECDH(curve);
  const multiply = (scalar: bigint) => {
    exchange.setPrivateKey(Point.Fn.toBytes(scalar));
    return Point.fromBytes(exchange.getPublicKey());
  };
  class NativePoint extends Point {
    static override readonly BASE = Object.create(Point.BASE, { multiply: { value: multiply } }) as typeof Point.BASE;
  }
  const { sign } = ecdsa(NativePoint, hash, {
    hmac: (key: Uint8Array, message: Uint8Array) => createHmac(digest, key).update(message).digest(),
  });
  // X.509 knows no low-s rule; the plain RFC 6979 value is what other implementations would give.
  return (data, scalar) => sign(data, scalar, { format: 'der', lowS: false });
}
