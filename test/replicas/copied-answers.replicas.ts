// Clusters of several kinds, copied from a folder into a database and back into another folder: three providers over them give
// the same bytes to every caller. REPLICAS_CLUSTERS=10000 does it with more clusters; that takes minutes.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import type { DataStore } from '../../src/registry/data-store.js';
import { newKeyText } from '../../src/registry/key-file.js';
import { openData } from '../../src/registry/open-data.js';
import { newRecord, otherProjectId, projectId } from '../registry/tested-store.js';
import { ecP256, opensslAuthority } from '../support/authorities.js';
import { runIn } from '../support/command-line.js';
import { type PostgresServer, postgresPrograms, startPostgres } from '../support/postgres.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Replica } from './replica.js';

const count = Number(process.env['REPLICAS_CLUSTERS'] ?? 200);
const boundMs = 60 * 60_000;
const projects = [projectId, otherProjectId];
const users = ['alice', 'bob', 'carol'];

interface Caller {
  project: string;
  token: string;
}

(postgresPrograms === undefined ? describe.skip : describe)(
  'a copy there and back (not run without PostgreSQL)',
  () => {
    let server: PostgresServer;
    let location: string;
    const [folder, back] = [path.join(temporaryFolder(), 'data'), path.join(temporaryFolder(), 'data')];
    const keyFile = path.join(temporaryFolder(), 'data.key');
    const environment = { CLUSTERCERT_KEY_FILE: keyFile };
    const clusters: { id: string; project: string }[] = [];
    const callers: Caller[] = [];
    const replicas: Replica[] = [];

    beforeAll(async () => {
      writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
      server = await startPostgres();
      location = server.createDatabase();
      const store = await openData(folder);
      await fill(store);
      for (const [from, to] of [
        [folder, location],
        [location, back],
      ] as const)
        expect(await runIn(environment, 'data', 'copy', from, to)).toMatchObject({ code: 0 });
      for (const place of [folder, location, back]) {
        const replica = new Replica(place, { ...environment, CLUSTERCERT_DATA: place });
        replicas.push(replica);
        await replica.start();
      }
    }, boundMs);

    afterAll(async () => {
      for (const replica of replicas) {
        replica.close();
        await replica.kill();
      }
    });

    /** Clusters with and without a seed of their own, a CA of their server, a public address and users who were revoked. */
    const fill = async (store: DataStore) => {
      const authorities = Array.from({ length: 5 }, () => opensslAuthority({ key: ecP256 }));
      const at = (index: number): AuthorityFiles => authorities[index % 5] ?? opensslAuthority();
      for (let index = 0; index < count; index++) {
        const project = projects[index % 2] ?? projectId;
        const { certificatePem, privateKeyPem } = at(index);
        const server = index % 3 === 0 && { serverCertificatePem: at(index + 1).certificatePem };
        const externalServer = index % 4 === 0 ? 'https://shop.example.com:6443' : undefined;
        const record = newRecord({ id: randomUUID(), projectId: project, name: `shop-${index}`, externalServer });
        const revocable = { ...record, ...(index % 5 === 0 && { revocation: 'webhook' as const }) };
        await store.clusters.add(revocable, { certificatePem, privateKeyPem, ...server }, { now: new Date() });
        if (index % 5 === 0) await store.revocations.revokeUser(record.id, 'bob');
        // As one that was dropped in: its seed is derived from its key.
        if (index % 7 === 0) rmSync(path.join(folder, 'clusters', record.id, 'seed'));
        clusters.push({ id: record.id, project });
      }
      for (const project of projects)
        for (const userId of users) {
          const caller = { userId, projectId: project, groups: ['developers', userId] };
          callers.push({ project, token: (await store.tokens.add(caller, { lifetimeSeconds: 86_400 })).token });
        }
      await store.close();
    };

    /** What the three providers answer. */
    const askAll = (url: string, token: string, body?: string) =>
      Promise.all(replicas.map((replica) => replica.ask(url, { token, body })));

    const isSame = (answers: Awaited<ReturnType<typeof askAll>>) =>
      answers.every((answer) => answer?.status === 200 && answer.body === answers[0]?.body);

    test(
      `every answer about ${count} clusters is the same, byte for byte`,
      async () => {
        let compared = 0;
        const different: string[] = [];
        const compare = async (url: string, token: string, body?: string) => {
          // Again, because a window may have ended between two answers, and a busy machine may make one of them 503.
          for (let time = 0; time < 10; time++) if (isSame(await askAll(url, token, body))) return void (compared += 1);
          different.push(url);
        };
        const askFor = async ({ id, project }: { id: string; project: string }, index: number) => {
          const own = callers.filter((caller) => caller.project === project);
          const at = `/api/v3/projects/${project}/clusters/${id}/clustercert`;
          // Every caller of a part, one of each for the rest.
          const some = index < 100 ? own : own.slice(index % 3, (index % 3) + 1);
          for (const { token } of some) await compare(at, token, index % 2 === 0 ? undefined : '{"duration":30}');
        };
        for (let start = 0; start < count; start += 8)
          await Promise.all(clusters.slice(start, start + 8).map((cluster, index) => askFor(cluster, start + index)));
        for (const { project, token } of callers) await compare(`/api/v3/projects/${project}/clusters`, token);
        process.stderr.write(`${compared} answers of three providers were the same\n`);
        expect(different).toEqual([]);
        expect(compared).toBeGreaterThan(count);
      },
      boundMs,
    );
  },
);
