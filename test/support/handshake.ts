// Kubernetes clients that use a kubeconfig: kubectl, and the same with node:tls.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Kubeconfig } from '../../src/kubeconfig/assemble-kubeconfig.js';
import { temporaryFolder } from './temporary-folder.js';

export const decode = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString();

export function serialNumberOf({ users }: Kubeconfig): string {
  return new X509Certificate(decode(users[0]?.user['client-certificate-data'])).serialNumber;
}

/** Connects like a Kubernetes client with the first cluster and the user of a kubeconfig. */
export function requestVersion({ clusters, users }: Kubeconfig): Promise<string> {
  return new Promise((resolve, reject) => {
    request(
      `${clusters[0]?.cluster.server ?? ''}/version`,
      {
        agent: false,
        ca: decode(clusters[0]?.cluster['certificate-authority-data']),
        cert: decode(users[0]?.user['client-certificate-data']),
        key: decode(users[0]?.user['client-key-data']),
      },
      (response) => {
        response.setEncoding('utf8').on('data', resolve).on('error', reject);
      },
    )
      .on('error', reject)
      .end();
  });
}

/** `get --raw /version` through one context of a kubeconfig. */
export async function runKubectl(kubectl: string, kubeconfig: Kubeconfig, context: string): Promise<string> {
  const folder = temporaryFolder();
  const file = path.join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify(kubeconfig));
  const args = ['--kubeconfig', file, '--context', context, '--cache-dir', folder, 'get', '--raw', '/version'];
  return (await promisify(execFile)(kubectl, args, { timeout: 50_000, env: { PATH: process.env['PATH'] } })).stdout;
}
