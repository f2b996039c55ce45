// Private keys that are the same in every run, made from a name while the test runs: for answers that must not change by a
// byte from one version to the next.
import { type KeyObject, checkPrimeSync, createECDH, createHash, createPrivateKey } from 'node:crypto';

/** As many bytes as wanted, the same for the same name. */
export function fixedBytes(name: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${name} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

const ecCurves = { 'P-256': ['prime256v1', 32], 'P-384': ['secp384r1', 48], 'P-521': ['secp521r1', 66] } as const;

/** An EC key of the name. */
export function fixedEcKey(name: string, crv: keyof typeof ecCurves): KeyObject {
  const [curve, bytes] = ecCurves[crv];
  const scalar = fixedBytes(name, bytes);
  // Below the order of each of the curves.
  scalar[0] = 0;
  const exchange = createECDH(curve);
  exchange.setPrivateKey(scalar);
  const point = exchange.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)];
  const jwk = { kty: 'EC', crv, d: encode(scalar), x: encode(x), y: encode(y) };
  return createPrivateKey({ format: 'jwk', key: jwk });
}

/** An Ed25519 key of the name (RFC 8410, section 7). */
export function fixedEd25519Key(name: string): KeyObject {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), fixedBytes(name, 32)]);
  return createPrivateKey({ format: 'der', type: 'pkcs8', key: der });
}

/** An RSA key of the name. */
export function fixedRsaKey(name: string, bits = 2048): KeyObject {
  const e = 65537n;
  const [p, q] = ['p', 'q'].map((which) => primeFrom(fixedBytes(`${name} ${which}`, bits / 16), e)) as [bigint, bigint];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, encode(toBytes(value))]));
  return createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...jwk } });
}

/** The first prime from there on that an RSA key with this exponent can have. */
function primeFrom(start: Buffer, e: bigint): bigint {
  start[0] = (start[0] ?? 0) | 0xc0;
  let candidate = BigInt(`0x${start.toString('hex')}`) | 1n;
  while ((candidate - 1n) % e === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** By Euclid's extended algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r, nextR, t, nextT] = [modulus, value % modulus, 0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR, t, nextT] = [nextR, r - quotient * nextR, nextT, t - quotient * nextT];
  }
  return t < 0n ? t + modulus : t;
}

function toBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
