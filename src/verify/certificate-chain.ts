// The chain from a client certificate to the CA of its kubeconfig, as Go verifies it for clients.
import type { CertificateFields } from './certificate-fields.js';
import { isForClients, isValidNow, nameOf, usages } from './certificate-rules.js';
import { type Authorities, type Credential, type ReadCertificate, certificateField } from './credential.js';
import type { Fault } from './finding.js';
import { basicConstraintsOf, keyUsageOf, purposesOf, unknownCritical } from './go-extensions.js';
import { brokenConstraint } from './name-constraints.js';

const clientCertificate = 'Table 7, client-certificate-data';
const authority = 'Table 5, certificate-authority-data';

/** The certificate chains to the CA of the same kubeconfig, through valid CAs. */
export function judgeChain({ certificates: [client, ...intermediates], authorities }: Credential): Fault[] {
  const sets = authorities.filter(({ certificates }) => certificates.length > 0);
  const faults = sets.flatMap(({ where, certificates }) => [
    ...certificates
      .filter(({ x509 }) => !(client?.x509.raw.equals(x509.raw) ?? false))
      .flatMap(({ fields }) => judgeAuthority(fields, where)),
    ...(client ? judgeWay(client, intermediates, { where, certificates }) : []),
  ]);
  const setOf = (set: ReadCertificate[]) =>
    set
      .map(({ x509 }) => x509.fingerprint256)
      .sort()
      .join();
  const different = sets.find(({ certificates }) => setOf(certificates) !== setOf(sets[0]?.certificates ?? []));
  if (different && faults.every(({ severity }) => severity === 'warning')) {
    faults.push({
      severity: 'warning',
      where: different.where,
      expected: 'the CA of the first entry',
      received: 'another CA',
      source: authority,
    });
  }
  return faults;
}

function judgeAuthority(fields: CertificateFields, where: string): Fault[] {
  const received = problemOfAuthority(fields);
  if (received === undefined) return [];
  const source = `${authority}; RFC 5280, sections 4.2.1.3 and 4.2.1.9`;
  return [{ where, expected: 'a CA certificate (CA:TRUE, keyCertSign)', received, source }];
}

/** From the client certificate to the CAs of one entry. */
function judgeWay(
  client: ReadCertificate,
  intermediates: ReadCertificate[],
  { where, certificates }: Authorities,
): Fault[] {
  if (certificates.some(({ x509 }) => x509.raw.equals(client.x509.raw)))
    return [{ where, expected: "the CA's certificate", received: 'the client certificate itself', source: authority }];
  const pool = [...certificates, ...intermediates];
  const way = wayTo(client, pool, certificates);
  if (way === 'followed') return [];
  if (way !== 'none') {
    const source = `${authority}; RFC 5280, sections 4.2.1.9, 4.2.1.10, 4.2.1.12 and 6.1`;
    return [{ where, expected: 'CAs that verifiers follow from client certificates', received: way, source }];
  }
  const names = certificates.map(({ x509 }) => nameOf(x509.subject));
  const issuer = nameOf(client.x509.issuer);
  const selfSigned = issuer === nameOf(client.x509.subject);
  const fault = { where: certificateField, expected: `a chain to the CA of ${where}` };
  const signer = certificates.find((ca) => isSignedBy(client, ca));
  if (signer && !names.includes(issuer)) {
    const received = `the issuer ${issuer}, signed by the key of ${nameOf(signer.x509.subject)}`;
    return [{ ...fault, received, source: `${clientCertificate}; RFC 5280, section 4.1.2.4` }];
  }
  const received = `${selfSigned ? 'a self-signed certificate' : 'a certificate'} of ${issuer} whose signature none of the CAs there (${names.join('; ')}) made`;
  const top = topOf(client, intermediates);
  const isWhole = intermediates.length === 0 || (top !== client && top.fields.issuer.equals(top.fields.subject));
  const isStrange = ![client, top].some(({ x509 }) => names.includes(nameOf(x509.issuer)));
  // k3s, RKE2 and others sign clients and servers by different CAs; but a CA with the issuer's name must have signed.
  if (isWhole && isStrange && !selfSigned) {
    const source = `${authority}: what the server is verified by; the page does not say who signs clients`;
    return [{ ...fault, severity: 'warning', received, source }];
  }
  return [{ ...fault, received, source: `${clientCertificate}; RFC 5280, section 6.1` }];
}

/** The last certificate that signatures lead to. */
function topOf(certificate: ReadCertificate, others: ReadCertificate[]): ReadCertificate {
  const issuer = others.find((one) => isIssuer(one, certificate));
  return issuer
    ? topOf(
        issuer,
        others.filter((one) => one !== issuer),
      )
    : certificate;
}

type Step = (issuer: ReadCertificate, below: number) => boolean;

/** Whether signatures lead from a certificate through others of the pool to one of the anchors. */
export function leadsTo(
  certificate: ReadCertificate,
  pool: ReadCertificate[],
  anchors: ReadCertificate[],
  allows: Step = () => true,
  below = 0,
): boolean {
  if (below > 5) return false;
  return pool.some((issuer) => {
    if (issuer === certificate || !isIssuer(issuer, certificate) || !allows(issuer, below)) return false;
    return anchors.includes(issuer) || leadsTo(issuer, pool, anchors, allows, below + 1);
  });
}

/** `followed`, `none`, or the reason why verifiers do not follow the existing signatures. */
function wayTo(client: ReadCertificate, pool: ReadCertificate[], anchors: ReadCertificate[]): string {
  let problem: string | undefined;
  const allows: Step = (issuer, below) => {
    const one = whyNotFollowed(issuer, below) ?? brokenConstraint(issuer.fields, client.fields);
    problem ??= one;
    return one === undefined;
  };
  if (leadsTo(client, pool, anchors, allows)) return 'followed';
  return problem !== undefined && leadsTo(client, pool, anchors) ? problem : 'none';
}

/** Why verifiers do not follow a certificate that did sign: no CA, not for clients, out of date, or too many CAs below it. */
function whyNotFollowed({ fields, x509 }: ReadCertificate, below: number): string | undefined {
  if (!isValidNow(x509)) return `a CA that is valid from ${x509.validFrom} until ${x509.validTo} only`;
  const { extensions } = fields;
  const purposes = purposesOf(extensions);
  if (purposes && !isForClients(purposes))
    return `a CA that is not for clients (extended key usage ${purposes.join(', ')})`;
  const [unknown] = unknownCritical(extensions);
  if (unknown !== undefined) return `a CA with a critical extension that verifiers do not know (${unknown})`;
  const most = basicConstraintsOf(extensions)?.pathLength;
  if (most !== undefined && most < below) return `a CA that allows ${most} CAs below it, with ${below} there`;
  return problemOfAuthority(fields);
}

export function isIssuer(issuer: ReadCertificate, certificate: ReadCertificate): boolean {
  return certificate.fields.issuer.equals(issuer.fields.subject) && isSignedBy(certificate, issuer);
}

function isSignedBy({ x509 }: ReadCertificate, issuer: ReadCertificate): boolean {
  try {
    return x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

function problemOfAuthority({ version, extensions }: CertificateFields): string | undefined {
  // Only version 3 can have constraints; Go accepts older ones as CAs.
  if (version !== 3) return undefined;
  const constraints = basicConstraintsOf(extensions);
  if (!constraints) return 'a certificate without basicConstraints';
  if (!constraints.isCa) return 'a certificate with CA:FALSE';
  const usage = keyUsageOf(extensions);
  return usage && !usages.keyCertSign(usage) ? 'a CA whose keyUsage lacks keyCertSign' : undefined;
}
