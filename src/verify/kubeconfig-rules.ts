// The rules of a kubeconfig beyond its schema: references, names with and without a public address, trust.
import { isIP } from 'node:net';
import { type Fault, show } from './finding.js';
import { hostOf } from '../url.js';

/** An unchecked kubeconfig: any field may be missing or of another type. */
export interface LooseKubeconfig {
  preferences?: unknown;
  clusters?: { name?: unknown; cluster?: Record<string, unknown> }[];
  users?: { name?: unknown; user?: Record<string, unknown> }[];
  contexts?: { name?: unknown; context?: { cluster?: unknown; user?: unknown } }[];
  'current-context'?: unknown;
}

/** Reads the fields of any JSON value that have the right shape. */
export function readKubeconfig(value: unknown): LooseKubeconfig | undefined {
  if (!isObject(value)) return undefined;
  const list = (name: string) => (Array.isArray(value[name]) ? value[name].filter(isObject) : []);
  const inner = (entry: Record<string, unknown>, name: string) => (isObject(entry[name]) ? entry[name] : {});
  return {
    ...(value as LooseKubeconfig),
    clusters: list('clusters').map((entry) => ({ name: entry['name'], cluster: inner(entry, 'cluster') })),
    users: list('users').map((entry) => ({ name: entry['name'], user: inner(entry, 'user') })),
    contexts: list('contexts').map((entry) => ({ name: entry['name'], context: inner(entry, 'context') })),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const clusterOfContext: Record<string, string> = {
  internal: 'internalCluster',
  external: 'externalCluster',
  externalTLSVerify: 'externalClusterTLSVerify',
};

/** Contexts name existing clusters and users; current-context names an existing context. */
export function judgeReferences(config: LooseKubeconfig): Fault[] {
  const { clusters = [], users = [], contexts = [] } = config;
  const faults: Fault[] = [];
  const refer = (where: string, name: unknown, list: { name?: unknown }[], kind: string, source: string) => {
    if (list.some((entry) => entry.name === name)) return;
    const names = list.map((entry) => show(entry.name)).join(', ') || 'none';
    faults.push({ where, expected: `the name of an entry of ${kind} (${names})`, received: show(name), source });
  };
  contexts.forEach(({ context = {} }, i) => {
    refer(`contexts[${i}].context.cluster`, context.cluster, clusters, 'clusters', 'Table 9, cluster');
    refer(`contexts[${i}].context.user`, context.user, users, 'users', 'Table 9, user');
  });
  refer('current-context', config['current-context'], contexts, 'contexts', 'Table 3, current-context');
  return faults;
}

/** Names are unique in each list. */
export function judgeUniqueness(config: LooseKubeconfig): Fault[] {
  const tables = { clusters: 'Table 4, name', users: 'Table 6, name', contexts: 'Table 8, name' };
  return (['clusters', 'users', 'contexts'] as const).flatMap((list) => {
    const names = (config[list] ?? []).map(({ name }) => name);
    return names.flatMap((name, i) =>
      names.indexOf(name) === i
        ? []
        : [
            {
              where: `${list}[${i}].name`,
              expected: 'a name of its own',
              received: `${show(name)} twice`,
              source: `${tables[list]}; Kubernetes: names in a kubeconfig are unique`,
            },
          ],
    );
  });
}

/** The documented names are used together, and the internal entry is the first. */
export function judgeNames(config: LooseKubeconfig): Fault[] {
  const { clusters = [], contexts = [] } = config;
  const faults: Fault[] = [];
  const first = (where: string, received: unknown, expected: string, source: string) => {
    if (received === expected) return;
    faults.push({
      where,
      expected: `${show(expected)} (clients take the first entry)`,
      received: show(received),
      source,
    });
  };
  first('clusters[0].name', clusters[0]?.name, 'internalCluster', 'Table 4, name');
  first('contexts[0].name', contexts[0]?.name, 'internal', 'Table 8, name');
  contexts.forEach(({ name, context = {} }, i) => {
    const expected = typeof name === 'string' ? clusterOfContext[name] : undefined;
    if (expected === undefined || context.cluster === expected) return;
    if (!clusters.some((cluster) => cluster.name === context.cluster)) return;
    faults.push({
      where: `contexts[${i}].context.cluster`,
      expected: show(expected),
      received: show(context.cluster),
      source: `Table 9, cluster; Table 8, name ${show(name)}`,
    });
  });
  for (const { name } of clusters) {
    const context = Object.keys(clusterOfContext).find((key) => clusterOfContext[key] === name);
    if (context === undefined || contexts.some((entry) => entry.name === context)) continue;
    faults.push({
      where: 'contexts',
      expected: `a context ${show(context)} for the cluster ${show(name)}`,
      received: 'none of that name',
      source: 'Table 8, name',
    });
  }
  const has = (name: string) => clusters.some((cluster) => cluster.name === name);
  if (has('externalClusterTLSVerify') && !has('externalCluster')) {
    faults.push({
      where: 'clusters',
      expected: '"externalCluster" where there is a public address (EIP)',
      received: 'externalClusterTLSVerify alone',
      source: 'Table 4, name',
    });
  }
  return faults;
}

/** The current context depends on the public address. */
export function judgeCurrentContext(config: LooseKubeconfig): Fault[] {
  const names = (config.contexts ?? []).map(({ name }) => name);
  const current = config['current-context'];
  const expected = names.includes('external') ? 'external' : 'internal';
  if (!names.includes(current) || current === expected) return [];
  const rule = 'external with a public address (EIP), internal without';
  return [
    {
      where: 'current-context',
      expected: `${show(expected)}: ${rule}`,
      received: show(current),
      source: 'Table 3, current-context',
    },
  ];
}

/** A cluster with a public address has the documented entries for it. */
export function judgePublicAddress(config: LooseKubeconfig): Fault[] {
  const faults: Fault[] = [];
  const names = (list: { name?: unknown }[] = []) => list.map(({ name }) => name);
  if (!names(config.clusters).includes('externalCluster')) {
    faults.push({
      where: 'clusters',
      expected: 'an entry "externalCluster": the cluster has a public address (EIP)',
      received: show(names(config.clusters)),
      source: 'Table 4, name',
    });
  }
  if (!names(config.contexts).includes('external')) {
    faults.push({
      where: 'contexts',
      expected: 'an entry "external": the cluster has a public address (EIP)',
      received: show(names(config.contexts)),
      source: 'Table 8, name',
    });
  }
  const address = (wanted: string) => config.clusters?.find(({ name }) => name === wanted)?.cluster?.['server'];
  for (const name of ['externalCluster', 'externalClusterTLSVerify']) {
    const server = address(name);
    if (typeof server !== 'string' || server !== address('internalCluster')) continue;
    faults.push({
      // A name may lead elsewhere inside the network than outside.
      ...(isIP(hostOf(server)) === 0 && { severity: 'warning' as const }),
      where: `${name}.server`,
      expected: 'the public address',
      received: 'the address of internalCluster',
      source: 'Table 5, server',
    });
  }
  const [plain, verified] = [address('externalCluster'), address('externalClusterTLSVerify')];
  if (plain !== undefined && verified !== undefined && plain !== verified) {
    faults.push({
      severity: 'warning',
      where: 'externalClusterTLSVerify.server',
      expected: `the address of externalCluster, ${show(plain)}`,
      received: show(verified),
      source: 'Table 5, server',
    });
  }
  return faults;
}

/** Trust: a CA or the insecure flag, never both (client-go refuses that), and the flag on externalCluster alone. */
export function judgeTrust(config: LooseKubeconfig): Fault[] {
  return (config.clusters ?? []).flatMap(({ name, cluster = {} }, i) => {
    const insecure = cluster['insecure-skip-tls-verify'] === true;
    const authority = cluster['certificate-authority-data'];
    const at = (field: string) => `clusters[${i}].cluster.${field}`;
    if (insecure && authority !== undefined && authority !== null && authority !== '') {
      return [
        {
          where: at('insecure-skip-tls-verify'),
          expected: 'the insecure flag or a CA, not both',
          received: 'insecure-skip-tls-verify true and certificate-authority-data',
          source:
            'Table 5, certificate-authority-data; Kubernetes client-go: a root certificate is not allowed with the insecure flag',
        },
      ];
    }
    if (insecure && name !== 'externalCluster') {
      return [
        {
          where: at('insecure-skip-tls-verify'),
          expected: `absent or false on ${show(name)}`,
          received: 'true',
          source: 'Table 5, insecure-skip-tls-verify (sister pages: externalCluster alone)',
        },
      ];
    }
    if (!insecure && (authority === undefined || authority === null)) {
      return [
        {
          where: at('certificate-authority-data'),
          expected: name === 'externalCluster' ? 'a CA, or insecure-skip-tls-verify: true' : 'to be there',
          received: 'nothing',
          source: 'Table 5, certificate-authority-data',
        },
      ];
    }
    return [];
  });
}

/** Unused; left out, null or an empty object. */
export function judgePreferences({ preferences }: LooseKubeconfig): Fault[] {
  const empty = preferences === undefined || preferences === null || isObject(preferences);
  return empty
    ? []
    : [
        {
          where: 'preferences',
          expected: 'nothing, null or an object',
          received: show(preferences),
          source: 'Table 3, preferences',
        },
      ];
}
