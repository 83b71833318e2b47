-- Rows refer to each other by n, so that a rename touches one row; a number is never given twice. Times are milliseconds since the epoch.
-- A body is JSON that only the program reads; a column of its own has what is searched or sorted by.

create table installation (
  name text primary key,
  value text not null
);

create table application (
  n integer primary key autoincrement,
  account_id text not null,
  region text not null,
  name text not null,
  body text not null,
  unique (account_id, region, name)
);

create table deployment_config (
  account_id text not null,
  region text not null,
  name text not null,
  body text not null,
  primary key (account_id, region, name)
);

create table deployment_group (
  n integer primary key autoincrement,
  application_n integer not null,
  name text not null,
  config_name text not null,
  target_revision text,
  -- cluster/service of a group for ECS
  ecs_service text,
  body text not null,
  unique (application_n, name)
);

create index deployment_group_by_config on deployment_group (config_name);
create index deployment_group_by_ecs_service on deployment_group (ecs_service) where ecs_service is not null;

create table revision (
  application_n integer not null,
  identity text not null,
  body text not null,
  primary key (application_n, identity)
);

create table tag (
  resource_id text not null,
  key text not null,
  value text not null,
  primary key (resource_id, key)
);

create table deployment (
  n integer primary key autoincrement,
  account_id text not null,
  region text not null,
  id text not null,
  application_n integer not null,
  group_n integer not null,
  status text not null,
  active integer not null,
  create_time integer not null,
  update_time integer not null,
  -- raised by every turn: a writer that started from an older one changes nothing
  version integer not null,
  -- when time alone moves the deployment on
  wake_at integer,
  state text not null,
  unique (account_id, region, id)
);

create unique index deployment_active_in_group on deployment (group_n) where active = 1;
create index deployment_active_in_account on deployment (account_id, region) where active = 1;
create index deployment_wake on deployment (wake_at) where wake_at is not null;
create index deployment_list on deployment (account_id, region, create_time, n);
create index deployment_list_by_status on deployment (account_id, region, status, create_time, n);
create index deployment_list_of_group on deployment (group_n, create_time, n);
create index deployment_list_of_group_by_status on deployment (group_n, status, create_time, n);

-- written once, so that a turn does not write it again
create table deployment_plan (
  deployment_n integer primary key,
  config_name text not null,
  body text not null
);

create table target (
  deployment_n integer not null,
  target_id text not null,
  status text not null,
  body text not null,
  primary key (deployment_n, target_id)
);

-- events that wait for their deployment's next turn
create table inbox (
  n integer primary key autoincrement,
  deployment_n integer not null,
  once text,
  body text not null
);

create index inbox_of_deployment on inbox (deployment_n, n);
create unique index inbox_once on inbox (deployment_n, once) where once is not null;

-- effects owed to the world until their answer is in the inbox
create table effect (
  deployment_n integer not null,
  key text not null,
  attempt integer not null,
  attempt_at integer not null,
  body text not null,
  primary key (deployment_n, key)
);

create table audit (
  n integer primary key autoincrement,
  account_id text not null,
  region text not null,
  body text not null
);

create index audit_of_account on audit (account_id, region, n);
