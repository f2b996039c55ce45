-- Two roles for a database. clustercert_admin is for the commands: it owns the tables and extends them. clustercert_serve is for
-- `clustercert serve`: it reads everything and writes revocations alone. Run it as a superuser once the first command has made the
-- tables, and give both a way to log in, such as a password; run again, it changes nothing.
-- psql -d clustercert -f scripts/deploy/postgres-roles.sql
do $$
declare
  made record;
begin
  if not exists (select from pg_roles where rolname = 'clustercert_admin') then
    create role clustercert_admin login;
  end if;
  if not exists (select from pg_roles where rolname = 'clustercert_serve') then
    create role clustercert_serve login;
  end if;
  alter schema clustercert owner to clustercert_admin;
  for made in select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'clustercert' loop
    execute 'alter table ' || made.name || ' owner to clustercert_admin';
  end loop;
end
$$;
grant usage on schema clustercert to clustercert_serve;
grant select on all tables in schema clustercert to clustercert_serve;
alter default privileges for role clustercert_admin in schema clustercert grant select on tables to clustercert_serve;
grant insert, update, delete on clustercert.revoked_users, clustercert.revoked_credentials to clustercert_serve;
