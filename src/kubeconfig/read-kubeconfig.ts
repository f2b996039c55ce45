// Reads a provider's response as a kubeconfig. Only the contract's fields are taken over: a kubeconfig can name
// programs to run, and a provider must not choose those.
import { ClusterCertError } from '../errors.js';
import type { Kubeconfig } from './assemble-kubeconfig.js';
import { urlOf } from '../url.js';

type Json = Record<string, unknown>;

/** The kubeconfig; throws `unavailable` for one that kubectl could not use. */
export function readKubeconfig(answer: unknown): Kubeconfig {
  const config = objectIn(answer, 'the response');
  const clusters = listIn(config, 'clusters').map((entry) => ({
    name: textIn(entry, 'name'),
    cluster: readCluster(objectIn(entry['cluster'], 'clusters[].cluster')),
  }));
  const users = listIn(config, 'users').map((entry) => ({ name: textIn(entry, 'name'), user: readUser(entry) }));
  const contexts = listIn(config, 'contexts').map((entry) => {
    const context = objectIn(entry['context'], 'contexts[].context');
    const references = { cluster: textIn(context, 'cluster'), user: textIn(context, 'user') };
    if (!hasName(clusters, references.cluster)) throw wrong(`it has no cluster '${references.cluster}'`);
    if (!hasName(users, references.user)) throw wrong(`it has no user '${references.user}'`);
    return { name: textIn(entry, 'name'), context: references };
  });
  const current = textIn(config, 'current-context');
  if (!hasName(contexts, current)) throw wrong(`it has no context '${current}'`);
  const read = {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters,
    users,
    contexts,
    'current-context': current,
  };
  return read as Kubeconfig;
}

function readCluster(cluster: Json) {
  const server = textIn(cluster, 'server');
  if (!/^https:\/\//.test(server) || !urlOf(server)) throw wrong(`'${server}' is not the URL of an API server`);
  const authority = cluster['certificate-authority-data'];
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  return {
    server,
    // client-go refuses an entry that has both.
    ...(authority !== undefined &&
      !insecure && { 'certificate-authority-data': base64In(cluster, 'certificate-authority-data') }),
    ...(insecure && { 'insecure-skip-tls-verify': true }),
  };
}

function readUser(entry: Json) {
  const user = objectIn(entry['user'], 'users[].user');
  return {
    'client-certificate-data': base64In(user, 'client-certificate-data'),
    'client-key-data': base64In(user, 'client-key-data'),
  };
}

function hasName(entries: readonly { name: string }[], wanted: string): boolean {
  return entries.some(({ name }) => name === wanted);
}

function objectIn(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw wrong(`${what} is not an object`);
}

function listIn(config: Json, name: string): Json[] {
  const list = config[name];
  if (!Array.isArray(list) || list.length === 0) throw wrong(`it has no ${name}`);
  return list.map((entry) => objectIn(entry, `${name}[]`));
}

function textIn(object: Json, name: string): string {
  const value = object[name];
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(`${name} is missing`);
}

function base64In(object: Json, name: string): string {
  const value = textIn(object, name);
  if (/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(value)) return value.replace(/\s/g, '');
  throw wrong(`${name} is not base64`);
}

/** Names the wrong field, but never shows its value: it may be a key. */
function wrong(problem: string): ClusterCertError {
  return new ClusterCertError('unavailable', `the provider's response is not a kubeconfig: ${problem}`);
}
