// The command that shows the content of a kubeconfig and its faults.
import { type Io, defineCommand } from './command.js';
import { flag, withDefault } from './options.js';
import { duration } from './readers.js';
import { formatTable } from './table.js';
import type { CertificateFacts } from '../inspect/certificate-facts.js';
import type { Finding } from '../inspect/finding.js';
import { type Inspection, inspectKubeconfig } from '../inspect/inspect-kubeconfig.js';
import { decodeKubeconfig } from '../kubeconfig/kubeconfig-source.js';
import type { InspectedCluster } from '../inspect/judge-cluster.js';
import type { InspectedUser } from '../inspect/judge-user.js';
import { type KubeconfigInput, readDefaultInputs, readInput } from '../inspect/load-kubeconfig.js';

export const inspect = defineCommand({
  summary: 'show the content of a kubeconfig, until when it is valid and its faults',
  positionals: [
    {
      name: 'FILE',
      help: 'a kubeconfig as YAML or JSON, such as a response of the API; - for standard input (default: the files of kubectl, in KUBECONFIG, else ~/.kube/config)',
      mayMiss: true,
    },
  ],
  options: {
    'warn-before': withDefault('30d', {
      placeholder: 'TIME',
      help: 'warn of certificates and tokens that end sooner than this',
      read: duration({ least: 0 }),
    }),
    json: flag(`print an object, with null for missing values:
  files, currentContext, works (nothing in it is broken),
  contexts: name, cluster, user, namespace
  clusters: name, server, trust (authority, system or none), tlsServerName, proxyUrl, authorities (certificates)
  users: name, credentials, certificate, key, tokenExpires, tokenDaysLeft, impersonates
  findings: severity (error or warning), file, kind (file, context, cluster or user), name, message
a certificate is subject, commonName, groups, issuer, serialNumber, notBefore, notAfter, daysLeft;
that of a user also credentialId, which revoke --credential takes`),
  },
  notes: [
    'No private key, token or password is printed, and no program that the kubeconfig names is run.',
    'Exit codes: 0 all of it can work, with warnings or without; 1 something in it cannot; 2 wrong usage.',
  ],
  examples: ['inspect', 'inspect kubeconfig.json --warn-before 7d', 'inspect - --json < kubeconfig.json'],
  async run({ json, 'warn-before': soonSeconds }, [file], io) {
    const clock = { now: new Date(), soonSeconds };
    const findings: Finding[] = [];
    const inputs = await readInputs(file, io, findings);
    const searchPath = io.environment['PATH'] ?? '';
    const inspection = await inspectKubeconfig(inputs, { clock, searchPath, findings });
    io.stdout.write(json ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection));
    return inspection.works ? 0 : 1;
  },
});

/** The named file, `-` for standard input, or kubectl's own files. */
async function readInputs(named: string | undefined, io: Io, findings: Finding[]): Promise<KubeconfigInput[]> {
  if (named === undefined) return readDefaultInputs(io.environment, findings);
  if (named !== '-') return [await readInput(named, io.environment)];
  const { text } = decodeKubeconfig(await io.readStdin(), 'stdin');
  return [{ file: 'stdin', text, folder: '.', openness: undefined }];
}

function formatInspection({ files, contexts, currentContext, clusters, users, findings }: Inspection): string {
  const parts = [
    table(['CURRENT', 'CONTEXT', 'CLUSTER', 'USER', 'NAMESPACE'], contexts, ({ name, cluster, user, namespace }) => [
      name === currentContext ? '*' : '',
      name,
      cluster ?? '-',
      user ?? '-',
      namespace ?? '-',
    ]),
    table(['CLUSTER', 'ENDPOINT', 'CHECKED BY', 'UNTIL', 'LEFT'], clusters, (cluster) => [
      cluster.name,
      cluster.server,
      describeTrust(cluster),
      ...(cluster.authorities[0] ? spanOf(cluster.authorities[0]) : ['-', '-']),
    ]),
    table(['USER', 'CREDENTIAL', ...certificateHeadings, 'UNTIL', 'LEFT'], users, describeUser),
    table(['USER', 'CREDENTIAL ID'], certified(users), ([name, credentialId]) => [name, credentialId]),
    findings.map((finding) => `${printable(describeFinding(finding, files))}\n`).join(''),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function table<Row>(headings: string[], rows: readonly Row[], cells: (row: Row) => string[]): string {
  return rows.length === 0
    ? ''
    : formatTable(
        headings,
        rows.map((row) => cells(row).map(printable)),
      );
}

const certificateHeadings = ['SUBJECT', 'GROUPS', 'ISSUER', 'SERIAL', 'FROM'];

function describeUser({
  name,
  credentials,
  certificate,
  tokenExpires,
  tokenDaysLeft,
}: InspectedUser['facts']): string[] {
  const told = [name, credentials.join(', ') || '-'];
  if (certificate) {
    const { commonName, groups, issuer, serialNumber, notBefore } = certificate;
    return [
      ...told,
      commonName || '-',
      groups.join(', ') || '-',
      issuer,
      serialNumber,
      dateOf(notBefore),
      ...spanOf(certificate),
    ];
  }
  const span = tokenExpires === null ? ['-', '-'] : spanOf({ notAfter: tokenExpires, daysLeft: tokenDaysLeft ?? 0 });
  return [...told, ...certificateHeadings.map(() => '-'), ...span];
}

/** Users with a certificate, and its ID. */
function certified(users: readonly InspectedUser['facts'][]): [string, string][] {
  return users.flatMap(({ name, certificate }) => (certificate ? [[name, certificate.credentialId]] : []));
}

function describeTrust({ trust, authorities, tlsServerName }: InspectedCluster['facts']): string {
  const [authority] = authorities;
  const named = { authority: authority?.subject ?? 'a broken CA', system: "the system's CAs", none: 'nothing' }[trust];
  return tlsServerName === null || trust === 'none' ? named : `${named}, as ${tlsServerName}`;
}

const dateOf = (time: string) => time.slice(0, 10);
const spanOf = ({ notAfter, daysLeft }: Pick<CertificateFacts, 'notAfter' | 'daysLeft'>) => [
  dateOf(notAfter),
  daysLeft < 0 ? 'expired' : `${daysLeft} day${daysLeft === 1 ? '' : 's'}`,
];

function describeFinding({ severity, file, kind, name, message }: Finding, files: string[]): string {
  const where = kind === 'file' ? file : `${kind} '${name}'${files.length > 1 ? ` in ${file}` : ''}`;
  return `${severity}: ${where}: ${message}`;
}

/** Names may hold terminal control codes. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
