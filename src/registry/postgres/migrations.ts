// The schema as numbered steps, oldest first. Steps only add, so that programs of two versions run side by side; any
// other step must give in `needs` the step that a program must know at least.

export interface Migration {
  readonly sql: string;
  /** Number of the newest step that a program must know to work on this schema. */
  readonly needs: number;
}

// IDs sort by bytes, as they do in the data folder.
export const migrations: readonly Migration[] = [
  {
    needs: 1,
    sql: `
create table clustercert.keys (id text collate "C" primary key);
create table clustercert.marks (name text collate "C" primary key);
create table clustercert.clusters (
  id text collate "C" primary key,
  project_id text collate "C" not null,
  name text not null,
  server text not null,
  external_server text,
  revocation text,
  certificate text not null,
  server_certificate text,
  key_id text collate "C" not null,
  private_key bytea not null,
  seed bytea
);
create index clusters_of_project on clustercert.clusters (project_id, id);
create table clustercert.tokens (
  hash text collate "C" primary key,
  user_id text not null,
  project_id text collate "C" not null,
  groups text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create table clustercert.access_keys (
  id text collate "C" primary key,
  user_id text not null,
  project_id text collate "C" not null,
  groups text[] not null,
  key_id text collate "C" not null,
  secret bytea not null,
  security_token_hash text,
  created_at timestamptz not null,
  expires_at timestamptz,
  check ((expires_at is null) = (security_token_hash is null))
);
create table clustercert.revoked_users (
  cluster_id text collate "C" not null,
  user_id text collate "C" not null,
  generation bigint not null check (generation > 0),
  revoked_at timestamptz not null,
  primary key (cluster_id, user_id)
);
create table clustercert.revoked_credentials (
  cluster_id text collate "C" not null,
  credential_id text collate "C" not null,
  revoked_at timestamptz not null,
  until timestamptz not null,
  primary key (cluster_id, credential_id)
);`,
  },
];
