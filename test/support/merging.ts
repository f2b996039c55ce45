// Clusters to put into kubeconfigs, as a provider would describe them.
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import type { ClusterAddition } from '../../src/kubeconfig/cluster-entries.js';
import { type ListOptions, mergeIntoList } from '../../src/kubeconfig/merge-files.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A cluster with or without a public address; `secret` is the content of its credential. */
export function createAddition({
  eip = false,
  secret = 'key',
  ...rest
}: Partial<ClusterAddition> & { eip?: boolean; secret?: string } = {}): ClusterAddition {
  const trust = { 'certificate-authority-data': base64('ca') };
  const external = { server: 'https://203.0.113.7:5443' };
  const kubeconfig: Kubeconfig = {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters: [
      { name: 'internalCluster', cluster: { server: 'https://192.168.1.7:5443', ...trust } },
      ...(eip
        ? ([
            { name: 'externalCluster', cluster: { ...external, 'insecure-skip-tls-verify': true } },
            { name: 'externalClusterTLSVerify', cluster: { ...external, ...trust } },
          ] as const)
        : []),
    ],
    users: [{ name: 'user', user: { 'client-certificate-data': base64('c'), 'client-key-data': base64(secret) } }],
    contexts: [
      { name: 'internal', context: { cluster: 'internalCluster', user: 'user' } },
      ...(eip
        ? ([
            { name: 'external', context: { cluster: 'externalCluster', user: 'user' } },
            { name: 'externalTLSVerify', context: { cluster: 'externalClusterTLSVerify', user: 'user' } },
          ] as const)
        : []),
    ],
    'current-context': eip ? 'external' : 'internal',
  };
  return {
    clusterId: '1df09f9a-5b9e-11ef-8f52-0255ac10003e',
    projectId: '77b6a44cba5143ab91d13ab9a8ff44fd',
    endpoint: 'https://cce.example',
    clusterName: 'demo',
    projectName: 'shop',
    kubeconfig,
    ...rest,
  };
}

/** The text of one kubeconfig with a cluster in it. */
export function mergeKubeconfig(
  text: string,
  addition: ClusterAddition,
  { file = 'kubeconfig', ...options }: Omit<ListOptions, 'target'> & { file?: string } = {},
): string {
  return mergeIntoList([{ file, text }], addition, { ...options, target: file }).changed.get(file) ?? text;
}
