// Signs with an authority's private key so that the same bytes always get the same signature: credentials are
// re-made on every request, on any replica, and must come out byte-identical.
import { type KeyObject, sign } from 'node:crypto';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { ClusterCertError } from '../errors.js';
import { type SignEcdsa, signP256, signP384, signP521 } from './ecdsa.js';

export interface Signer {
  /** As in the certificates that are signed. */
  readonly algorithm: AlgorithmIdentifier;
  /** The hash that is signed, as node:crypto names it; Ed25519 has its own. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  sign(data: Uint8Array): Uint8Array;
}

interface Curve {
  signData: SignEcdsa;
  /** Of the signature algorithm. */
  oid: string;
  digest: Signer['digest'];
  /** Of a private key. */
  bytes: number;
}

// The hash fits the curve in strength (RFC 5758, section 3.2).
const curves: Partial<Record<string, Curve>> = {
  prime256v1: { signData: signP256, digest: 'sha256', oid: '1.2.840.10045.4.3.2', bytes: 32 },
  secp384r1: { signData: signP384, digest: 'sha384', oid: '1.2.840.10045.4.3.3', bytes: 48 },
  secp521r1: { signData: signP521, digest: 'sha512', oid: '1.2.840.10045.4.3.4', bytes: 66 },
};

const accepted = 'RSA of at least 2048 bits, EC on P-256, P-384 or P-521, or Ed25519';

/** A signer for the key; throws `authority_unusable` when the key is of a kind that is not accepted. */
export function createSigner(privateKey: KeyObject): Signer {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return rsaSigner(privateKey);
  if (type === 'ed25519') return ed25519Signer(privateKey);
  const named = curves[details?.namedCurve ?? ''];
  if (type === 'ec' && named) return ecSigner(privateKey, named);
  const size = details?.modulusLength ?? details?.namedCurve;
  const found = [type, size].filter((part) => part !== undefined).join(' ');
  throw new ClusterCertError('authority_unusable', `the CA's private key is '${found}'; accepted: ${accepted}`);
}

function rsaSigner(privateKey: KeyObject): Signer {
  // sha256WithRSAEncryption, whose parameters are an explicit NULL (RFC 4055, section 5).
  const algorithm = new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.11', parameters: null });
  return { algorithm, digest: 'sha256', sign: (data) => sign('sha256', data, privateKey) };
}

function ed25519Signer(privateKey: KeyObject): Signer {
  return {
    algorithm: new AlgorithmIdentifier({ algorithm: '1.3.101.112' }),
    digest: null,
    sign: (data) => sign(null, data, privateKey),
  };
}

function ecSigner(privateKey: KeyObject, { signData, digest, oid, bytes }: Curve): Signer {
  const scalar = Buffer.alloc(bytes);
  const encoded = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  encoded.copy(scalar, bytes - encoded.length);
  return {
    algorithm: new AlgorithmIdentifier({ algorithm: oid }),
    digest,
    sign: (data) => signData(data, scalar),
  };
}
