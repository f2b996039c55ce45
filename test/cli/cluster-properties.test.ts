// `cluster add` with any content of the two files: refused with one line and nothing left behind, or a cluster that
// works.
import { expect } from '@jest/globals';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ClusterFolder } from '../../src/registry/folder/cluster-folder.js';
import { changedPem, pemPairs } from '../support/changed-pem.js';
import { run } from '../support/command-line.js';
import { property } from '../support/property.js';
import { projectId } from '../support/provider.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const [pair] = await pemPairs();
const data = temporaryFolder();
const files = { cert: path.join(data, 'given.crt'), key: path.join(data, 'given.key') };
const secretLines = pair.privateKeyPem.split('\n').slice(1, -2);

property<[string, string]>(
  'cluster add with changed PEM files refuses them in one line and leaves nothing, or adds a cluster that works',
  [changedPem(pair.certificatePem, pair.privateKeyPem), changedPem(pair.privateKeyPem, pair.certificatePem)],
  { runs: 60 },
  async (certificatePem, privateKeyPem) => {
    writeFileSync(files.cert, certificatePem);
    writeFileSync(files.key, privateKeyPem);
    const options = ['--project', projectId, '--server', 'https://192.168.1.7:5443', '--data', data];
    const { code, stdout, stderr } = await run(
      'cluster',
      'add',
      ...options,
      '--ca-cert',
      files.cert,
      '--ca-key',
      files.key,
    );
    for (const line of secretLines) expect(stderr + stdout).not.toContain(line);
    const folder = path.join(data, 'clusters');
    if (code === 0) {
      expect((await new ClusterFolder(data).get(stdout.trim()))?.authority.certificatePem).toMatch(/^-----BEGIN CERT/);
      expect((await run('cluster', 'remove', stdout.trim(), '--data', data)).code).toBe(0);
    } else {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^error: [^\p{C}]+\n$/u);
    }
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  },
);
