-- The role that `clustercert serve` needs on a database: it reads everything, and writes what was revoked. Run it as the owner
-- of the tables, who administers, once the first command has made them; run again, it changes nothing.
-- psql -d clustercert -f scripts/deploy/postgres-roles.sql
do $$
begin
  if not exists (select from pg_roles where rolname = 'clustercert_serve') then
    create role clustercert_serve login;
  end if;
end
$$;
grant usage on schema clustercert to clustercert_serve;
grant select on all tables in schema clustercert to clustercert_serve;
alter default privileges in schema clustercert grant select on tables to clustercert_serve;
grant insert, update, delete on clustercert.revoked_users, clustercert.revoked_credentials to clustercert_serve;
