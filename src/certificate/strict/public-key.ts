// Public keys, as Go reads those of certificates. A key of a kind that Go does not know is accepted: it can sign
// nothing.
import { createPublicKey } from 'node:crypto';
import { DerReader, tags } from './der-reader.js';

/** The facts of a key that matter for its signatures. */
export interface StrictKey {
  kind: 'rsa' | 'ec' | 'ed25519' | 'other';
  /** Of RSA keys. */
  exponent?: bigint;
  /** The whole SubjectPublicKeyInfo. */
  info: Buffer;
}

type Kind = Omit<StrictKey, 'info'>;

/** The bytes of a coordinate of the curves that Go knows: P-224, P-256, P-384 and P-521. */
const coordinateBytes: Record<string, number> = {
  '1.3.132.0.33': 28,
  '1.2.840.10045.3.1.7': 32,
  '1.3.132.0.34': 48,
  '1.3.132.0.35': 66,
};

interface KeyParts {
  parameters: Buffer | undefined;
  key: Buffer;
  /** The whole SubjectPublicKeyInfo. */
  info: Buffer;
}

const kinds: Record<string, (parts: KeyParts) => Kind> = {
  '1.2.840.113549.1.1.1': readRsa,
  '1.2.840.10045.2.1': readEc,
  '1.3.101.112': (parts) => readRaw(parts, 'ed25519'),
  '1.3.101.110': (parts) => readRaw(parts, 'other'),
  '1.2.840.10040.4.1': readDsa,
};

/** `reader` stands before a SubjectPublicKeyInfo. */
export function readPublicKey(reader: DerReader): StrictKey {
  const { bytes: info, content } = reader.expect(tags.sequence);
  const parts = new DerReader(content);
  const { algorithm, parameters } = readAlgorithm(parts.enter(tags.sequence));
  const { bytes: key } = parts.bitString();
  return { ...(kinds[algorithm]?.({ parameters, key, info }) ?? { kind: 'other' }), info };
}

/** Of an AlgorithmIdentifier, `reader` inside it. */
export function readAlgorithm(reader: DerReader): { algorithm: string; parameters: Buffer | undefined } {
  const algorithm = reader.objectIdentifier();
  return { algorithm, parameters: reader.isEmpty ? undefined : reader.element().bytes };
}

function readRsa({ parameters, key }: KeyParts): Kind {
  // RFC 3279, section 2.3.1.
  if (parameters?.toString('hex') !== '0500') throw new Error('the parameters of the RSA key are not NULL');
  const numbers = new DerReader(key).enter(tags.sequence);
  const [modulus, exponent] = [numbers.integer(), numbers.integer()];
  if (modulus <= 0n) throw new Error('the RSA modulus is not positive');
  if (exponent <= 0n || exponent >= 2n ** 63n) throw new Error('the RSA exponent is not positive or has over 63 bits');
  return { kind: 'rsa', exponent };
}

function readEc({ parameters, key, info }: KeyParts): Kind {
  if (parameters?.[0] !== tags.objectIdentifier)
    throw new Error('the curve of the key is given by its parameters; it must be given by its name');
  const curve = new DerReader(parameters).objectIdentifier();
  const bytes = coordinateBytes[curve];
  if (bytes === undefined) throw new Error(`the curve ${curve} is not one of P-224, P-256, P-384 and P-521`);
  if (key.length !== 1 + 2 * bytes || key[0] !== 4) throw new Error('the point of the EC key is not uncompressed');
  // OpenSSL checks that the point is on the curve.
  createPublicKey({ key: info, format: 'der', type: 'spki' });
  return { kind: 'ec' };
}

/** RFC 8410, section 3: 32 bytes, and no parameters at all. */
function readRaw({ parameters, key }: KeyParts, kind: StrictKey['kind']): Kind {
  if (parameters !== undefined || key.length !== 32) throw new Error('the key has parameters, or not 32 bytes');
  return { kind };
}

function readDsa({ parameters, key }: KeyParts): Kind {
  const values = new DerReader(parameters ?? Buffer.alloc(0)).enter(tags.sequence);
  const numbers = [new DerReader(key).integer(), values.integer(), values.integer(), values.integer()];
  if (numbers.some((number) => number <= 0n)) throw new Error('a number of the DSA key is not positive');
  return { kind: 'other' };
}
