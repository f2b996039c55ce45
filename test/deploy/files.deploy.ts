// The files of scripts/deploy/, each held against the program that reads it.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasKubernetes, startKubernetes } from '../support/kubernetes.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { programWith, testWith } from '../support/programs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = path.resolve('scripts/deploy');
const unit = path.join(folder, 'clustercert.service');

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: folder });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}

const systemdAnalyze = programWith('systemd-analyze', ['--version']);

testWith(systemdAnalyze, 'systemd-analyze')('systemd reads the unit, and its exposure is below 2.0', () => {
  // The program need not be installed where the unit is read: env is.
  expect(run('systemd-analyze', 'verify', unit)).toBe('');
  const [, exposure] = /Overall exposure level for clustercert\.service: ([\d.]+)/.exec(
    run('systemd-analyze', 'security', '--offline=yes', '--no-pager', unit),
  ) ?? [, 'none'];
  expect(Number(exposure)).toBeLessThan(2);
});

const kubectl = programWith('kubectl', ['kustomize', '--help']);

testWith(kubectl, 'kubectl kustomize')('kustomize builds the manifests', () => {
  const manifests = run('kubectl', 'kustomize', 'kubernetes');
  for (const kind of ['Deployment', 'Service', 'ServiceAccount', 'PodDisruptionBudget', 'NetworkPolicy'])
    expect(manifests).toContain(`kind: ${kind}\n`);
});

testWith(kubectl, 'kubectl kustomize')(
  'the manifests for a management cluster give the rights that are needed, and no others',
  () => {
    const manifests = run('kubectl', 'kustomize', 'kubernetes-cluster-api');
    const verbs = [...manifests.matchAll(/verbs:\n((?: +- \w+\n)+)/g)].map(([, list = '']) => list.match(/\w+/g));
    expect(verbs).toEqual([['get', 'list'], ['get']]);
    expect(manifests).not.toContain('automountServiceAccountToken: false');
    expect(manifests).toContain('--clusters=kubernetes');
  },
);

(hasKubernetes('1.37') && kubectl !== undefined ? test : test.skip)(
  'a real API server accepts the manifests, under the restricted pod security standard',
  async () => {
    const kubernetes = await startKubernetes({ authority: await createAuthority({ now: new Date() }) });
    const file = path.join(temporaryFolder(), 'manifests.yaml');
    const folders = ['kubernetes', 'kubernetes-cluster-api'];
    writeFileSync(file, folders.map((name) => run('kubectl', 'kustomize', name)).join('---\n'));
    const namespace = path.join(path.dirname(file), 'namespace.json');
    const labels = { 'pod-security.kubernetes.io/warn': 'restricted' };
    writeFileSync(
      namespace,
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'clustercert', labels } }),
    );
    // By kubectl, which warns of what it did not make itself.
    await kubernetes.kubectl(kubernetes.administrator, 'apply', '-f', namespace);
    const { code, stdout, stderr } = await kubernetes.kubectl(
      kubernetes.administrator,
      'apply',
      '--dry-run=server',
      '-f',
      file,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('Warning') });
    expect(stdout).toContain('deployment.apps/clustercert created (server dry run)');
    await kubernetes.stop();
  },
  120_000,
);

test('metrics are on in container, unit and manifests, at one port', () => {
  const files = [
    'Containerfile',
    'clustercert.service',
    'kubernetes/deployment.yaml',
    'kubernetes/cluster-api/deployment.yaml',
  ];
  for (const file of files) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    expect(text).toMatch(/--metrics-address(=| |", ")[\d.]+:9464\b/);
  }
});

test('the image that the manifests name is of this version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(readFileSync(path.join(folder, 'kubernetes/deployment.yaml'), 'utf8')).toContain(
    `image: clustercert:${version}\n`,
  );
});
