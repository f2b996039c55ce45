// Checks the users of a kubeconfig: their credentials, names and ends, and whether they fit together. Runs nothing, and
// shows no key, token or password.
import { type KeyObject, type X509Certificate, createPrivateKey } from 'node:crypto';
import path from 'node:path';
import type { PemBlock } from '../verify/pem.js';
import {
  type ClientCertificateFacts,
  type Clock,
  daysUntil,
  describeClientCertificate,
  judgeTimes,
  readCertificates,
} from './certificate-facts.js';
import { type Finding, type Remarks, remarksOn } from './finding.js';
import { judgeAuthProvider, judgeExec } from './judge-plugin.js';
import { type Entry, opennessOf } from './load-kubeconfig.js';
import type { UserFields } from './parse-kubeconfig.js';
import { isGiven, readPemField } from './read-pem-field.js';
import { readToken } from './read-token.js';

export interface InspectedUser {
  facts: {
    name: string;
    /** Such as `client certificate`, `token` or `exec aws`. */
    credentials: string[];
    certificate: ClientCertificateFacts | null;
    /** Such as `RSA 2048` or `EC prime256v1`. */
    key: string | null;
    /** The end of a token, as it says itself. */
    tokenExpires: string | null;
    tokenDaysLeft: number | null;
    impersonates: string | null;
  };
  /** The client certificate and the intermediates behind it. */
  chain: X509Certificate[];
}

interface Judging {
  clock: Clock;
  remarks: Remarks;
}

/** Describes a user and adds its faults. */
export async function judgeUser(
  entry: Entry<UserFields>,
  { clock, findings, searchPath }: { clock: Clock; findings: Finding[]; searchPath: string },
): Promise<InspectedUser> {
  const { name, file, fields } = entry;
  const remarks = remarksOn(findings, { file, kind: 'user', name });
  const { chain, described } = await readChain(entry, { clock, remarks });
  const key = await readKey(entry, remarks);
  judgePair(chain[0], key, { ...entry, remarks });
  const token = await readToken(entry, { clock, remarks });
  const credentials = credentialsOf(fields);
  judgeMethods(fields, remarks);
  judgeHeaders(fields, remarks);
  if (fields.exec) await judgeExec(fields.exec, { ...entry, remarks, searchPath, spare: credentials.length > 1 });
  if (fields['auth-provider']) judgeAuthProvider(fields['auth-provider'], remarks);
  const facts = {
    name,
    credentials,
    certificate: described[0] ?? null,
    key: key ? describeKey(key) : null,
    tokenExpires: token.expires ?? null,
    tokenDaysLeft: token.expires === undefined ? null : daysUntil(token.expires, clock),
    impersonates: fields.as || null,
  };
  return { facts, chain };
}

function credentialsOf(fields: UserFields): string[] {
  const { exec, 'auth-provider': authProvider, token, tokenFile, username, password } = fields;
  return [
    ...(isGiven({ fields }, 'client-certificate') ? ['client certificate'] : []),
    ...(tokenFile ? ['token file'] : token ? ['token'] : []),
    ...(username || password ? ['password'] : []),
    ...(exec ? [`exec ${path.basename(exec.command ?? '')}`] : []),
    ...(authProvider ? [`auth-provider ${authProvider.name ?? ''}`] : []),
  ];
}

async function readChain(entry: Entry<UserFields>, { clock, remarks }: Judging) {
  const blocks = await readPemField(entry, 'client-certificate', remarks);
  const chain = blocks ? readCertificates(blocks, 'client-certificate', remarks) : [];
  const described = chain.map((one) => describeClientCertificate(one, clock));
  const [client, ...others] = described;
  if (!client || !chain[0]) return { chain, described };
  judgeTimes('its certificate', { from: client.notBefore, until: client.notAfter }, { clock, remarks });
  // Whether one of these breaks the chain depends on the cluster's authority, which the context knows.
  for (const { notBefore, notAfter, subject } of others)
    judgeTimes(
      `the certificate of '${subject}' behind its own`,
      { from: notBefore, until: notAfter },
      { clock, remarks: { ...remarks, error: remarks.warning } },
    );
  if (client.commonName === '')
    remarks.error('its certificate has no common name (CN), which is the name in Kubernetes');
  // Node's name of the extended key usage; none at all means any.
  const purposes = chain[0].keyUsage as string[] | undefined;
  if (purposes && !purposes.some((purpose) => clientPurposes.includes(purpose)))
    remarks.error('its certificate is not for clients: its extended key usage lacks clientAuth');
  return { chain, described };
}

const clientPurposes = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

async function readKey(entry: Entry<UserFields>, remarks: Remarks): Promise<KeyObject | undefined> {
  if (isGiven(entry, 'client-certificate') && !isGiven(entry, 'client-key'))
    remarks.error('has client-certificate but no client-key');
  const { 'client-key': file, 'client-key-data': data } = entry.fields;
  if (file && !data) {
    const openness = await opennessOf(path.resolve(entry.folder, file));
    if (openness !== undefined) remarks.warning(`its key file '${file}' ${openness}`);
  }
  const blocks = await readPemField(entry, 'client-key', remarks);
  const block = blocks?.find(({ label }) => /(^| )PRIVATE KEY$/.test(label));
  if (!block) {
    if (blocks) remarks.error('client-key holds no private key');
    return undefined;
  }
  const key = parseKey(block);
  if (key && isUsable(key)) {
    if ((key.asymmetricKeyDetails?.modulusLength ?? 1024) < 1024)
      remarks.error('client-key holds an RSA key of less than 1024 bits, which works with kubectl before 1.32 only');
    return key;
  }
  const encrypted = block.label === 'ENCRYPTED PRIVATE KEY' || /^DEK-Info:/m.test(block.text);
  const problem = encrypted ? 'an encrypted key, which kubectl cannot use' : 'no key of a kind that kubectl knows';
  remarks.error(`client-key holds ${problem}`);
  return undefined;
}

/** As kubectl does, by content and not by label. */
function parseKey({ der }: PemBlock): KeyObject | undefined {
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type });
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The keys that Go accepts for TLS: RSA, the curves of NIST except P-224, Ed25519. */
function isUsable({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'ec') return ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '');
  return type === 'rsa' || type === 'ed25519';
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve;
  return asymmetricKeyType === 'ed25519' ? 'Ed25519' : `${asymmetricKeyType?.toUpperCase() ?? ''} ${size ?? ''}`.trim();
}

function judgePair(
  certificate: X509Certificate | undefined,
  key: KeyObject | undefined,
  { remarks }: { remarks: Remarks },
): void {
  if (certificate && key && !certificate.checkPrivateKey(key))
    remarks.error('its key is not the one of its certificate');
}

/** Checks values that go into headers: Go sends none with control characters. */
function judgeHeaders(fields: UserFields, remarks: Remarks): void {
  // A token of a file wins, without the white space around it.
  const token = fields.tokenFile ? '' : (fields.token ?? '');
  const extra = Object.values(fields['as-user-extra'] ?? {}).flat();
  const sent = {
    token: [token],
    as: [fields.as ?? ''],
    'as-groups': fields['as-groups'] ?? [],
    'as-user-extra': extra,
  };
  for (const [name, values] of Object.entries(sent))
    if (values.some((value) => /[\0-\x08\x0a-\x1f\x7f]/.test(value)))
      remarks.error(`${name} holds a line break or another control character, which no call can carry`);
}

/** Combinations that kubectl refuses. */
function judgeMethods(fields: UserFields, remarks: Remarks): void {
  const basic = Boolean(fields.username || fields.password);
  if (basic && fields.token) remarks.error('has both a token and a password; kubectl accepts only one of them');
  if (basic) remarks.warning('has a password; Kubernetes accepts none since 1.19');
  if (fields.exec && fields['auth-provider'])
    remarks.error('has both exec and auth-provider; kubectl accepts only one of them');
  const impersonation = [
    fields['as-uid'],
    ...(fields['as-groups'] ?? []),
    ...Object.keys(fields['as-user-extra'] ?? {}),
  ];
  if (!fields.as && impersonation.some(Boolean))
    remarks.error(
      `has as-uid, as-groups or as-user-extra without as; kubectl refuses that${impersonation.slice(1).some(Boolean) ? '' : ' (as-uid: since 1.22)'}`,
    );
}
