// A cluster as a row: its record, its certificates, and its key and seed encrypted.
import type { AuthorityFiles } from '../../certificate/authority.js';
import { type ClusterRecord, createClusterRecord } from '../cluster-registry.js';
import { assertSeed } from '../stored-authority.js';
import type { Query, Row } from './database.js';
import type { KeyRing } from './key-ring.js';

/** Columns of a cluster without its authority. */
export const recordColumns = 'id, project_id, name, server, external_server, revocation';

const columns = `${recordColumns}, certificate, server_certificate, key_id, private_key, seed`;

/** The record of a row. Throws `invalid_argument` for one that is damaged. */
export function recordOf(row: Row): ClusterRecord {
  return createClusterRecord({
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    server: row.server,
    externalServer: row.external_server ?? undefined,
    revocation: row.revocation ?? undefined,
  });
}

/** The authority of a row, decrypted. */
export function authorityOf(row: Row, keys: KeyRing): AuthorityFiles {
  const open = (column: string) =>
    keys.open(row[column] as Buffer, String(row.key_id), placeOf(String(row.id), column));
  const seed = row.seed === null ? undefined : open('seed');
  assertSeed(seed);
  return {
    certificatePem: String(row.certificate),
    privateKeyPem: open('private_key').toString(),
    ...(row.server_certificate !== null && { serverCertificatePem: row.server_certificate as string }),
    ...(seed && { seed }),
  };
}

/** Inserts a cluster; false when its ID exists. */
export async function insertCluster(
  query: Query,
  keys: KeyRing,
  { record, authority }: { record: ClusterRecord; authority: AuthorityFiles },
): Promise<boolean> {
  const { count } = await query(
    `insert into clustercert.clusters (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    valuesOf(keys, record, authority),
  );
  return count > 0;
}

/** Replaces the whole row of a cluster. */
export async function updateCluster(
  query: Query,
  keys: KeyRing,
  { record, authority }: { record: ClusterRecord; authority: AuthorityFiles },
): Promise<void> {
  await query(
    `update clustercert.clusters set (${columns}) = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) where id = $1`,
    valuesOf(keys, record, authority),
  );
}

function valuesOf(keys: KeyRing, record: ClusterRecord, authority: AuthorityFiles): unknown[] {
  const { id, projectId, name, server, externalServer, revocation } = record;
  const { certificatePem, privateKeyPem, serverCertificatePem, seed } = authority;
  return [
    ...[id, projectId, name, server, externalServer ?? null, revocation ?? null],
    ...[certificatePem, serverCertificatePem ?? null, keys.currentId],
    keys.seal(Buffer.from(privateKeyPem), placeOf(id, 'private_key')),
    seed ? keys.seal(seed, placeOf(id, 'seed')) : null,
  ];
}

/** The place that a secret of a cluster is bound to. */
export const placeOf = (id: string, column: string) => ({ table: 'clusters', column, row: id });
