// The strength of keys and signatures that today's verifiers require.
import { type Credential, type ReadCertificate, certificateField } from './credential.js';
import type { Fault } from './finding.js';

const clientCertificate = 'Table 7, client-certificate-data';
const authority = 'Table 5, certificate-authority-data';

const weakHashes = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10045.4.1',
  '1.2.840.10040.4.3',
  '1.3.14.3.2.29',
]);
const weakDigests = new Set(['1.3.14.3.2.26', '1.2.840.113549.2.5']);

/** Keys and signatures that today's verifiers accept. */
export function judgeStrength({ certificates, authorities }: Credential): Fault[] {
  const faults: Fault[] = [];
  const all = [
    ...certificates.map((one) => ({ one, where: certificateField, source: clientCertificate })),
    ...authorities.flatMap(({ where, certificates: set }) => set.map((one) => ({ one, where, source: authority }))),
  ];
  for (const { one, where, source } of all) {
    const speaksTls = one === certificates[0];
    const weak = weaknessOfKey(one, { speaksTls });
    if (weak !== undefined)
      faults.push({
        where,
        expected: `an RSA key of at least 2048 bits, ${speaksTls ? '' : 'P-224, '}P-256, P-384, P-521 or Ed25519`,
        received: weak,
        source: `${source}; NIST SP 800-131A; what Go's crypto/x509 verifies`,
      });
    const { id: algorithm, parameters } = one.fields.signatureAlgorithm;
    const pssDefault =
      algorithm === '1.2.840.113549.1.1.10' &&
      [...weakDigests].some((digest) => parameters === undefined || hasOid(parameters, digest));
    if (weakHashes.has(algorithm) || pssDefault) {
      const selfSigned = one.x509.subject === one.x509.issuer;
      faults.push({
        where,
        ...(selfSigned && where !== certificateField && { severity: 'warning' as const }),
        expected: 'a signature over SHA-256 or better',
        received: `a signature over MD5 or SHA-1 (${algorithm})`,
        source: `${source}; Kubernetes (Go): SHA-1 signatures are refused`,
      });
    }
  }
  return faults;
}

function hasOid(parameters: Buffer, oid: string): boolean {
  const encoded = oid === '1.3.14.3.2.26' ? '06052b0e03021a' : '06082a864886f70d0205';
  return parameters.toString('hex').includes(encoded) || parameters.length <= 2;
}

/** Go reads no larger exponent of RSA. */
const largestExponent = 2n ** 31n - 1n;
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];
/** Valid for signatures on certificates, but TLS 1.3 does not have it. */
const curvesOfSigners = ['secp224r1', ...curves];

function weaknessOfKey({ x509 }: ReadCertificate, { speaksTls }: { speaksTls: boolean }): string | undefined {
  let key;
  try {
    key = x509.publicKey;
  } catch {
    return 'a public key that cannot be read';
  }
  const { modulusLength, namedCurve, publicExponent } = key.asymmetricKeyDetails ?? {};
  const type = key.asymmetricKeyType;
  if (type === 'rsa') {
    if ((modulusLength ?? 0) < 2048) return `an RSA key of ${modulusLength ?? 0} bits`;
    const exponent = publicExponent ?? 0n;
    return exponent < 3n || exponent > largestExponent || exponent % 2n === 0n
      ? `the RSA exponent ${exponent}`
      : undefined;
  }
  if (type === 'ec')
    return (speaksTls ? curves : curvesOfSigners).includes(namedCurve ?? '')
      ? undefined
      : `the curve ${namedCurve ?? 'unnamed'}`;
  // Go does not read keys for RSA-PSS alone.
  return type === 'ed25519' ? undefined : `a key of type ${type ?? 'unknown'}`;
}
