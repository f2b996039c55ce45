// Checks the clusters of a kubeconfig: the server and the CAs for its certificate.
import type { X509Certificate } from 'node:crypto';
import {
  type CertificateFacts,
  type Clock,
  describeCertificate,
  judgeTimes,
  readCertificates,
} from './certificate-facts.js';
import { quoted } from '../errors.js';
import { type Finding, type Remarks, remarksOn } from './finding.js';
import type { Entry } from './load-kubeconfig.js';
import type { ClusterFields } from './parse-kubeconfig.js';
import { parseGoUrl, serverAddress } from '../verify/go-url.js';
import type { PemBlock } from '../verify/pem.js';
import { isGiven, readPemField } from './read-pem-field.js';

export interface InspectedCluster {
  facts: {
    name: string;
    server: string;
    /** How the server's certificate is verified: by CAs given here, by those of the system, or not at all. */
    trust: 'authority' | 'system' | 'none';
    tlsServerName: string | null;
    proxyUrl: string | null;
    authorities: CertificateFacts[];
  };
  authorities: X509Certificate[];
  /** Whether it is reached over TLS. */
  secure: boolean;
}

/** Describes a cluster and adds its faults. */
export async function judgeCluster(
  entry: Entry<ClusterFields>,
  { clock, findings }: { clock: Clock; findings: Finding[] },
): Promise<InspectedCluster> {
  const { name, fields, file } = entry;
  const remarks = remarksOn(findings, { file, kind: 'cluster', name });
  const insecure = fields['insecure-skip-tls-verify'] === true;
  const hasAuthority = isGiven(entry, 'certificate-authority');
  const blocks = await readPemField(entry, 'certificate-authority', remarks);
  const authorities = blocks
    ? readCertificates(blocks.filter(withoutHeaders(remarks)), 'certificate-authority', remarks)
    : [];
  if (insecure && hasAuthority)
    remarks.error('has a certificate authority and insecure-skip-tls-verify; kubectl refuses both together');
  else if (insecure) remarks.warning("is insecure: insecure-skip-tls-verify leaves the server's certificate unchecked");
  const described = authorities.map((one) => describeCertificate(one, clock));
  judgeAuthorities(described, { clock, remarks });
  // A null entry has no name, so it cannot be used.
  const isNothing = name === '' && Object.keys(fields).length === 0;
  const secure = judgeServer(fields.server ?? '', isNothing ? { ...remarks, error: remarks.warning } : remarks);
  judgeProxy(fields['proxy-url'] ?? '', remarks);
  return {
    facts: {
      name,
      server: withoutSecrets(fields.server ?? ''),
      trust: insecure || !secure ? 'none' : hasAuthority ? 'authority' : 'system',
      tlsServerName: fields['tls-server-name'] || null,
      proxyUrl: withoutSecrets(fields['proxy-url'] ?? '') || null,
      authorities: described,
    },
    authorities,
    secure,
  };
}

/** Go's certificate pools ignore blocks with headers. */
const withoutHeaders =
  (remarks: Remarks) =>
  ({ hasHeaders }: PemBlock): boolean => {
    if (hasHeaders) remarks.warning('certificate-authority holds a block with header lines, which kubectl ignores');
    return !hasHeaders;
  };

/** One valid authority is enough. */
function judgeAuthorities(
  authorities: CertificateFacts[],
  { clock, remarks }: { clock: Clock; remarks: Remarks },
): void {
  const { now } = clock;
  const valid = authorities.some(({ notBefore, notAfter }) => new Date(notBefore) <= now && now < new Date(notAfter));
  for (const { notBefore, notAfter, commonName, subject } of authorities) {
    judgeTimes(
      `its certificate authority '${commonName || subject}'`,
      { from: notBefore, until: notAfter },
      { clock, remarks: valid ? { ...remarks, error: remarks.warning } : remarks },
    );
  }
}

/** Whether TLS is used. */
function judgeServer(server: string, remarks: Remarks): boolean {
  if (server === '') {
    remarks.error('has no server');
    return false;
  }
  const address = serverAddress(server);
  if ('problem' in address) {
    remarks.error(`has the server ${quoted(withoutSecrets(server))}, which ${address.problem}`);
    return false;
  }
  if (!address.isSecure)
    remarks.warning(
      `is insecure: ${address.hasScheme ? '' : 'without a scheme kubectl takes '}plain http, which shows credentials to whoever listens`,
    );
  return address.isSecure;
}

function judgeProxy(proxy: string, remarks: Remarks): void {
  if (proxy === '') return;
  const url = parseGoUrl(proxy);
  if (!url || !['https', 'http', 'socks5'].includes(url.scheme))
    remarks.error(`has the proxy-url ${quoted(withoutSecrets(proxy))}, which is no https, http or socks5 URL`);
}

/** A URL may hold a user and a password before its host. */
function withoutSecrets(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}
