import { expect } from '@jest/globals';
import { createECDH, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { signP256, signP384, signP521 } from '../../src/certificate/ecdsa.js';
import { property } from '../support/property.js';

const curves = [
  ['P-256', 'prime256v1', p256, signP256, 'sha256', 2_000],
  ['P-384', 'secp384r1', p384, signP384, 'sha384', 150],
  ['P-521', 'secp521r1', p521, signP521, 'sha512', 75],
] as const;

for (const [crv, name, curve, sign, digest, runs] of curves) {
  const { Fn } = curve.Point;
  const scalar = fc.oneof(
    fc.bigInt({ min: 1n, max: Fn.ORDER - 1n }),
    // Shorter than the curve, and next to its order.
    fc.bigInt({ min: 1n, max: 300n }),
    fc.bigInt({ min: Fn.ORDER - 300n, max: Fn.ORDER - 1n }),
  );
  property(
    `${crv} signatures are, byte for byte, those of noble alone, and OpenSSL verifies them`,
    [scalar, fc.uint8Array({ maxLength: 600 })],
    { runs },
    (number, data) => {
      const bytes = Fn.toBytes(number);
      const signature = sign(data, bytes);
      expect(Buffer.from(signature)).toEqual(Buffer.from(curve.sign(data, bytes, { format: 'der', lowS: false })));
      const exchange = createECDH(name);
      exchange.setPrivateKey(bytes);
      const point = exchange.getPublicKey();
      const [d, x, y] = [bytes, point.subarray(1, 1 + Fn.BYTES), point.subarray(1 + Fn.BYTES)].map((part) =>
        Buffer.from(part).toString('base64url'),
      );
      const key = createPrivateKey({ key: { kty: 'EC', crv, d, x, y } as never, format: 'jwk' });
      expect(verify(digest, data, createPublicKey(key), signature)).toBe(true);
    },
  );
}
