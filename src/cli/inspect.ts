// The command that tells what is in a kubeconfig, and what in it cannot work.
import { type Io, defineCommand } from './command.js';
import { flag, withDefault } from './options.js';
import { duration } from './readers.js';
import { formatTable } from './table.js';
import type { CertificateFacts, Clock } from '../inspect/certificate-facts.js';
import type { Finding } from '../inspect/finding.js';
import { type InspectedCluster, judgeCluster } from '../inspect/judge-cluster.js';
import { judgeContext, judgeCurrentContext } from '../inspect/judge-context.js';
import { type InspectedUser, judgeUser } from '../inspect/judge-user.js';
import { loadKubeconfig } from '../inspect/load-kubeconfig.js';

/** What --json prints; its usage text describes it. */
interface Inspection {
  files: string[];
  currentContext: string | null;
  works: boolean;
  contexts: { name: string; cluster: string | null; user: string | null; namespace: string | null }[];
  clusters: InspectedCluster['facts'][];
  users: InspectedUser['facts'][];
  findings: Finding[];
}

export const inspect = defineCommand({
  summary: 'tell what is in a kubeconfig, until when it is valid and what in it cannot work',
  positionals: [
    {
      name: 'FILE',
      help: 'a kubeconfig as YAML or JSON, such as the answer of the API; - for standard input (default: what kubectl takes: the files in KUBECONFIG, else ~/.kube/config)',
      mayMiss: true,
    },
  ],
  options: {
    'warn-before': withDefault('30d', {
      placeholder: 'TIME',
      help: 'warn of certificates and tokens that end sooner than this',
      read: duration({ least: 0 }),
    }),
    json: flag(`print an object, with null for what is not there:
  files, currentContext, works (nothing in it is broken),
  contexts: name, cluster, user, namespace
  clusters: name, server, trust (authority, system or none), tlsServerName, proxyUrl, authorities (certificates)
  users: name, credentials, certificate, key, tokenExpires, tokenDaysLeft, impersonates
  findings: severity (error or warning), file, kind (file, context, cluster or user), name, message
a certificate is subject, commonName, groups, issuer, serialNumber, notBefore, notAfter, daysLeft`),
  },
  notes: [
    'No private key, token or password is printed, and no program that the kubeconfig names is run.',
    'Exit codes: 0 all of it can work, with warnings or without; 1 something in it cannot; 2 wrong usage.',
  ],
  examples: ['inspect', 'inspect kubeconfig.json --warn-before 7d', 'inspect - --json < kubeconfig.json'],
  async run({ json, 'warn-before': soonSeconds }, [file], io) {
    const clock = { now: new Date(), soonSeconds };
    const inspection = await inspectKubeconfig(file, { clock, io });
    io.stdout.write(json ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection));
    return inspection.works ? 0 : 1;
  },
});

async function inspectKubeconfig(
  file: string | undefined,
  { clock, io }: { clock: Clock; io: Io },
): Promise<Inspection> {
  const config = await loadKubeconfig(file, io);
  const { findings } = config;
  judgeCurrentContext(config);
  const searchPath = io.environment['PATH'] ?? '';
  const clusters = new Map<string, InspectedCluster>();
  for (const entry of config.clusters) clusters.set(entry.name, await judgeCluster(entry, { clock, findings }));
  const users = new Map<string, InspectedUser>();
  for (const entry of config.users) users.set(entry.name, await judgeUser(entry, { clock, findings, searchPath }));
  for (const entry of config.contexts) judgeContext(entry, { clusters, users, findings });
  return {
    files: config.files,
    currentContext: config.currentContext || null,
    works: findings.every(({ severity }) => severity !== 'error'),
    contexts: config.contexts.map(({ name, fields: { cluster, user, namespace } }) => ({
      name,
      cluster: cluster || null,
      user: user || null,
      namespace: namespace || null,
    })),
    clusters: [...clusters.values()].map(({ facts }) => facts),
    users: [...users.values()].map(({ facts }) => facts),
    findings: [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))],
  };
}

const isError = ({ severity }: Finding) => severity === 'error';

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

/** Names may hold what would drive a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
