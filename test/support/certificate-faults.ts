// Faults in certificates: a proxy in front of the real provider puts a forged credential into its responses.
import { type Answer, type Fault, config, path, user } from './faults.js';
import { type Forged, type ForgedFields, forge } from './forge.js';

/** As `faults`. */
export const certificateFaults: Record<string, [Fault, RegExp, timeoutMs?: number]> = {
  'the certificate has expired': [forged({ days: [-30, -1] }), /expired/],
  'the certificate is not valid yet': [forged({ days: [1, 30] }), /not yet valid/],
  'the certificate ends before it begins': [forged({ days: [10, 5] }), /notBefore before notAfter/],
  'the CA has expired': [forged({}, { days: [-30, -1] }), /certificate-authority-data.*expired/],
  'the CA is no CA': [forged({}, { ca: false }), /CA:FALSE/],
  'the certificate is a CA': [forged({ ca: true }), /no CA/],
  'the certificate is for servers': [forged({ purposes: ['1.3.6.1.5.5.7.3.1'] }), /clientAuth/],
  'the certificate has no purpose': [forged({ purposes: [] }), /clientAuth/],
  'the certificate has no name': [forged({ commonName: '' }), /common name/],
  'the key has 1024 bits': [forged({ bits: 1024 }), /1024 bits/],
  'the signature is over SHA-1': [forged({ hash: 'sha1' }), /SHA-1/],
  'the serial number is 0': [forged({ serial: [0] }), /serial number 0/],
  'the serial number is negative': [forged({ serial: [0x80, 1] }), /negative/],
  'the serial number is too long': [forged({ serial: Array<number>(21).fill(1) }), /21 octets/],
  'the key is of another certificate': [
    (a) => replaceCredential(a, { ...forge(), keyPem: forge().keyPem }),
    /another key/,
  ],
  "the key is the CA's": [forged({ hasKeyOfAuthority: true }), /the CA's key/],
  'the CA is another': [(a) => replaceCredential(a, { ...forge(), authorityPem: forge().authorityPem }), /chain/],
  'each certificate is of another user': [numbered((n) => forge({ commonName: `user${n}` })), /same common name/],
};

/** One forged credential for every request. */
function forged(client: ForgedFields, authority: ForgedFields = {}): Fault {
  let made: Forged | undefined;
  return (answer) => replaceCredential(answer, (made ??= forge(client, authority)));
}

function numbered(make: (n: number) => Forged): Fault {
  let n = 0;
  return (answer) => replaceCredential(answer, make((n += 1)));
}

function replaceCredential(answer: Answer, { authorityPem, certificatePem, keyPem }: Forged): Answer | undefined {
  const encode = (pem: string) => Buffer.from(pem).toString('base64');
  return config((c) => {
    Object.assign(user(c), { 'client-certificate-data': encode(certificatePem), 'client-key-data': encode(keyPem) });
    for (const entry of c.clusters) {
      const cluster = path(entry, 'cluster');
      if ('certificate-authority-data' in cluster) cluster['certificate-authority-data'] = encode(authorityPem);
    }
  })(answer, { method: '', path: '', token: undefined });
}
