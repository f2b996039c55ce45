// Derives a credential's key pair and serial number from an authority's seed, so that equal inputs give an equal
// credential and different ones never share a key.
import { createECDH, createHash, hkdfSync } from 'node:crypto';

/** A key pair on the curve P-256. */
export interface DerivedKey {
  /** The private scalar: 32 bytes, big-endian. */
  readonly scalar: Uint8Array;
  /** The public point, uncompressed: 04, x, y (SEC 1, section 2.3.3). */
  readonly point: Uint8Array;
  /** 16 bytes, positive and of that length in DER too. */
  readonly serialNumber: Uint8Array;
}

/** Order of the group of P-256 (FIPS 186-5 with SP 800-186, section 3.2.1.3). */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

// 128 bits more than the order has, so that the reduction leaves no measurable bias (FIPS 186-5, appendix A.2.1).
const keyMaterialBytes = 48;
const serialNumberBytes = 16;

// Making one takes as long as using it.
const exchange = createECDH('prime256v1');

/** The key and serial number that belong to these inputs, whatever machine derives them. */
export function deriveKey(seed: Uint8Array, inputs: string): DerivedKey {
  // Hashed, because node:crypto takes no more than 1024 bytes of context information.
  const info = createHash('sha256').update(inputs).digest();
  const material = Buffer.from(hkdfSync('sha256', seed, 'cce-clustercert', info, keyMaterialBytes + serialNumberBytes));
  const serialNumber = material.subarray(keyMaterialBytes);
  // The first bits are fixed to 01: never negative and never shortened; 126 derived bits remain.
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x3f) | 0x40;
  const scalar = toScalar(material.subarray(0, keyMaterialBytes));
  exchange.setPrivateKey(scalar);
  return { scalar, point: exchange.getPublicKey(), serialNumber };
}

function toScalar(material: Buffer): Buffer {
  const scalar = (BigInt(`0x${material.toString('hex')}`) % (groupOrder - 1n)) + 1n;
  return Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
}
