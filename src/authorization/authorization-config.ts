// The AuthorizationConfiguration of a cluster whose API server enforces revocations (Kubernetes 1.32 and newer): its
// match conditions hold the list, and only requests that match reach a webhook, which denies them all. While the
// webhook is away, the revoked stay out and nobody else notices, because `failurePolicy: Deny` applies to matches only.
import { parseDocument, stringify } from 'yaml';
import { ClusterCertError, quoted } from '../errors.js';
import { generationGroupPrefix } from '../registry/caller.js';
import type { ClusterRevocations } from '../registry/revocations.js';

export interface AuthorizationConfigOptions {
  /** Path of the kubeconfig by which the API server reaches the webhook, as the API server sees it. */
  webhookKubeconfig: string;
  /** An AuthorizationConfiguration of the operator's own, as YAML; without it the authorizers are Node and RBAC. */
  base?: string | undefined;
}

interface AuthorizationConfiguration {
  apiVersion: string;
  kind: string;
  authorizers: object[];
}

const apiVersion = 'apiserver.config.k8s.io/v1';
const namePrefix = 'clustercert-revoked-';
// CEL's parser takes 100,000 code points an expression.
const mostCodePoints = 90_000;
// The cluster evaluates each of these expressions for every request.
const mostAuthorizers = 10;
const credentialIdKey = 'authentication.kubernetes.io/credential-id';

/** The configuration as YAML. Throws `invalid_argument` for a list that does not fit, and for a base that is none. */
export function createAuthorizationConfig(
  revocations: ClusterRevocations,
  { webhookKubeconfig, base }: AuthorizationConfigOptions,
): string {
  const expressions = [
    ...chunk(revocations.users.map(({ userId, generation }) => `${celString(userId)}: ${generation}`)).map(byUser),
    ...chunk(revocations.credentials.map(({ credentialId }) => celString(credentialId))).map(byCredential),
  ];
  if (expressions.length > mostAuthorizers) {
    throw new ClusterCertError(
      'invalid_argument',
      `${revocations.users.length} users and ${revocations.credentials.length} certificates do not fit into ${mostAuthorizers} match conditions; ` +
        'give the cluster a new client CA (clustercert cluster client-ca new) and start with an empty list',
    );
  }
  const { authorizers, ...rest } = base === undefined ? emptyConfig : readBase(base);
  const webhooks = expressions.map((expression, index) => webhook(index + 1, { expression, webhookKubeconfig }));
  const config = stringify({ ...rest, authorizers: [...webhooks, ...authorizers] }, { lineWidth: 0 });
  return `${header}${entryPrefix}${JSON.stringify(revocations)}\n${config}`;
}

// A comment repeats the list in a form that a later run reads: see readRevocations.
const header =
  '# Written by clustercert authorization-config; what stands here is never taken back by a run that knows less.\n';
const entryPrefix = '# clustercert-revocations: ';

/** The list in a file of `createAuthorizationConfig`. */
export type FileRevocations = ClusterRevocations;

/**
 * Reads the list of a configuration of ours; empty lists for any other text. Throws `data_unreadable` for a damaged
 * one.
 */
export function readRevocations(text: string): FileRevocations {
  const line = text.split('\n').find((candidate) => candidate.startsWith(entryPrefix));
  if (line === undefined) return { users: [], credentials: [] };
  try {
    const { users, credentials } = JSON.parse(line.slice(entryPrefix.length), reviveTime) as FileRevocations;
    return { users: [...users], credentials: [...credentials] };
  } catch {
    throw new ClusterCertError(
      'data_unreadable',
      'the file that is there was written by clustercert and is damaged; remove it to write one from the data alone',
    );
  }
}

const reviveTime = (key: string, value: unknown) =>
  (key === 'revokedAt' || key === 'until') && typeof value === 'string' ? new Date(value) : value;

const emptyConfig: AuthorizationConfiguration = {
  apiVersion,
  kind: 'AuthorizationConfiguration',
  authorizers: [
    { type: 'Node', name: 'node' },
    { type: 'RBAC', name: 'rbac' },
  ],
};

function webhook(number: number, { expression, webhookKubeconfig }: { expression: string; webhookKubeconfig: string }) {
  return {
    type: 'Webhook',
    name: namePrefix + String(number),
    webhook: {
      // The shortest that 1.32 accepts; the fields that turn its cache off came with 1.34.
      authorizedTTL: '1s',
      unauthorizedTTL: '1s',
      timeout: '3s',
      subjectAccessReviewVersion: 'v1',
      matchConditionSubjectAccessReviewVersion: 'v1',
      failurePolicy: 'Deny',
      connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: webhookKubeconfig },
      matchConditions: [{ expression }],
    },
  };
}

/** Clients with a certificate; others of that name (impersonated, by a token) got in by other means. */
const byCertificate = `has(request.extra) && '${credentialIdKey}' in request.extra && request.extra['${credentialIdKey}'].exists(id, id.startsWith('X509SHA256='))`;

/** A certificate of the user that does not carry the group of the user's generation. */
const byUser = (entries: string) =>
  `${byCertificate} && [{${entries}}].exists(revoked, request.user in revoked && !(has(request.groups) && ('${generationGroupPrefix}' + string(revoked[request.user])) in request.groups))`;

const byCredential = (entries: string) =>
  `${byCertificate} && request.extra['${credentialIdKey}'].exists(id, id in [${entries}])`;

/** Groups the entries, each as large as one expression can hold. */
function chunk(entries: string[]): string[] {
  const chunks: string[] = [];
  let [text, length] = ['', 0];
  for (const entry of entries) {
    const more = Array.from(entry).length + 2;
    if (length + more > mostCodePoints) {
      chunks.push(text);
      [text, length] = ['', 0];
    }
    text = text === '' ? entry : `${text}, ${entry}`;
    length += more;
  }
  return text === '' ? chunks : [...chunks, text];
}

/** A string of CEL. All but printable ASCII is escaped, so that no character can end it or be read as another. */
function celString(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (/[ -~]/.test(character)) return character;
    return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
  });
  return `'${escaped.join('')}'`;
}

function readBase(text: string): AuthorizationConfiguration {
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem) refuseBase(`line ${problem.linePos?.[0].line ?? 1} is no YAML`);
  const config = document.toJS() as Partial<AuthorizationConfiguration> | null;
  if (config?.kind !== 'AuthorizationConfiguration') refuseBase('its kind is not AuthorizationConfiguration');
  if (config.apiVersion !== apiVersion)
    refuseBase(`its apiVersion is ${quoted(String(config.apiVersion))}; ${apiVersion} is accepted`);
  if (!Array.isArray(config.authorizers)) refuseBase('it has no list of authorizers');
  // The authorizers of an earlier run of ours are written anew.
  const others = (config.authorizers as { name?: unknown }[]).filter(
    ({ name }) => typeof name !== 'string' || !name.startsWith(namePrefix),
  );
  return { ...config, apiVersion, kind: config.kind, authorizers: others };
}

function refuseBase(reason: string): never {
  throw new ClusterCertError(
    'invalid_argument',
    `the base is no AuthorizationConfiguration that can be used: ${reason}`,
  );
}
