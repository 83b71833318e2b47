-- which migrations were made, and the schema of the oldest program that may work beside each
create table schema_version (
  version integer primary key,
  oldest integer not null
);

-- the format of what an engine has written: one that knows only lower ones leaves the deployment alone
alter table deployment add column format integer not null default 1;
