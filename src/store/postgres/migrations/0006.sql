-- the schema of the oldest program that may work beside the migration
alter table schema_version add column oldest integer;

-- what each process is, so that a newer one knows beside whom it works
alter table node add column program text not null default '?';
alter table node add column schema_version integer not null default 5;
alter table node add column engine_format integer not null default 1;

-- the format of what an engine has written: one that knows only lower ones leaves the deployment alone
alter table deployment add column format bigint not null default 1;
