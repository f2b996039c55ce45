// Damaged files of the data folder: their owner gets a 500 and a log line, all others are served. In the first seconds
// after a change a cluster gets a 503 instead, since the damage may be half of the change.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getClusterCert } from '../../generated/client.js';
import { createClient } from '../../src/client/create-client.js';
import { signWith } from '../../src/client/sign-with.js';
import { property } from '../support/property.js';
import { otherProjectId, projectId, startProvider, userId } from '../support/provider.js';

// By this clock, present changes are old.
const now = () => new Date(Date.now() + 60_000);
const provider = await startProvider({ now });
const { dataFolder } = provider;
const atOnce = await startProvider({ dataFolder });
const [good, bad] = [await provider.addCluster(), await provider.addCluster()];
const token = await provider.addToken();
const stranger = await provider.addToken({ projectId: otherProjectId });
const folder = path.join(provider.dataFolder, 'clusters', bad);
const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));

const statusOf = async (clusterId: string) => (await provider.get(clusterId, { 'X-Auth-Token': token })).status;

/** Puts something else in a file's place, and the file back. */
async function damaged<Result>(
  file: string,
  content: Uint8Array | 'a folder',
  act: () => Promise<Result>,
): Promise<Result> {
  const before = readFileSync(file);
  rmSync(file);
  if (content === 'a folder') mkdirSync(file);
  else writeFileSync(file, content);
  try {
    return await act();
  } finally {
    rmSync(file, { recursive: true });
    writeFileSync(file, before);
  }
}

const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
const damage = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.constant('a folder' as const),
  fc.uint8Array({ maxLength: 60 }),
  json,
);

property<[string, Uint8Array | 'a folder']>(
  'a damaged file of a cluster costs that cluster a 500 with a log line; all others go on, and the list without it',
  [fc.constantFrom(...Object.keys(files)), damage],
  { runs: 60 },
  async (name, content) => {
    // Any 32 bytes are a seed.
    if (name === 'seed' && content !== 'a folder' && content.length >= 32) return;
    await damaged(path.join(folder, name), content, async () => {
      const before = provider.logged.length;
      expect([await statusOf(bad), await statusOf(good)]).toEqual([500, 200]);
      const early = await atOnce.get(bad, { 'X-Auth-Token': token });
      expect([early.status, early.headers.get('Retry-After')]).toEqual([503, '2']);
      // Callers of other projects get the same as for a missing cluster.
      expect((await provider.get(bad, { 'X-Auth-Token': stranger })).status).toBe(403);
      for (const { url, pathOf } of [provider, atOnce]) {
        const elsewhere = await fetch(url + pathOf(bad, otherProjectId), { headers: { 'X-Auth-Token': stranger } });
        expect(elsewhere.status).toBe(404);
      }
      const said = JSON.stringify(provider.logged.slice(before));
      expect(said).toContain(`cluster '${bad}' cannot be read: `);
      // A parser's message shows a part of its input.
      expect(said).not.toContain('is not valid JSON');
      const list = await fetch(`${provider.url}/api/v3/projects/${projectId}/clusters`, {
        headers: { 'X-Auth-Token': token },
      });
      expect(list.status).toBe(200);
      expect(JSON.stringify(await list.json())).toContain(good);
    });
  },
);

test('once its files are whole again, the cluster is served again', async () => {
  expect(await statusOf(bad)).toBe(200);
});

property<[Uint8Array | 'a folder']>(
  'a damaged token file lets nobody in, and other tokens go on',
  [damage],
  { runs: 40 },
  async (content) => {
    const before = readdirSync(path.join(provider.dataFolder, 'tokens'));
    const other = await provider.addToken();
    const [file = ''] = readdirSync(path.join(provider.dataFolder, 'tokens')).filter((name) => !before.includes(name));
    await damaged(path.join(provider.dataFolder, 'tokens', file), content, async () => {
      expect((await provider.get(good, { 'X-Auth-Token': other })).status).toBe(500);
      expect(await statusOf(good)).toBe(200);
    });
  },
);

const field = fc.constantFrom('secret', 'securityTokenHash', 'expiresAt', 'userId', 'projectId', 'groups');

// Found: a temporary key whose end could not be read had none, and one whose hash was gone needed no token.
property<[string, unknown]>(
  'a damaged field of a temporary access key lets nobody in, and other keys go on',
  [field, fc.oneof(fc.constantFrom<unknown>(undefined, null, '', 0, 'soon', [], {}), fc.string({ maxLength: 10 }))],
  {
    runs: 60,
    examples: [
      ['expiresAt', 'soon'],
      ['securityTokenHash', undefined],
      ['expiresAt', undefined],
    ],
  },
  async (name, instead) => {
    const { record, secret } = await provider.accessKeys.add(
      { userId, projectId, groups: [] },
      { lifetimeSeconds: 60 },
    );
    const file = path.join(provider.dataFolder, 'access-keys', `${record.id}.json`);
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    // The name of another user or project is no visible damage.
    if (['userId', 'groups'].includes(name) && typeof instead === 'string' && instead.trim() !== '') return;
    await damaged(file, Buffer.from(JSON.stringify({ ...stored, [name]: instead })), async () => {
      const client = createClient({ endpoint: provider.url, sign: signWith({ id: record.id, secret }) });
      const params = { path: { project_id: projectId, cluster_id: good } };
      expect([401, 500]).toContain((await getClusterCert(client, { params })).response.status);
      expect(await statusOf(good)).toBe(200);
    });
  },
);
