// How `serve` and the commands of revocation reach a management cluster: by a context of a kubeconfig, or by the
// service account of their pod. Unsupported settings of a kubeconfig are refused by name.
import path from 'node:path';
import { ClusterCertError, quoted } from '../errors.js';
import { type ClusterFields, type Named, type UserFields, parseKubeconfig } from '../inspect/parse-kubeconfig.js';
import { readKubeconfigFile } from '../kubeconfig/kubeconfig-file.js';
import type { KubernetesConnection, Source } from '../registry/kubernetes/connection.js';
import type { Io } from './command.js';
import { usageError } from './usage-error.js';
import { urlOf } from '../url.js';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The API server of the cluster that this process runs in; messages name `option`. Throws wrong usage outside of a
 * cluster.
 */
export function inClusterConnection(environment: Io['environment'], option = '--kubeconfig'): KubernetesConnection {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  if (!host)
    throw usageError(
      `--clusters kubernetes outside of a cluster needs ${option} FILE; in a pod, its service account is used`,
    );
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    authority: { file: path.join(serviceAccount, 'ca.crt') },
    token: { file: path.join(serviceAccount, 'token') },
  };
}

/**
 * The API server of a context, by default the current one; `option` gave the file. Throws `not_found` and
 * `data_unreadable`.
 */
export async function kubeconfigConnection(
  file: string,
  contextName?: string,
  option = '--kubeconfig',
): Promise<KubernetesConnection> {
  const text = await readKubeconfigFile(file);
  if (text === undefined) throw new ClusterCertError('not_found', `${option} ${quoted(file)} is not there`);
  const config = parseKubeconfig(text, file);
  const refuse = (problem: string) =>
    new ClusterCertError('data_unreadable', `${option} ${quoted(file)} cannot be used: ${problem}`);
  const find = <Fields>(list: readonly Named<Fields>[], what: string, name: string): Fields => {
    const entry = list.find((each) => each.name === name);
    if (!entry) throw refuse(name === '' ? `it names no ${what}` : `it has no ${what} ${quoted(name)}`);
    return entry.fields;
  };
  const context = find(config.contexts, 'context', contextName ?? config.currentContext);
  const cluster = find(config.clusters, 'cluster', context.cluster ?? '');
  const user = find(config.users, 'user', context.user ?? '');
  const problem = problemOfCluster(cluster) ?? problemOfUser(user);
  if (problem !== undefined) throw refuse(problem);
  const source = (data: string | undefined, name: string | undefined) => sourceOf(data, name, path.dirname(file));
  const { token, tokenFile } = user;
  return {
    server: cluster.server ?? '',
    authority: source(cluster['certificate-authority-data'], cluster['certificate-authority']),
    certificate: source(user['client-certificate-data'], user['client-certificate']),
    key: source(user['client-key-data'], user['client-key']),
    // As in client-go, the file wins over the data.
    token: tokenFile ? source(undefined, tokenFile) : token ? { text: token } : undefined,
    serverName: cluster['tls-server-name'] || undefined,
  };
}

/** Relative paths start in the kubeconfig's folder. */
function sourceOf(data: string | undefined, name: string | undefined, folder: string): Source | undefined {
  if (data) return { text: Buffer.from(data, 'base64').toString('utf8') };
  return name ? { file: path.resolve(folder, name) } : undefined;
}

function problemOfCluster(cluster: ClusterFields): string | undefined {
  const { server = '' } = cluster;
  if (urlOf(server)?.protocol !== 'https:') return 'the server of its cluster is no https URL';
  if (cluster['insecure-skip-tls-verify'] === true)
    return 'its cluster has insecure-skip-tls-verify, and CA keys are read over this connection; give certificate-authority';
  if (cluster['proxy-url']) return 'its cluster has proxy-url, which is not supported';
  return undefined;
}

const unsupported = ['exec', 'auth-provider', 'username', 'password', 'as', 'as-uid', 'as-groups', 'as-user-extra'];

function problemOfUser(user: UserFields): string | undefined {
  const { command = '' } = user.exec ?? {};
  if (command !== '')
    return `its user runs the program ${quoted(command)} (exec), which is not supported; give a client certificate, a token or a tokenFile`;
  const given = unsupported.find((name) => user[name as keyof UserFields] !== undefined);
  if (given !== undefined)
    return `its user has ${given}, which is not supported; give a client certificate, a token or a tokenFile`;
  return undefined;
}
