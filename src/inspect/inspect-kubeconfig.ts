// The content of a kubeconfig and its faults, for a file, a list of files or a text.
import type { Clock } from './certificate-facts.js';
import type { Finding } from './finding.js';
import { type InspectedCluster, judgeCluster } from './judge-cluster.js';
import { judgeContext, judgeCurrentContext } from './judge-context.js';
import { type InspectedUser, judgeUser } from './judge-user.js';
import { type KubeconfigInput, loadKubeconfig } from './load-kubeconfig.js';

/** What `inspect --json` prints; its usage text describes it. */
export interface Inspection {
  files: string[];
  currentContext: string | null;
  works: boolean;
  contexts: { name: string; cluster: string | null; user: string | null; namespace: string | null }[];
  clusters: InspectedCluster['facts'][];
  users: InspectedUser['facts'][];
  findings: Finding[];
}

/** Reads the files that kubeconfigs name; looks for programs on `searchPath` (PATH) and never runs them. */
export async function inspectKubeconfig(
  inputs: readonly KubeconfigInput[],
  { clock, searchPath, findings = [] }: { clock: Clock; searchPath: string; findings?: Finding[] },
): Promise<Inspection> {
  const config = loadKubeconfig(inputs, findings);
  judgeCurrentContext(config);
  const clusters = new Map<string, InspectedCluster>();
  for (const entry of config.clusters) clusters.set(entry.name, await judgeCluster(entry, { clock, findings }));
  const users = new Map<string, InspectedUser>();
  for (const entry of config.users) users.set(entry.name, await judgeUser(entry, { clock, findings, searchPath }));
  for (const entry of config.contexts) judgeContext(entry, { clusters, users, findings, clock });
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
