// The rules of X.509 (RFC 5280) and of Kubernetes for the certificates of a kubeconfig.
import { type KeyObject, createPublicKey, sign, verify } from 'node:crypto';
import { valuesOf } from './certificate-fields.js';
import { type Credential, type ReadCertificate, certificateField, keyField } from './credential.js';
import { type Fault, show } from './finding.js';
import { basicConstraintsOf, keyUsageOf, purposesOf, unknownCritical } from './go-extensions.js';

const clientCertificate = 'Table 7, client-certificate-data';
const authority = 'Table 5, certificate-authority-data';
const minute = 60_000;
const day = 24 * 60 * minute;
const skew = 5 * minute;

/** The private key belongs to the certificate. */
export function judgeKey({ certificates: [client], key, authorities }: Credential): Fault[] {
  if (!client || !key) return [];
  if (!client.x509.checkPrivateKey(key)) {
    return [
      {
        where: keyField,
        expected: 'the private key of the client certificate',
        received: 'another key',
        source: 'Table 7, client-key-data',
      },
    ];
  }
  if (!signsFor(client, key)) {
    return [
      {
        where: keyField,
        expected: 'a private key whose signatures the certificate verifies',
        received: 'one that names the public key of the certificate, but belongs to another',
        source: 'Table 7, client-key-data; RFC 8446, section 4.4.3',
      },
    ];
  }
  if (!authorities.some(({ certificates }) => certificates.some((ca) => ca.x509.checkPrivateKey(key)))) return [];
  return [
    {
      where: keyField,
      expected: 'a key of its own',
      received: "the CA's key",
      source: 'Table 7, client-key-data; RFC 5280, section 4.2.1.9',
    },
  ];
}

/** A private key file may name a public key that is not its own. */
function signsFor({ x509 }: ReadCertificate, key: KeyObject): boolean {
  if (!['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '')) return true;
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const text = Buffer.from('clustercert verify');
  try {
    return verify(algorithm, text, x509.publicKey, sign(algorithm, text, key));
  } catch {
    return false;
  }
}

/** The certificate and its CA are valid now, for a time that is plausible. */
export function judgeValidity({ certificates, authorities }: Credential, now = Date.now()): Fault[] {
  const [client] = certificates;
  const faults: Fault[] = [];
  const check = (where: string, { x509 }: ReadCertificate, source: string) => {
    const [from, until] = spanOf(x509);
    const span = `valid from ${iso(from)} until ${iso(until)}`;
    const fault = {
      where,
      expected: 'a certificate that is valid now',
      source: `${source}; RFC 5280, section 4.1.2.5`,
    };
    if (until <= from) faults.push({ ...fault, expected: 'notBefore before notAfter', received: span });
    else if (until < now) faults.push({ ...fault, received: `expired: ${span}` });
    else if (from > now + skew) faults.push({ ...fault, received: `not yet valid: ${span}` });
    else if (from > now + 2000)
      faults.push({
        ...fault,
        severity: 'warning',
        received: `not valid for ${Math.round((from - now) / 1000)} seconds yet`,
      });
  };
  for (const { where, certificates: set } of authorities) {
    // Old CAs may stay beside the new one: verifiers pass over them.
    const judged = set.some(({ x509 }) => isValidNow(x509, now))
      ? set.filter(({ x509 }) => isValidNow(x509, now))
      : set;
    for (const one of judged) check(where, one, authority);
  }
  for (const one of certificates) check(certificateField, one, clientCertificate);
  if (!client || faults.some(({ severity }) => severity !== 'warning')) return faults;
  const [from, until] = spanOf(client.x509);
  const fault = { where: certificateField, source: `${clientCertificate}; RFC 5280, section 4.1.2.5` };
  if (until - from > 30 * 366 * day) {
    faults.push({
      ...fault,
      expected: 'a validity of at most 30 years, the longest that was ever documented',
      received: `until ${iso(until)}`,
    });
  }
  if (until - now < 10 * minute) {
    const isTooShort = until - now < minute;
    faults.push({
      ...fault,
      ...(!isTooShort && { severity: 'warning' as const }),
      expected: 'time to use it',
      received: `the end at ${iso(until)}, in ${Math.round((until - now) / 1000)} seconds`,
    });
  }
  const ends = authorities.flatMap(({ certificates: set }) => set.map(({ x509 }) => spanOf(x509)[1]));
  if (ends.length > 0 && until > Math.max(...ends)) {
    faults.push({
      ...fault,
      severity: 'warning',
      expected: 'an end that its CA lives to see',
      received: `until ${iso(until)}`,
    });
  }
  return faults;
}

/** clientAuth, or any purpose. */
export const isForClients = (purposes: readonly string[]) =>
  ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'].some((purpose) => purposes.includes(purpose));

/** Kubernetes accepts a leaf for client authentication, with a name. */
export function judgePurpose({ certificates: [client] }: Credential): Fault[] {
  if (!client) return [];
  const faults: Fault[] = [];
  const add = (expected: string, received: string, rule: string) =>
    faults.push({ where: certificateField, expected, received, source: `${clientCertificate}; ${rule}` });
  const { fields } = client;
  const { extensions } = fields;
  const purposes = purposesOf(extensions);
  if (!purposes) {
    faults.push({
      severity: 'warning',
      where: certificateField,
      expected: 'the extended key usage clientAuth',
      received: 'no extended key usage: Go and TLS take it for any purpose',
      source: 'RFC 5280, section 4.2.1.12: absence restricts nothing',
    });
  } else if (!isForClients(purposes)) {
    const rule = 'RFC 5280, section 4.2.1.12; Kubernetes: x509 client certificates';
    add('the extended key usage clientAuth', `extended key usages ${purposes.join(', ')}`, rule);
  }
  if (basicConstraintsOf(extensions)?.isCa) add('a certificate that is no CA', 'CA:TRUE', 'RFC 5280, section 4.2.1.9');
  const usage = keyUsageOf(extensions);
  if (usage && usages.keyCertSign(usage))
    add('no right to sign certificates', 'the key usage keyCertSign', 'RFC 5280, section 4.2.1.3');
  if (usage && !usages.digitalSignature(usage))
    add('the key usage digitalSignature', 'a key usage without it', 'RFC 5280, section 4.2.1.3');
  faults.push(...judgeName(client));
  if (fields.issuer.length === 0) add('the name of its issuer', 'an empty name', 'RFC 5280, section 4.1.2.4');
  const seen = new Set<string>();
  for (const { id } of extensions) {
    if (seen.has(id)) add('each extension once', `${id} twice, which Go refuses to read`, 'RFC 5280, section 4.2');
    seen.add(id);
  }
  for (const id of unknownCritical(extensions))
    add('no critical extension that verifiers do not know', id, 'RFC 5280, section 4.2');
  return faults;
}

/** A missing value of several languages, or a template that was not filled in. */
const unfilled = /^(null|undefined|none|nil|<nil>|nan|\[object \w+\]|%!.*\)|.*(\$\{|\{\{|%\(?\w*\)?s$).*)$/i;

/** Nobody's own: nodes, parts of the control plane, service accounts, callers without credentials. */
const componentName = /^system:(node:|kube-|serviceaccount:|anonymous$|unauthenticated$|apiserver$|bootstrap:)/;

const componentGroup = /^system:(nodes|unauthenticated|serviceaccounts.*|bootstrappers.*)$/;

/** The common name is a user of Kubernetes, and its organisations are groups of people. */
function judgeName(client: ReadCertificate): Fault[] {
  const name = commonNameOf(client);
  const fault = (received: string): Fault[] => [
    {
      where: certificateField,
      expected: 'a common name (CN): the user name in Kubernetes',
      received,
      source: `${clientCertificate}; Kubernetes: x509 client certificates`,
    },
  ];
  if (unfilled.test(name)) return fault(`what a program writes for a missing value: ${show(name)}`);
  if (name.trim() === '') return fault(`subject ${nameOf(client.x509.subject) || 'empty'}`);
  if (/[\u0000-\u001f\u007f]/.test(name)) return fault(`a name with control characters: ${show(name)}`);
  if (componentName.test(name)) return fault(`the name of a component of Kubernetes: ${show(name)}`);
  const group = valuesOf(client.fields.subject, '2.5.4.10').find((one) => componentGroup.test(one));
  return group === undefined ? [] : fault(`a group of components of Kubernetes: ${show(group)}`);
}

/** Positive, and at most 20 octets. */
export function judgeSerial({ certificates: [client] }: Credential): Fault[] {
  if (!client) return [];
  const serial = client.fields.serialNumber;
  const fault = {
    where: certificateField,
    expected: 'a positive serial number of at most 20 octets',
    source: `${clientCertificate}; RFC 5280, section 4.1.2.2`,
  };
  if (((serial[0] ?? 0) & 0x80) !== 0) return [{ ...fault, received: 'a negative serial number' }];
  if (serial.every((octet) => octet === 0)) return [{ ...fault, received: 'the serial number 0' }];
  return serial.length > 20 ? [{ ...fault, received: `${serial.length} octets` }] : [];
}

/** Version 3: only those have extensions, but verifiers accept others too. */
export function judgeVersion({ certificates: [client] }: Credential): Fault[] {
  if (!client || client.fields.version === 3) return [];
  const isOlder = client.fields.version < 3;
  return [
    {
      // Go and TLS accept one without extensions, but no unknown version.
      ...(isOlder && { severity: 'warning' as const }),
      where: certificateField,
      expected: 'an X.509 certificate of version 3',
      received: `version ${client.fields.version}`,
      source: `${clientCertificate}; RFC 5280, section 4.1.2.1`,
    },
  ];
}

/** Of several common names the last one, as in Go's pkix.Name. */
export const commonNameOf = ({ fields }: ReadCertificate) => valuesOf(fields.subject, '2.5.4.3').at(-1) ?? '';

export const publicKeyOf = ({ x509 }: ReadCertificate) => {
  try {
    return createPublicKey(x509.publicKey.export({ type: 'spki', format: 'pem' }))
      .export({ type: 'spki', format: 'der' })
      .toString('hex');
  } catch {
    return x509.fingerprint256;
  }
};

export const spanOf = (x509: ReadCertificate['x509']): [number, number] => [
  Date.parse(x509.validFrom),
  Date.parse(x509.validTo),
];

/** Node omits an empty name, whatever its types say. */
export const nameOf = (name: string | undefined) => (name ?? '').replaceAll('\n', ', ');
/** As verifiers look at it; clocks may differ a little. */
export function isValidNow(x509: ReadCertificate['x509'], now = Date.now()): boolean {
  const [from, until] = spanOf(x509);
  return from <= now + skew && now <= until;
}

const iso = (time: number) => (Number.isNaN(time) ? 'a time that cannot be read' : new Date(time).toISOString());

/** The bits of a key usage (RFC 5280, section 4.2.1.3), the first of which is the highest. */
export const usages = {
  digitalSignature: ([first = 0]: Buffer) => (first & 0x80) !== 0,
  keyCertSign: ([first = 0]: Buffer) => (first & 0x04) !== 0,
};
