// Derives a credential's key pair and serial number from an authority's seed, so that equal inputs give an equal
// credential and different ones never share a key.
import { type KeyObject, createECDH, createHash, createPrivateKey, hkdfSync } from 'node:crypto';

export interface DerivedKey {
  /** On the curve P-256. */
  readonly privateKey: KeyObject;
  /** 16 bytes, positive and of that length in DER too. */
  readonly serialNumber: Uint8Array;
}

/** Order of the group of P-256 (FIPS 186-5 with SP 800-186, section 3.2.1.3). */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

// 128 bits more than the order has, so that the reduction leaves no measurable bias (FIPS 186-5, appendix A.2.1).
const keyMaterialBytes = 48;
const serialNumberBytes = 16;

/** The key and serial number that belong to these inputs, whatever machine derives them. */
export function deriveKey(seed: Uint8Array, inputs: string): DerivedKey {
  // Hashed, because node:crypto takes no more than 1024 bytes of context information.
  const info = createHash('sha256').update(inputs).digest();
  const material = Buffer.from(hkdfSync('sha256', seed, 'cce-clustercert', info, keyMaterialBytes + serialNumberBytes));
  const serialNumber = material.subarray(keyMaterialBytes);
  // The first bits are fixed to 01: never negative and never shortened; 126 derived bits remain.
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x3f) | 0x40;
  return { privateKey: toPrivateKey(material.subarray(0, keyMaterialBytes)), serialNumber };
}

function toPrivateKey(material: Buffer): KeyObject {
  const scalar = (BigInt(`0x${material.toString('hex')}`) % (groupOrder - 1n)) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const exchange = createECDH('prime256v1');
  exchange.setPrivateKey(d);
  // Uncompressed point: 04, x, y (SEC 1, section 2.3.3).
  const point = exchange.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y };
  return createPrivateKey({ key: jwk as never, format: 'jwk' });
}
