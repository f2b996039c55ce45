// The effects of a kubeconfig on kubectl beyond its documented fields: programs to run, files to read, refusals, and
// changes from call to call.
import { type Fault, show } from './finding.js';
import { parseGoUrl } from './go-url.js';
import type { LooseKubeconfig } from './kubeconfig-rules.js';
import { decodeBase64, readPem } from './pem.js';

const runsOrReads: Record<string, string> = {
  exec: 'client-go: kubectl would run a program',
  'auth-provider': 'client-go: kubectl would ask another service for a token',
  tokenFile: 'client-go: kubectl would read a file of the caller',
  'client-certificate': 'client-go: kubectl would read a file of the caller',
  'client-key': 'client-go: kubectl would read a file of the caller',
  as: 'client-go: kubectl would act as another user',
  'as-uid': 'client-go: kubectl would act as another user',
  'as-groups': 'client-go: kubectl would act for other groups',
  'as-user-extra': 'client-go: kubectl would act as another user',
};
const otherCredentials = ['token', 'username', 'password'];

const isGiven = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A user has only a certificate and a key: kubectl would run, read or send other fields. */
export function judgeExtraFields({ users = [], clusters = [], contexts = [] }: LooseKubeconfig): Fault[] {
  const faults: Fault[] = [];
  const add = (where: string, source: string, more: Partial<Fault> = {}) =>
    faults.push({ where, expected: 'not to be there', received: 'a value', source, ...more });
  users.forEach(({ user = {} }, i) => {
    for (const [name, rule] of Object.entries(runsOrReads))
      if (isGiven(user[name])) add(`users[${i}].user.${name}`, `Table 7; ${rule}`);
    for (const name of otherCredentials)
      if (isGiven(user[name]))
        add(`users[${i}].user.${name}`, 'Table 7: a certificate and a key; client-go would send it to the server');
  });
  clusters.forEach(({ cluster = {} }, i) => {
    const at = `clusters[${i}].cluster`;
    if (isGiven(cluster['certificate-authority']))
      add(`${at}.certificate-authority`, 'Table 5; client-go: kubectl would read a file of the caller');
    for (const name of ['proxy-url', 'tls-server-name'])
      if (isGiven(cluster[name]))
        add(`${at}.${name}`, 'Table 5', { severity: 'warning', received: show(cluster[name]) });
  });
  return [...faults, ...judgeProxies(clusters), ...judgeNamespaces(contexts)];
}

/** kubectl refuses the whole file for a proxy that it cannot use. */
function judgeProxies(clusters: NonNullable<LooseKubeconfig['clusters']>): Fault[] {
  return clusters.flatMap(({ cluster = {} }, i) => {
    const proxy = cluster['proxy-url'];
    if (typeof proxy !== 'string' || proxy === '') return [];
    const scheme = parseGoUrl(proxy)?.scheme ?? '';
    if (['http', 'https', 'socks5'].includes(scheme)) return [];
    const expected = 'not to be there, or an http, https or socks5 URL';
    const source = 'Table 5; client-go: kubectl refuses other proxies';
    return [{ where: `clusters[${i}].cluster.proxy-url`, expected, received: show(proxy), source }];
  });
}

/** A label of DNS (RFC 1123). */
function judgeNamespaces(contexts: NonNullable<LooseKubeconfig['contexts']>): Fault[] {
  return contexts.flatMap(({ context = {} }, i) => {
    const { namespace } = context as { namespace?: unknown };
    if (typeof namespace !== 'string' || namespace === '') return [];
    if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) return [];
    const source = 'Table 9; client-go: kubectl refuses a context with another namespace';
    return [
      {
        where: `contexts[${i}].context.namespace`,
        expected: 'the name of a namespace',
        received: show(namespace),
        source,
      },
    ];
  });
}

/** JSON that YAML readers refuse: the escape of a slash (sigs.k8s.io/yaml). */
export function judgeEscapes(body: Buffer): Fault[] {
  if (!/(?:^|[^\\])(?:\\\\)*\\\//.test(body.toString('latin1'))) return [];
  return [
    {
      where: 'the body',
      expected: 'slashes as they are: kubectl reads the file as YAML, which has no \\/',
      received: 'slashes escaped as \\/',
      source: 'Table 3; client-go reads kubeconfigs as YAML, and refuses what RFC 8259, section 7 allows',
    },
  ];
}

/** The certificates in a field as one text; their order is of no importance. */
function authoritiesIn(data: unknown): string {
  const bytes = data === undefined || data === null ? '' : decodeBase64(data);
  if (typeof bytes === 'string') return String(data);
  const { blocks, problem } = readPem(bytes);
  return problem === undefined
    ? blocks
        .map(({ text }) => text)
        .sort()
        .join('')
    : String(data);
}

/** Two responses for one cluster have the same servers and CAs under each name. */
export function judgeSameCluster(one: LooseKubeconfig, other: LooseKubeconfig): Fault[] {
  return (one.clusters ?? []).flatMap(({ name, cluster = {} }) => {
    const match = other.clusters?.find((entry) => entry.name === name)?.cluster;
    const fault = { where: `clusters, ${show(name)}`, source: 'Table 4; Table 5: one cluster' };
    if (!match) return [{ ...fault, expected: 'the entry that another answer has', received: 'nothing' }];
    if (match['server'] !== cluster['server'])
      return [
        {
          ...fault,
          expected: `the server ${show(cluster['server'])}, as in another answer`,
          received: show(match['server']),
        },
      ];
    const [ca, otherCa] = [cluster, match].map((entry) => authoritiesIn(entry['certificate-authority-data']));
    return ca === otherCa ? [] : [{ ...fault, expected: 'the CA that another answer has', received: 'another CA' }];
  });
}
