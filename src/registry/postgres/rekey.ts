// Encrypts all secrets with the first key of the key file. Replicas that have both keys work meanwhile.
import { placeOf as placeOfSecret } from './access-key-table.js';
import { placeOf } from './cluster-rows.js';
import type { Query, Row } from './database.js';
import type { KeyRing, SecretPlace } from './key-ring.js';
import type { DatabaseParts } from './table.js';

const page = 100;

/** The encrypted columns of each table, each with the place that it is bound to. */
const secrets: Record<string, (id: string) => SecretPlace[]> = {
  clusters: (id) => [placeOf(id, 'private_key'), placeOf(id, 'seed')],
  access_keys: (id) => [placeOfSecret(id)],
};

/** Gives the number of rows that had another key. Can be run again after an interruption. */
export async function rekey({ database, schema, keys }: DatabaseParts): Promise<number> {
  await schema.prepareToSeal();
  let changed = 0;
  for (const [table, placesOf] of Object.entries(secrets)) {
    for (let last = -1; last !== 0; changed += last)
      last = await database.transaction((query) => rekeyPage(query, { table, placesOf, keys }));
  }
  await database.query(
    `delete from clustercert.keys where id <> $1
       and not exists (select from clustercert.clusters where key_id = keys.id)
       and not exists (select from clustercert.access_keys where key_id = keys.id)`,
    [keys.currentId],
  );
  return changed;
}

async function rekeyPage(
  query: Query,
  { table, placesOf, keys }: { table: string; placesOf: (id: string) => SecretPlace[]; keys: KeyRing },
): Promise<number> {
  const { rows } = await query(
    `select * from clustercert.${table} where key_id <> $1 order by id limit ${page} for update`,
    [keys.currentId],
  );
  for (const row of rows) {
    const id = String(row.id);
    const sealed = placesOf(id).map((place) => sealAgain(row, place, keys));
    const columns = placesOf(id).map(({ column }, index) => `${column} = $${index + 3}`);
    await query(`update clustercert.${table} set key_id = $2, ${columns.join(', ')} where id = $1`, [
      id,
      keys.currentId,
      ...sealed,
    ]);
  }
  return rows.length;
}

function sealAgain(row: Row, place: SecretPlace, keys: KeyRing): Buffer | null {
  const sealed = row[place.column] as Buffer | null;
  return sealed && keys.seal(keys.open(sealed, String(row.key_id), place), place);
}
