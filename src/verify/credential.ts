// The certificates and the key of a kubeconfig, read by Node's own crypto, and field by field.
import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { type CertificateFields, readFields } from './certificate-fields.js';
import { NotDer } from './der-reader.js';
import { type Fault } from './finding.js';
import { problemForGo, problemOfCertificate } from './go-certificate.js';
import type { LooseKubeconfig } from './kubeconfig-rules.js';
import { type PemBlock, isFault, openPem } from './pem.js';

export interface ReadCertificate {
  x509: X509Certificate;
  fields: CertificateFields;
  /** Why Go, and so kubectl and kube-apiserver, do not read it. */
  problem?: string;
}

export interface Authorities {
  /** Place of the field. */
  where: string;
  certificates: ReadCertificate[];
}

export interface Credential {
  /** The client certificate, then the intermediates that came with it. */
  certificates: ReadCertificate[];
  key?: KeyObject;
  authorities: Authorities[];
  /** Faults of unreadable parts. */
  faults: Fault[];
}

export const certificateField = 'users[0].user.client-certificate-data';
export const keyField = 'users[0].user.client-key-data';

/** Certificates that were read before, by the text of their block. A CA comes with each answer. */
export type KnownCertificates = Map<string, ReadCertificate>;

/** Reads the readable certificates and keys of a kubeconfig. */
export function readCredential(config: LooseKubeconfig, known: KnownCertificates = new Map()): Credential {
  const faults: Fault[] = [];
  const user = config.users?.[0]?.user ?? {};
  const certificatesIn = (value: unknown, where: string, source: string): ReadCertificate[] => {
    const blocks = openPem(value, where, source, 'a CERTIFICATE');
    if (isFault(blocks)) {
      faults.push(blocks);
      return [];
    }
    return readCertificates(blocks, { where, source, known }, faults);
  };
  const has = (name: string) => user[name] !== undefined;
  const certificates = has('client-certificate-data')
    ? certificatesIn(user['client-certificate-data'], certificateField, 'Table 7, client-certificate-data')
    : [];
  const key = has('client-key-data') ? readKey(user['client-key-data'], faults) : undefined;
  const authorities = (config.clusters ?? []).flatMap(({ cluster = {} }, i) => {
    const value = cluster['certificate-authority-data'];
    if (value === undefined || value === null) return [];
    const where = `clusters[${i}].cluster.certificate-authority-data`;
    return [{ where, certificates: certificatesIn(value, where, 'Table 5, certificate-authority-data') }];
  });
  return { certificates, authorities, faults, ...(key && { key }) };
}

/** Throws for bytes that are no X.509 certificate; NotDer for those that OpenSSL alone can read. */
export function readCertificate(der: Buffer): ReadCertificate {
  const x509 = new X509Certificate(der);
  const fields = readFields(der);
  const problem = problemOfCertificate(fields);
  return { x509, fields, ...(problem !== undefined && { problem }) };
}

interface Place {
  where: string;
  source: string;
  known: KnownCertificates;
}

function readCertificates(blocks: PemBlock[], { where, source, known }: Place, faults: Fault[]) {
  const fault = (received: string) =>
    faults.push({
      where,
      expected: 'PEM blocks labelled CERTIFICATE',
      received,
      source: `${source}; RFC 7468, section 5`,
    });
  const read: ReadCertificate[] = [];
  const unreadable: string[] = [];
  const isAuthority = where.endsWith('certificate-authority-data');
  for (const { label, der, text, hasHeaders } of blocks) {
    if (/PRIVATE KEY/.test(label)) fault(`a private key (${label}) where a certificate belongs`);
    else if (label !== 'CERTIFICATE') fault(`a block labelled '${label}'`);
    else {
      if (isAuthority && hasHeaders) fault('a CERTIFICATE block with headers, which Go passes over');
      try {
        const one = known.get(text) ?? readCertificate(der);
        known.set(text, one);
        read.push(one);
      } catch (error) {
        const problem = problemForGo(der);
        if (error instanceof NotDer) unreadable.push(error.message);
        else
          fault(`a CERTIFICATE block that is not an X.509 certificate${problem === undefined ? '' : `: ${problem}`}`);
      }
    }
  }
  const problems = read
    .flatMap(({ problem }) => problem ?? [])
    .filter((one) => isAuthority || !reportedElsewhere.test(one));
  const spared = isAuthority && read.some(({ problem }) => problem === undefined);
  faults.push(...[...unreadable, ...problems].map((problem) => unreadableForGo(problem, { where, source, spared })));
  return read;
}

/** The checks serial-number, x509-version and purpose report these of client certificates. */
const reportedElsewhere = /^(a negative serial number|a version beyond 3|the extension \S+ twice)$/;

/** OpenSSL is laxer than Go. Of several CAs, Go passes over those that it cannot read. */
function unreadableForGo(
  received: string,
  { where, source, spared }: { where: string; source: string; spared: boolean },
): Fault {
  return {
    where,
    expected: 'certificates that Go can read, as kubectl and kube-apiserver do',
    received,
    source: `${source}; RFC 5280, section 4; Go's crypto/x509`,
    ...(spared && { severity: 'warning' }),
  };
}

function readKey(value: unknown, faults: Fault[]): KeyObject | undefined {
  const source = 'Table 7, client-key-data';
  const blocks = openPem(value, keyField, source, 'a PRIVATE KEY');
  if (isFault(blocks)) {
    faults.push(blocks);
    return undefined;
  }
  const fault = (received: string): undefined => {
    faults.push({ where: keyField, expected: 'one unencrypted private key as PEM', received, source });
    return undefined;
  };
  const keys = blocks.filter(({ label }) => /PRIVATE KEY$/.test(label));
  const other = blocks.find(({ label }) => !/PRIVATE KEY$/.test(label) && label !== 'EC PARAMETERS');
  if (other) {
    fault(`a block labelled '${other.label}'`);
    return;
  }
  const [key] = keys;
  if (!key) {
    fault('no private key');
    return;
  }
  if (keys.length > 1) {
    fault(`${keys.length} private keys`);
    return;
  }
  if (key.label === 'ENCRYPTED PRIVATE KEY' || /^DEK-Info:/m.test(key.text)) {
    fault('an encrypted private key');
    return;
  }
  if (!['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'].includes(key.label)) {
    fault(`a block labelled '${key.label}'`);
    return;
  }
  try {
    return createPrivateKey(key.text);
  } catch {
    fault(`a block labelled '${key.label}' that is not such a key`);
    return;
  }
}
