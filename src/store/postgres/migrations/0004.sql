-- What a deployment was told in a turn, and what was decided: a JSON list, by the version of it that the turn led to.
create table history (
  deployment_n bigint not null,
  version bigint not null,
  body text not null,
  primary key (deployment_n, version)
);

-- the alarms that are watched while the deployment is under way, as JSON
alter table deployment add column alarms text;

create index deployment_watching on deployment (n) where active = 1 and alarms is not null;

-- active: 0 ended, 1 under way, 2 waits in the queue of its group
create index deployment_queued on deployment (group_n, n) where active = 2;
