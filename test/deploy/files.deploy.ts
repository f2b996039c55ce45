// The files of scripts/deploy/, each checked with the program that reads it.
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { run as runProgram } from '../support/command-line.js';
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

/** What kustomize makes of the pods. */
function podsOf(name: string): PodSpec {
  const objects = parseAllDocuments(run('kubectl', 'kustomize', name)).map((each) => each.toJS() as KubernetesObject);
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (!deployment) throw new Error(`${name} has no Deployment`);
  return deployment.spec.template.spec;
}

interface PodSpec {
  containers: [{ args: string[]; env: object[]; volumeMounts: object[] }];
  volumes: object[];
}
interface KubernetesObject {
  kind: string;
  spec: { template: { spec: PodSpec } };
}

testWith(kubectl, 'kubectl kustomize')('a database has the file with its keys from the Secret that names it', () => {
  const { containers, volumes } = podsOf('kubernetes');
  const [{ env, volumeMounts }] = containers;
  expect(env).toContainEqual({ name: 'CLUSTERCERT_KEY_FILE', value: '/keys/data.key' });
  expect(volumeMounts).toContainEqual({ name: 'keys', mountPath: '/keys', readOnly: true });
  const items = [{ key: 'data.key', path: 'data.key' }];
  expect(volumes).toContainEqual({
    name: 'keys',
    secret: expect.objectContaining({ secretName: 'clustercert', items, optional: true }),
  });
});

testWith(kubectl, 'kubectl kustomize')('serve takes the options for a management cluster', async () => {
  const here = (option: string) => !/^--(host|port|tls-|metrics-)/.test(option);
  const [namespaces, labels] = ['kubernetes-cluster-api', 'kubernetes-cluster-api-labels'].map(
    (name) => podsOf(name).containers[0].args,
  );
  expect(namespaces).toContain('--project-namespace=magnum-(.+)');
  expect(labels).toEqual(expect.arrayContaining(['--cluster-id-label=cluster-uuid']));
  for (const options of [namespaces, labels])
    // The service account is missed last.
    expect(await runProgram(...(options ?? []).filter(here))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('outside of a cluster needs --kubeconfig FILE'),
    });
});

(hasKubernetes('1.37') && kubectl !== undefined ? test : test.skip)(
  'a real API server accepts the manifests, under the restricted pod security standard',
  async () => {
    const kubernetes = await startKubernetes({ authority: await createAuthority({ now: new Date() }) });
    const file = path.join(temporaryFolder(), 'manifests.yaml');
    const folders = ['kubernetes', 'kubernetes-cluster-api', 'kubernetes-cluster-api-labels'];
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
