// Fills a database for the benchmark, once: it is recognised by its number of clusters, and missing ones are added. Every
// cluster has secrets of its own, encrypted with the key file as the commands would, so that each can be opened.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import type pg from 'pg';
import type { AuthorityFiles } from '../../src/certificate/authority.js';
import { createAuthority } from '../../src/certificate/create-authority.js';
import { newKeyText } from '../../src/registry/key-file.js';
import { openData } from '../../src/registry/open-data.js';
import { placeOf } from '../../src/registry/postgres/cluster-rows.js';
import { Attempts } from '../../src/registry/postgres/attempts.js';
import { readLocation } from '../../src/registry/postgres/location.js';
import { KeyRing } from '../../src/registry/postgres/key-ring.js';

/** A database with clusters, and the file of the key that their secrets are encrypted with. */
export interface FilledDatabase {
  database: string;
  keyFile: string;
}

export interface FleetSize {
  clusters: number;
  /** Clusters of `fleetProjectId`, one project among many. */
  ofFleet: number;
}

/** The project with many clusters; the others have ten each. */
export const fleetProjectId = hexOf('fleet');

/** Clusters of each other project. */
export const perProject = 10;

// Rows of one statement, some 4 MB of secrets.
const batch = 2_000;
const seedBytes = 32;

/** Adds clusters up to that number; gives how many were added. */
export async function fillDatabase({ database, keyFile }: FilledDatabase, size: FleetSize): Promise<number> {
  if (!existsSync(keyFile)) writeFileSync(keyFile, newKeyText(), { mode: 0o600 });
  await prepareTables({ database, keyFile });
  return withClient(database, async (client) => {
    const present = await countOf(client);
    if (present >= size.clusters) return 0;
    const authority = await createAuthority({ now: new Date() });
    const keys = new KeyRing(keyFile);
    await client.query('insert into clustercert.keys (id) values ($1) on conflict do nothing', [keys.currentId]);
    for (let made = present; made < size.clusters; made += batch) {
      const clusters = newClusters(made, Math.min(batch, size.clusters - made), size.ofFleet);
      await client.query(insert, [...rowsOf(clusters, { keys, authority })]);
      if ((made / batch) % 50 === 0) console.error(`filling: ${made} of ${size.clusters} clusters`);
    }
    await client.query('vacuum analyze clustercert.clusters');
    await client.query('checkpoint').catch(() => console.error('no checkpoint: that is for superusers'));
    return size.clusters - present;
  });
}

/** Clusters of small projects, other ones each time. Only an index is read, so that the chosen rows stay uncached. */
export async function pickClusters({ database }: FilledDatabase, count: number): Promise<NewCluster[]> {
  return withClient(database, async (client) => {
    const { rows } = await client.query<NewCluster>(pick, [2 * count, fleetProjectId]);
    return rows.slice(0, count);
  });
}

const pick = `
select distinct on (one.project_id) one.project_id as "projectId", one.id
  from generate_series(1, $1::integer) as number,
       lateral (select project_id, id from clustercert.clusters
                 where project_id >= md5(number || random()::text) and project_id <> $2
                 order by project_id, id limit 1) as one`;

async function withClient<Done>(database: string, work: (client: pg.PoolClient) => Promise<Done>): Promise<Done> {
  const attempts = new Attempts(readLocation(database), { max: 1 });
  const client = await attempts.connect();
  try {
    return await work(client);
  } finally {
    client.release();
    await attempts.close();
  }
}

async function prepareTables({ database, keyFile }: FilledDatabase): Promise<void> {
  const store = await openData(database, { keyFile, lookUpMs: 10_000 });
  try {
    await store.prepare();
  } finally {
    await store.close();
  }
}

async function countOf(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) from clustercert.clusters');
  return Number(rows[0]?.count);
}

// Secrets of one length are sent as one binary parameter and split in the database: a tenth of the work of texts.
const insert = `
insert into clustercert.clusters
  (id, project_id, name, server, certificate, key_id, private_key, seed)
select id, project_id, 'cluster-' || left(id, 8), 'https://192.168.1.7:5443', $3::text, $4::text,
       substring($5::bytea from ((number - 1) * $6::integer + 1)::integer for $6::integer),
       substring($7::bytea from ((number - 1) * $8::integer + 1)::integer for $8::integer)
  from unnest($1::text[], $2::text[]) with ordinality as made (id, project_id, number)`;

interface NewCluster {
  id: string;
  projectId: string;
}

/** The first are of the fleet. */
function newClusters(first: number, count: number, ofFleet: number): NewCluster[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return {
      id: randomUUID(),
      projectId: number < ofFleet ? fleetProjectId : hexOf(`${Math.floor(number / perProject)}`),
    };
  });
}

/** The parameters of `insert`. */
function* rowsOf(
  clusters: readonly NewCluster[],
  { keys, authority }: { keys: KeyRing; authority: AuthorityFiles },
): Iterable<unknown> {
  const seal = (column: string, secretOf: () => Uint8Array) =>
    clusters.map(({ id }) => keys.seal(secretOf(), placeOf(id, column)));
  const privateKey = Buffer.from(authority.privateKeyPem);
  const sealedKeys = seal('private_key', () => privateKey);
  const sealedSeeds = seal('seed', () => randomBytes(seedBytes));
  yield clusters.map(({ id }) => id);
  yield clusters.map(({ projectId }) => projectId);
  yield authority.certificatePem;
  yield keys.currentId;
  for (const sealed of [sealedKeys, sealedSeeds]) {
    yield Buffer.concat(sealed);
    yield sealed[0]?.length;
  }
}

function hexOf(name: string): string {
  return createHash('sha256').update(`project ${name}`).digest('hex').slice(0, 32);
}
